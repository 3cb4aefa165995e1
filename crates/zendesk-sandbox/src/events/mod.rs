//! Events: recording them for a user or a profile, and listing them.

pub(crate) mod profiles;
mod read;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::call::Call;
use crate::clock;
use crate::page;
use crate::refusal;
use crate::reply::{Answer, Reply};
use crate::state::State;
use crate::store::EventRecord;
use read::{SentEvent, SentProfile, body};

/// Largest page of a list of events.
const LARGEST: usize = 100;

/// `POST /users/{id}/events`.
pub(crate) fn create_for_user(state: &mut State, call: &Call, user_id: i64) -> Answer {
    let account = &mut state.account;
    let (event, profile) = read_both(account, call)?;
    account.users.get(user_id).ok_or_else(refusal::record_not_found)?;
    let profile_id = profiles::attach(account, &profile, user_id, call.at);
    Ok(record(account, call, user_id, profile_id, (event, profile.body)))
}

/// `POST /user_profiles/events`: the profile finds the user, or makes one.
pub(crate) fn create_for_profile(state: &mut State, call: &Call) -> Answer {
    let account = &mut state.account;
    let (event, profile) = read_both(account, call)?;
    let user_id = match profiles::owner(account, &profile) {
        Some(user_id) => user_id,
        None => profiles::create_user(account, &profile, call.at)?,
    };
    let profile_id = profiles::attach(account, &profile, user_id, call.at);
    Ok(record(account, call, user_id, profile_id, (event, profile.body)))
}

/// `POST /user_profiles/{id}/events`: the profile stays as it is.
pub(crate) fn create_for_known_profile(state: &mut State, call: &Call, profile_id: &str) -> Answer {
    let account = &mut state.account;
    let event = SentEvent::read(&body(call)?)?;
    account.events.check_room([&event.source], [&event.kind])?;
    let known = account.events.profile(profile_id).ok_or_else(refusal::record_not_found)?;
    let (user_id, profile) = (known.user_id, known.body.as_object().cloned().unwrap_or_default());
    Ok(record(account, call, user_id, profile_id.to_owned(), (event, profile)))
}

fn read_both(account: &Account, call: &Call) -> Result<(SentEvent, SentProfile), Reply> {
    let body = body(call)?;
    let (event, profile) = (SentEvent::read(&body)?, SentProfile::read(&body)?);
    account.events.check_room([&event.source, &profile.source], [&event.kind, &profile.kind])?;
    Ok((event, profile))
}

/// `GET /user_profiles/{id}/events`.
pub(crate) fn list_of_profile(state: &mut State, call: &Call, profile_id: &str) -> Answer {
    let events = &state.account.events;
    let user_id = events.profile(profile_id).ok_or_else(refusal::record_not_found)?.user_id;
    let rows = events.of_user(user_id).into_iter().filter(|row| row.profile_id == profile_id);
    listed(call, rows.collect())
}

/// `GET /user_profiles/events?identifier=`.
pub(crate) fn list_by_identifier(state: &mut State, call: &Call) -> Answer {
    let id = profiles::named(&state.account, call)?;
    list_of_profile(state, call, &id)
}

/// `GET /users/{id}/events`: newest first, filtered, in pages.
pub(crate) fn list(state: &mut State, call: &Call, user_id: i64) -> Answer {
    let account = &state.account;
    account.users.get(user_id).ok_or_else(refusal::record_not_found)?;
    listed(call, account.events.of_user(user_id))
}

fn listed(call: &Call, mut rows: Vec<&EventRecord>) -> Answer {
    let filter = Filter::read(call)?;
    rows.retain(|row| filter.admits(row));
    let size = call.param("page[size]").and_then(|text| text.parse::<usize>().ok()).unwrap_or(LARGEST);
    let start = match call.param("page[after]") {
        None => 0,
        Some(id) => rows.iter().position(|row| row.id == id).map_or(rows.len(), |index| index + 1),
    };
    let shown: Vec<&EventRecord> = rows.iter().copied().skip(start).take(size.clamp(1, LARGEST)).collect();
    let has_more = start + shown.len() < rows.len();
    let after = shown.last().map(|row| row.id.clone());
    let next = after.clone().filter(|_| has_more);
    let next = next.map(|cursor| page::address(call, &[("page[after]", cursor)], &["page[after]"]));
    let events: Vec<Value> = shown.into_iter().map(object).collect();
    Ok(Reply::ok(json!({
        "events": events,
        "links": [{"next": next}],
        "meta": {"after_cursor": after, "has_more": has_more},
    })))
}

/// What a dump of the account says about an event.
pub(crate) fn dumped(row: &EventRecord) -> Value {
    json!({
        "user_id": row.user_id.to_string(),
        "profile": row.profile,
        "event": row.event,
        "received_at": clock::milliseconds(row.received_at),
    })
}

/// Appends an event under a fresh id.
pub(crate) fn append(account: &mut Account, mut row: EventRecord) {
    row.id = format!("01EVENT{:019}", account.events.n_events() + 1);
    account.events.push(row);
}

fn record(
    account: &mut Account,
    call: &Call,
    user_id: i64,
    profile_id: String,
    (sent, profile): (SentEvent, Map<String, Value>),
) -> Reply {
    let answer = json!({"profile_id": profile_id, "status": "received", "user_id": user_id.to_string()});
    let mut event = sent.body;
    let created_at = sent.created_at.unwrap_or(call.at.wall);
    if sent.created_at.is_none() {
        event.insert("created_at".to_owned(), json!(clock::milliseconds(created_at)));
    }
    let row = EventRecord {
        id: String::new(),
        user_id,
        profile_id,
        profile: Value::Object(profile),
        event: Value::Object(event),
        created_at,
        received_at: call.at.wall,
    };
    append(account, row);
    Reply::json(202, answer)
}

fn object(row: &EventRecord) -> Value {
    let part = |key: &str| row.event.get(key).cloned().unwrap_or_default();
    json!({
        "id": row.id,
        "type": part("type"),
        "source": part("source"),
        "description": part("description"),
        "properties": part("properties"),
        "created_at": clock::milliseconds(row.created_at),
        "received_at": clock::milliseconds(row.received_at),
    })
}

/// `filter[source]`, `filter[type]`, `filter[start_time]`, `filter[end_time]`.
struct Filter<'a> {
    source: Option<&'a str>,
    kind: Option<&'a str>,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

impl<'a> Filter<'a> {
    fn read(call: &'a Call) -> Result<Self, Reply> {
        let time = |name: &str, code: &str| match call.param(name).map(str::parse::<Timestamp>) {
            None => Ok(None),
            Some(Ok(at)) => Ok(Some(at)),
            Some(Err(_)) => Err(refusal::listed(400, code, "Timestamp is not valid")),
        };
        Ok(Self {
            source: call.param("filter[source]"),
            kind: call.param("filter[type]"),
            start: time("filter[start_time]", "StartTimestampNotValid")?,
            end: time("filter[end_time]", "EndTimestampNotValid")?,
        })
    }

    fn admits(&self, row: &EventRecord) -> bool {
        let same = |wanted: Option<&str>, key: &str| {
            wanted.is_none_or(|wanted| row.event.get(key).and_then(Value::as_str) == Some(wanted))
        };
        same(self.source, "source")
            && same(self.kind, "type")
            && self.start.is_none_or(|start| row.created_at >= start)
            && self.end.is_none_or(|end| row.created_at <= end)
    }
}
