//! Profiles: which user an event belongs to when only its profile tells, and the routes of profiles alone.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::call::Call;
use crate::clock::{self, Moment};
use crate::events::read::{Identifier, SentProfile, body};
use crate::identities::{self, New};
use crate::refusal;
use crate::reply::{Answer, Reply};
use crate::state::State;
use crate::store::identities::{EMAIL, PHONE};
use crate::store::{Profile, User};

/// Identifier types that are identities of users as well.
const IDENTITIES: [&str; 5] = [EMAIL, PHONE, "facebook", "twitter", "sdk"];

/// The user of a matching profile, or the one whom a standard identifier names.
pub(crate) fn owner(account: &Account, sent: &SentProfile) -> Option<i64> {
    let profile = account.events.find_profile(&sent.source, &sent.kind, &sent.identifiers);
    let by_profile = profile.map(|profile| profile.user_id).filter(|id| account.users.get(*id).is_some());
    by_profile.or_else(|| {
        sent.identifiers.iter().find_map(|(kind, value)| match kind.as_str() {
            "external_id" => account.users.by_external_id(value).map(|user| user.id),
            kind if IDENTITIES.contains(&kind) => {
                account.identities.find(kind, value).map(|identity| identity.user_id)
            }
            _ => None,
        })
    })
}

/// Makes an end-user out of a profile that names nobody: with its name, its identities and its external id.
pub(crate) fn create_user(account: &mut Account, sent: &SentProfile, at: Moment) -> Result<i64, Reply> {
    if sent.identifier(EMAIL).is_some_and(|email| !identities::is_email(email.trim())) {
        return Err(refusal::listed(
            400,
            "InvalidProfileIdentifier",
            "Profile identifier email is not valid",
        ));
    }
    let mut user = User::new(account.next_id(), at.wall);
    let id = user.id;
    let name = sent.body.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
    let first = sent.identifiers.first().map(|(_, value)| value.as_str());
    name.or(first).unwrap_or_default().clone_into(&mut user.name);
    user.external_id = sent.identifier("external_id").map(str::to_owned);
    account.users.put(user);
    for (kind, value) in sent.identifiers.iter().filter(|(kind, _)| IDENTITIES.contains(&kind.as_str())) {
        if account.identities.find(kind, value).is_none() {
            identities::add(account, id, New::of(kind.clone(), value, false), at);
        }
    }
    account.user_changed(id, at);
    Ok(id)
}

/// Replaces the matching profile, or adds one to the user; gives its id.
pub(crate) fn attach(account: &mut Account, sent: &SentProfile, user_id: i64, at: Moment) -> String {
    let known = account.events.find_profile(&sent.source, &sent.kind, &sent.identifiers);
    let known = known.filter(|profile| profile.user_id == user_id);
    let (id, created_at) = match known {
        Some(profile) => (profile.id.clone(), profile.created_at),
        None => (format!("01PROFILE{:017}", account.events.fresh_profile()), at.wall),
    };
    account.events.put_profile(Profile {
        id: id.clone(),
        user_id,
        source: sent.source.clone(),
        kind: sent.kind.clone(),
        identifiers: sent.identifiers.clone(),
        body: Value::Object(sent.body.clone()),
        created_at,
        updated_at: at.wall,
    });
    id
}

/// Reads the `profile` of a saved record.
pub(crate) fn read(row: &Map<String, Value>) -> Result<SentProfile, Reply> {
    SentProfile::read(row)
}

/// Puts a profile in its place as it was.
pub(crate) fn restore(
    account: &mut Account,
    id: String,
    user_id: i64,
    sent: SentProfile,
    (created_at, updated_at): (Timestamp, Timestamp),
) {
    account.events.fresh_profile();
    account.events.put_profile(Profile {
        id,
        user_id,
        source: sent.source,
        kind: sent.kind,
        identifiers: sent.identifiers,
        body: Value::Object(sent.body),
        created_at,
        updated_at,
    });
}

/// What is saved of a profile.
pub(crate) fn saved(profile: &Profile) -> Value {
    json!({
        "id": profile.id,
        "user_id": profile.user_id.to_string(),
        "profile": profile.body,
        "created_at": clock::milliseconds(profile.created_at),
        "updated_at": clock::milliseconds(profile.updated_at),
    })
}

/// `GET /users/{id}/profiles`.
pub(crate) fn list_of_user(state: &mut State, _: &Call, user_id: i64) -> Answer {
    let account = &state.account;
    account.users.get(user_id).ok_or_else(refusal::record_not_found)?;
    let found: Vec<Value> = account.events.profiles_of(user_id).into_iter().map(object).collect();
    Ok(Reply::ok(json!({"profiles": found})))
}

/// `GET /user_profiles/{id}`.
pub(crate) fn show(state: &mut State, _: &Call, id: &str) -> Answer {
    let profile = state.account.events.profile(id).ok_or_else(refusal::record_not_found)?;
    Ok(Reply::ok(json!({"profile": object(profile)})))
}

/// `GET /user_profiles?identifier=`.
pub(crate) fn show_by_identifier(state: &mut State, call: &Call) -> Answer {
    let id = named(&state.account, call)?;
    show(state, call, &id)
}

/// `PUT /user_profiles?identifier=`, or the same under a user: 200 when it replaces a profile, 201 otherwise.
pub(crate) fn put(state: &mut State, call: &Call, user_id: Option<i64>) -> Answer {
    let account = &mut state.account;
    let known = Identifier::read(call)?;
    let sent = SentProfile::read_for(&body(call)?, &known)?;
    account.events.check_room([&sent.source], [&sent.kind])?;
    if let Some(user_id) = user_id {
        account.users.get(user_id).ok_or_else(refusal::record_not_found)?;
    }
    let by_query = account.events.find_profile(&known.source, &known.kind, std::slice::from_ref(&known.pair));
    let by_query = by_query.map(|profile| profile.user_id).filter(|id| account.users.get(*id).is_some());
    let owner = match user_id.or(by_query).or_else(|| owner(account, &sent)) {
        Some(user_id) => user_id,
        None => create_user(account, &sent, call.at)?,
    };
    let found = account.events.find_profile(&sent.source, &sent.kind, &sent.identifiers);
    let replaces = found.is_some_and(|profile| profile.user_id == owner);
    let id = attach(account, &sent, owner, call.at);
    let shown = account.events.profile(&id).map(object);
    Ok(Reply::json(if replaces { 200 } else { 201 }, json!({"profile": shown})))
}

/// `DELETE /user_profiles/{id}`.
pub(crate) fn delete(state: &mut State, _: &Call, id: &str) -> Answer {
    state.account.events.remove_profile(id).ok_or_else(refusal::record_not_found)?;
    Ok(Reply::no_content())
}

/// The id of the profile that a query names.
pub(crate) fn named(account: &Account, call: &Call) -> Result<String, Reply> {
    let known = Identifier::read(call)?;
    let found = account.events.find_profile(&known.source, &known.kind, std::slice::from_ref(&known.pair));
    found.map(|profile| profile.id.clone()).ok_or_else(refusal::record_not_found)
}

fn object(profile: &Profile) -> Value {
    let part = |key: &str| profile.body.get(key).cloned().unwrap_or_default();
    json!({
        "id": profile.id,
        "user_id": profile.user_id.to_string(),
        "source": profile.source,
        "type": profile.kind,
        "name": part("name"),
        "identifiers": part("identifiers"),
        "attributes": part("attributes"),
        "created_at": clock::milliseconds(profile.created_at),
        "updated_at": clock::milliseconds(profile.updated_at),
    })
}
