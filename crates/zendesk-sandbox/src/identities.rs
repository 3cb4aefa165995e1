//! Identities of a user: the routes under `/users/{id}/identities`.

use serde_json::{Value, json};

use crate::account::Account;
use crate::call::Call;
use crate::clock::{self, Moment};
use crate::page::{self, Paging};
use crate::payload::{Given, Kind, Payload, Shape};
use crate::refusal;
use crate::reply::{Answer, Body, Reply};
use crate::state::State;
use crate::store::identities::{EMAIL, PHONE};
use crate::store::{Identity, fold};
use crate::switches::DeleteRule;

const CREATE: Shape = Shape {
    wrapper: "identity",
    keys: &[
        ("type", Kind::Text),
        ("value", Kind::Text),
        ("verified", Kind::Flag),
        ("primary", Kind::Flag),
        ("skip_verify_email", Kind::Flag),
        ("verification_method", Kind::Text),
    ],
};

const UPDATE: Shape = Shape {
    wrapper: "identity",
    keys: &[("value", Kind::Text), ("verified", Kind::Flag), ("verification_method", Kind::Text)],
};

const TYPES: [&str; 10] = [
    EMAIL,
    PHONE,
    "twitter",
    "facebook",
    "google",
    "agent_forwarding",
    "any_channel",
    "foreign",
    "sdk",
    "messaging",
];

/// Domains of examples, which never receive mail.
const EXAMPLES: [&str; 4] = ["@example.com", "@example.net", "@example.org", "@example.edu"];

/// An identity that is not in the table yet.
#[derive(Clone, Debug)]
pub(crate) struct New {
    pub(crate) kind: String,
    pub(crate) value: String,
    pub(crate) verified: bool,
}

impl New {
    /// Trims the value, and lowers the case of e-mails.
    pub(crate) fn of(kind: String, value: &str, verified: bool) -> Self {
        let value = if kind == EMAIL { fold(value) } else { value.trim().to_owned() };
        Self { kind, value, verified }
    }
}

/// `GET .../identities?type[]=`: primary ones first.
pub(crate) fn list(state: &mut State, call: &Call, user_id: i64) -> Answer {
    known_user(&state.account, user_id)?;
    let types = call.params("type");
    listed(&state.account, call, user_id, &types)
}

/// `POST .../identities`.
pub(crate) fn create(state: &mut State, call: &Call, user_id: i64) -> Answer {
    let account = &mut state.account;
    known_user(account, user_id)?;
    let payload = Payload::read(call, &CREATE, "identities/create")?;
    check_method(&payload, "identities/create")?;
    let kind = payload.text("type").value().unwrap_or_default();
    if !TYPES.contains(&kind.as_str()) {
        return Err(refusal::one("type", "Type: is not valid", "InvalidValue"));
    }
    let new = New::of(
        kind,
        &payload.text("value").value().unwrap_or_default(),
        payload.flag("verified").unwrap_or(false),
    );
    check_value(account, &new.kind, &new.value, None)?;
    let email = account.email_of(user_id).map(str::to_owned);
    let id = add(account, user_id, new, call.at);
    set_method(account, id, &payload);
    if payload.flag("primary") == Some(true) && account.rules.primary_on_create {
        account.identities.promote(id, call.at.wall);
    }
    if account.email_of(user_id) != email.as_deref() {
        account.users.touch(user_id, call.at.wall);
    }
    account.user_changed(user_id, call.at);
    Ok(Reply::created(url(&call.base, user_id, id), shown(account, call, user_id, id)?).warning(&payload))
}

/// `GET .../identities/{id}`.
pub(crate) fn show(state: &mut State, call: &Call, user_id: i64, id: i64) -> Answer {
    shown(&state.account, call, user_id, id).map(Reply::ok)
}

/// `PUT .../identities/{id}`: value, verification; a new value is unverified unless the write says otherwise.
pub(crate) fn update(state: &mut State, call: &Call, user_id: i64, id: i64) -> Answer {
    let account = &mut state.account;
    let mut row = own(account, user_id, id)?.clone();
    let payload = Payload::read(call, &UPDATE, "identities/update")?;
    check_method(&payload, "identities/update")?;
    let before = row.clone();
    if let Given::Value(value) = payload.text("value") {
        let new = New::of(row.kind.clone(), &value, false);
        check_value(account, &new.kind, &new.value, Some(id))?;
        if new.value != row.value {
            row.value = new.value;
            row.verified = false;
        }
    }
    row.verified = payload.flag("verified").unwrap_or(row.verified);
    if row != before {
        row.updated_at = call.at.wall;
        row.verified_at = row.verified.then_some(row.verified_at.unwrap_or(call.at.wall));
        if row.primary && row.kind == EMAIL {
            account.users.touch(user_id, call.at.wall);
        }
        account.identities.put(row);
        account.user_changed(user_id, call.at);
    }
    set_method(account, id, &payload);
    Ok(Reply::ok(shown(account, call, user_id, id)?).warning(&payload))
}

/// `PUT .../identities/{id}/make_primary`: the whole list, the new primary first.
pub(crate) fn make_primary(state: &mut State, call: &Call, user_id: i64, id: i64) -> Answer {
    let account = &mut state.account;
    if !own(account, user_id, id)?.primary {
        account.identities.promote(id, call.at.wall);
        account.users.touch(user_id, call.at.wall);
        account.user_changed(user_id, call.at);
    }
    listed(account, call, user_id, &[])
}

/// `PUT .../identities/{id}/verify`.
pub(crate) fn verify(state: &mut State, call: &Call, user_id: i64, id: i64) -> Answer {
    own(&state.account, user_id, id)?;
    set_verified(&mut state.account, id, true, call.at);
    show(state, call, user_id, id)
}

/// `PUT .../identities/{id}/request_verification`: no mail is sent here.
pub(crate) fn request_verification(state: &mut State, _: &Call, user_id: i64, id: i64) -> Answer {
    own(&state.account, user_id, id)?;
    Ok(Reply { status: 200, headers: Vec::new(), body: Body::Empty })
}

/// `DELETE .../identities/{id}`; what happens to a primary one is a rule of the account.
pub(crate) fn delete(state: &mut State, call: &Call, user_id: i64, id: i64) -> Answer {
    let account = &mut state.account;
    let row = own(account, user_id, id)?.clone();
    if row.primary && account.rules.identity_delete == DeleteRule::Refused {
        return Err(refusal::one("base", "Identity: the primary one cannot be deleted", "InvalidValue"));
    }
    account.identities.remove(id);
    if row.primary && account.rules.identity_delete == DeleteRule::Promotes {
        let rest = account.identities.of_user(user_id);
        let heir = rest.into_iter().filter(|other| other.kind == row.kind).map(|other| other.id).min();
        if let Some(heir) = heir {
            account.identities.promote(heir, call.at.wall);
        }
    }
    if row.primary && row.kind == EMAIL {
        account.users.touch(user_id, call.at.wall);
    }
    account.user_changed(user_id, call.at);
    Ok(Reply::no_content())
}

/// Adds an identity, primary when it is the first of its type, and gives its id.
pub(crate) fn add(account: &mut Account, user_id: i64, new: New, at: Moment) -> i64 {
    let id = account.next_id();
    let primary = !account.identities.has(user_id, &new.kind);
    account.identities.put(Identity {
        id,
        user_id,
        kind: new.kind,
        value: new.value,
        verified: new.verified,
        primary,
        verification_method: "low".to_owned(),
        verified_at: new.verified.then_some(at.wall),
        created_at: at.wall,
        updated_at: at.wall,
    });
    id
}

/// Verifies an identity or takes that back; true when that is a change.
pub(crate) fn set_verified(account: &mut Account, id: i64, verified: bool, at: Moment) -> bool {
    match account.identities.get(id).cloned() {
        Some(row) if row.verified != verified => {
            let verified_at = verified.then_some(at.wall);
            account.identities.put(Identity { verified, verified_at, updated_at: at.wall, ..row });
            true
        }
        _ => false,
    }
}

/// The object of an identity.
pub(crate) fn object(base: &str, row: &Identity) -> Value {
    let is_example = row.kind == EMAIL && EXAMPLES.iter().any(|domain| row.value.ends_with(domain));
    json!({
        "url": url(base, row.user_id, row.id),
        "id": row.id,
        "user_id": row.user_id,
        "type": row.kind,
        "value": row.value,
        "verified": row.verified,
        "primary": row.primary,
        "created_at": clock::seconds(row.created_at),
        "updated_at": clock::seconds(row.updated_at),
        "undeliverable_count": 0,
        "deliverable_state": if is_example { "reserved_example" } else { "deliverable" },
        "verification_method": row.verification_method,
        "verified_at": row.verified_at.map(clock::seconds),
    })
}

/// True for `local@domain.tld` without spaces. Guess: the vendor publishes no rule.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | ',' | ';' | '<' | '>');
    !local.is_empty()
        && !text.contains("..")
        && domain.contains('.')
        && !domain.starts_with(['.', '-'])
        && !domain.ends_with(['.', '-'])
        && !local.contains(bad)
        && !domain.contains(bad)
}

fn known_user(account: &Account, user_id: i64) -> Result<(), Reply> {
    account.users.get(user_id).map(|_| ()).ok_or_else(refusal::record_not_found)
}

fn own(account: &Account, user_id: i64, id: i64) -> Result<&Identity, Reply> {
    known_user(account, user_id)?;
    account.identities.get(id).filter(|row| row.user_id == user_id).ok_or_else(refusal::record_not_found)
}

fn check_value(account: &Account, kind: &str, value: &str, own: Option<i64>) -> Result<(), Reply> {
    if value.is_empty() {
        return Err(refusal::one("value", "Value: cannot be blank", "BlankValue"));
    }
    if kind == EMAIL && !is_email(value) {
        let mut problems = refusal::Problems::default();
        problems.add("value", &format!("Value: {value} is not properly formatted"), None);
        problems.finish()?;
    }
    if account.identities.find(kind, value).is_some_and(|row| Some(row.id) != own) {
        return Err(refusal::duplicate(
            "value",
            &format!("Value: {value} is already being used by another user"),
        ));
    }
    Ok(())
}

fn check_method(payload: &Payload, action: &str) -> Result<(), Reply> {
    match payload.text("verification_method").value().as_deref() {
        None | Some("none" | "low") => Ok(()),
        Some(_) => Err(refusal::invalid_attribute(
            "identity.verification_method",
            "must be one of: none, low",
            action,
        )),
    }
}

fn set_method(account: &mut Account, id: i64, payload: &Payload) {
    if let (Some(verification_method), Some(row)) =
        (payload.text("verification_method").value(), account.identities.get(id).cloned())
    {
        account.identities.put(Identity { verification_method, ..row });
    }
}

fn url(base: &str, user_id: i64, id: i64) -> String {
    format!("{base}/api/v2/users/{user_id}/identities/{id}.json")
}

fn shown(account: &Account, call: &Call, user_id: i64, id: i64) -> Result<Value, Reply> {
    Ok(json!({"identity": object(&call.base, own(account, user_id, id)?)}))
}

fn listed(account: &Account, call: &Call, user_id: i64, types: &[&str]) -> Answer {
    let rows = account.identities.of_user(user_id);
    let wanted = |row: &&&Identity| types.is_empty() || types.contains(&row.kind.as_str());
    let ids: Vec<i64> = rows.iter().filter(wanted).map(|row| row.id).collect();
    page::reply(call, "identities", Paging::OffsetOrCursor, &ids, |id| {
        account.identities.get(id).map(|row| object(&call.base, row))
    })
}
