//! Deleted users: the routes under `/deleted_users`, and what became of the wish to delete somebody permanently.

use serde_json::{Value, json};

use crate::account::Account;
use crate::call::Call;
use crate::clock;
use crate::page::{self, Paging};
use crate::refusal;
use crate::reply::{Answer, Reply};
use crate::state::State;
use crate::users::show as users_show;

/// What a deleted user still shows, in the vendor's order.
const KEYS: [&str; 15] = [
    "id",
    "url",
    "name",
    "email",
    "active",
    "created_at",
    "updated_at",
    "time_zone",
    "phone",
    "shared_phone_number",
    "photo",
    "locale",
    "locale_id",
    "organization_id",
    "role",
];

/// `GET /deleted_users`: the softly and the permanently deleted ones.
pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let account = &state.account;
    let ids: Vec<i64> = account.users.deleted().map(|user| user.id).collect();
    page::reply(call, "deleted_users", Paging::OffsetOrCursor, &ids, |id| object(account, call, id))
}

/// `GET /deleted_users/{id}`.
pub(crate) fn show(state: &mut State, call: &Call, id: i64) -> Answer {
    shown(&state.account, call, id)
}

/// `GET /deleted_users/count`.
pub(crate) fn count(state: &mut State, call: &Call) -> Reply {
    page::count(state.account.users.deleted().count(), call.at)
}

/// `DELETE /deleted_users/{id}`: permanently, once, after the soft deletion.
pub(crate) fn purge(state: &mut State, call: &Call, id: i64) -> Answer {
    if state.config.strict_limits {
        state.limits.take_purge(call.at)?;
    }
    let users = &mut state.account.users;
    users.get_deleted(id).filter(|_| users.purged_at(id).is_none()).ok_or_else(refusal::record_not_found)?;
    users.purge(id, call.at.wall);
    shown(&state.account, call, id)
}

/// `GET /users/{id}/compliance_deletion_statuses`: 404 until the permanent deletion. Guess: all is done at once.
pub(crate) fn compliance(state: &mut State, call: &Call, id: i64) -> Answer {
    let at = state.account.users.purged_at(id).ok_or_else(refusal::record_not_found)?;
    let entry = |action: &str, application: &str| {
        json!({
            "action": action,
            "application": application,
            "account_subdomain": "sandbox",
            "executer_id": users_show::STAND_IN_ID,
            "user_id": id,
            "created_at": clock::seconds(at),
        })
    };
    let entries =
        [entry("request_deletion", "all"), entry("started", "support"), entry("complete", "support")];
    let wanted = call.param("application");
    let entries: Vec<Value> = entries
        .into_iter()
        .filter(|entry| wanted.is_none_or(|wanted| entry.get("application").is_some_and(|a| a == wanted)))
        .collect();
    let count = entries.len();
    Ok(Reply::ok(json!({
        "compliance_deletion_statuses": entries,
        "next_page": null,
        "previous_page": null,
        "count": count,
    })))
}

fn shown(account: &Account, call: &Call, id: i64) -> Answer {
    let user = object(account, call, id).ok_or_else(refusal::record_not_found)?;
    Ok(Reply::ok(json!({"deleted_user": user})))
}

fn object(account: &Account, call: &Call, id: i64) -> Option<Value> {
    let user = users_show::object(account, &call.base, account.users.get_deleted(id)?);
    let mut kept = serde_json::Map::new();
    for key in KEYS {
        let value = match key {
            "url" => json!(format!("{}/api/v2/deleted_users/{id}.json", call.base)),
            _ => user.get(key).cloned().unwrap_or_default(),
        };
        kept.insert(key.to_owned(), value);
    }
    Some(Value::Object(kept))
}
