//! One row of a job: what it does, and the result it leaves.

use serde_json::{Map, Value, json};

use super::{Kind, Task};
use crate::account::Account;
use crate::clock::Moment;
use crate::identities;
use crate::memberships;
use crate::organizations::write as organizations;
use crate::payload::Payload;
use crate::refusal;
use crate::reply::{Body, Reply};
use crate::show_many::Named;
use crate::store::fold;
use crate::users::write as users;

/// Does a row; a refusal is a result like others.
pub(super) fn perform(
    account: &mut Account,
    kind: Kind,
    task: &Task,
    index: usize,
    legacy_bad_row: bool,
    at: Moment,
) -> Value {
    if legacy_bad_row && kind == Kind::UpsertUsers && has_bad_email(task) {
        return legacy_row(task);
    }
    match act(account, kind, task, index, at) {
        Ok(row) => row,
        Err(refusal) => failed(kind, task, index, &refusal),
    }
}

fn act(account: &mut Account, kind: Kind, task: &Task, index: usize, at: Moment) -> Result<Value, Reply> {
    match kind {
        Kind::CreateUsers => {
            let id = users::create(account, payload(task)?, at)?;
            Ok(user_row(account, id, "Created"))
        }
        Kind::UpsertUsers => {
            let row = payload(task)?;
            if let Some(id) = users::matching(account, row) {
                users::update(account, id, row, at)?;
                return Ok(user_row(account, id, "Updated"));
            }
            let id = users::create(account, row, at)?;
            Ok(user_row(account, id, "Created"))
        }
        Kind::UpdateUsers => {
            let id = user(account, task)?;
            users::update(account, id, payload(task)?, at)?;
            Ok(done(id, kind, "Updated"))
        }
        Kind::DeleteUsers => {
            let id = user(account, task)?;
            users::delete(account, id, at)?;
            Ok(done(id, kind, "Deleted"))
        }
        Kind::CreateOrganizations => {
            let id = organizations::create(account, payload(task)?, at)?;
            Ok(json!({"status": "Created", "id": id}))
        }
        Kind::UpdateOrganizations => {
            let id = organization(account, task)?;
            organizations::update(account, id, payload(task)?, at)?;
            Ok(done(id, kind, "Updated"))
        }
        Kind::DeleteOrganizations => {
            let id = organization(account, task)?;
            organizations::delete(account, id, at)?;
            Ok(done(id, kind, "Deleted"))
        }
        Kind::CreateMemberships => {
            let id = memberships::create_from(account, payload(task)?, None, at)?;
            Ok(json!({"id": id, "index": index}))
        }
        Kind::DeleteMemberships => {
            let Some(Named::Id(id)) = task.target else { return Err(refusal::record_not_found()) };
            memberships::remove(account, None, id, at)?;
            Ok(done(id, kind, "Deleted"))
        }
    }
}

fn payload(task: &Task) -> Result<&Payload, Reply> {
    task.payload.as_ref().ok_or_else(refusal::record_not_found)
}

/// The active user of a row.
fn user(account: &Account, task: &Task) -> Result<i64, Reply> {
    let found = match task.target.as_ref() {
        Some(Named::Id(id)) => account.users.get(*id),
        Some(Named::ExternalId(external_id)) => account.users.by_external_id(external_id),
        None => None,
    };
    found.map(|user| user.id).ok_or_else(refusal::record_not_found)
}

/// The organization of a row.
fn organization(account: &Account, task: &Task) -> Result<i64, Reply> {
    let found = match task.target.as_ref() {
        Some(Named::Id(id)) => account.organizations.get(*id),
        Some(Named::ExternalId(external_id)) => account.organizations.by_external_id(external_id),
        None => None,
    };
    found.map(|found| found.id).ok_or_else(refusal::record_not_found)
}

/// The result of a written user; e-mail and external id are there when the user has them.
fn user_row(account: &Account, id: i64, status: &str) -> Value {
    let mut row = Map::from_iter([("id".to_owned(), json!(id)), ("status".to_owned(), json!(status))]);
    if let Some(email) = account.email_of(id) {
        row.insert("email".to_owned(), json!(email));
    }
    if let Some(external_id) = account.users.get(id).and_then(|user| user.external_id.as_ref()) {
        row.insert("external_id".to_owned(), json!(external_id));
    }
    Value::Object(row)
}

fn done(id: i64, kind: Kind, status: &str) -> Value {
    json!({"id": id, "action": kind.action(), "status": status, "success": true})
}

/// Guess: the keys are those of the vendor's `FailedResult`; no failed row was ever recorded.
pub(super) fn failed(kind: Kind, task: &Task, index: usize, refusal: &Reply) -> Value {
    let Body::Json(body) = &refusal.body else { return Value::Null };
    let mut texts = Vec::new();
    for problems in body.get("details").and_then(Value::as_object).into_iter().flat_map(Map::values) {
        let items = problems.as_array().into_iter().flatten();
        texts.extend(items.filter_map(|item| item.get("description")?.as_str()));
    }
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    let details = if texts.is_empty() { text("description").to_owned() } else { texts.join("; ") };
    let mut row = Map::new();
    row.insert("index".to_owned(), json!(index));
    if let Some(Named::Id(id)) = task.target {
        row.insert("id".to_owned(), json!(id));
    }
    row.insert("action".to_owned(), json!(kind.action()));
    row.insert("status".to_owned(), json!("Failed"));
    row.insert("success".to_owned(), json!(false));
    row.insert("error".to_owned(), json!(text("error")));
    row.insert("details".to_owned(), json!(details));
    Value::Object(row)
}

fn has_bad_email(task: &Task) -> bool {
    let email = task.payload.as_ref().and_then(|payload| payload.text("email").value());
    email.is_some_and(|email| !identities::is_email(&fold(&email)))
}

/// What the vendor once answered for a bad e-mail: an id that names nobody, and no error.
fn legacy_row(task: &Task) -> Value {
    let mut row = Map::from_iter([("id".to_owned(), json!(1)), ("status".to_owned(), json!("Created"))]);
    for key in ["email", "external_id"] {
        if let Some(text) = task.payload.as_ref().and_then(|payload| payload.text(key).value()) {
            row.insert(key.to_owned(), json!(text));
        }
    }
    Value::Object(row)
}
