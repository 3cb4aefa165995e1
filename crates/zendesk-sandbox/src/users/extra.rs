//! The lesser routes under `/users/{id}`: tags, related records, merging.

use serde_json::{Value, json};

use super::{show, write};
use crate::account::Account;
use crate::call::Call;
use crate::payload::{Kind, Payload, Shape};
use crate::refusal;
use crate::reply::{Answer, Reply};
use crate::state::State;
use crate::store::{Role, User};

const MERGE: Shape = Shape { wrapper: "user", keys: &[("id", Kind::Id)] };

/// `GET /users/{id}/tags`.
pub(crate) fn tags(state: &mut State, _: &Call, id: i64) -> Answer {
    let user = state.account.users.get(id).ok_or_else(refusal::record_not_found)?;
    Ok(Reply::ok(json!({"tags": user.tags})))
}

/// `POST /users/{id}/tags` replaces the tags, `PUT` adds some, `DELETE` removes some.
pub(crate) fn change_tags(state: &mut State, call: &Call, id: i64) -> Answer {
    let account = &mut state.account;
    write::changeable(account, id)?;
    let before = account.users.get(id).cloned().ok_or_else(refusal::record_not_found)?;
    let body = call.json_or_null();
    let Some(given) = body.get("tags").and_then(Value::as_array) else {
        return Err(refusal::invalid_attribute("tags", "must be an array of strings", "tags"));
    };
    let given: Vec<String> = given.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let mut tags = before.tags.clone();
    if call.method == "POST" {
        tags.clear();
    }
    if call.method == "DELETE" {
        tags.retain(|tag| !given.contains(tag));
    } else {
        for tag in given {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }
    if tags != before.tags {
        account.users.put(User { tags: tags.clone(), updated_at: call.at.wall, ..before });
        account.user_changed(id, call.at);
    }
    match call.method.as_str() {
        "POST" => Ok(Reply::json(201, json!({"tags": tags}))),
        "PUT" => Ok(Reply::ok(json!({"tags": tags}))),
        _ => Ok(Reply::no_content()),
    }
}

/// `GET /users/{id}/related`: there are no tickets here.
pub(crate) fn related(state: &mut State, _: &Call, id: i64) -> Answer {
    state.account.users.get(id).ok_or_else(refusal::record_not_found)?;
    Ok(Reply::ok(json!({"user_related": {
        "assigned_tickets": 0,
        "requested_tickets": 0,
        "ccd_tickets": 0,
        "organization_subscriptions": 0,
        "topics": 0,
        "topic_comments": 0,
        "votes": 0,
        "subscriptions": 0,
        "entry_subscriptions": 0,
        "forum_subscriptions": 0,
    }})))
}

/// `PUT /users/{id}/merge`: the user goes, the one in the body stays and takes over identities, memberships and
/// events. Guess: the winner keeps its own external id, and takes the loser's when it has none.
pub(crate) fn merge(state: &mut State, call: &Call, id: i64) -> Answer {
    let account = &mut state.account;
    let payload = Payload::read(call, &MERGE, "users/merge")?;
    let winner = payload.id("id").value().ok_or_else(refusal::record_not_found)?;
    for user_id in [id, winner] {
        write::changeable(account, user_id)?;
        if account.users.get(user_id).is_some_and(|user| user.role != Role::EndUser) {
            return Err(refusal::forbidden());
        }
    }
    if id == winner {
        return Err(refusal::one("base", "User: cannot be merged with itself", "InvalidValue"));
    }
    take_over(account, id, winner, call);
    let user = show::by_id(account, &call.base, winner).ok_or_else(refusal::record_not_found)?;
    Ok(Reply::ok(json!({"user": user})).warning(&payload))
}

fn take_over(account: &mut Account, loser: i64, winner: i64, call: &Call) {
    account.identities.move_user(loser, winner, call.at.wall);
    account.events.move_user(loser, winner);
    let rows = account.memberships.of_user(loser);
    let organizations: Vec<i64> = rows.iter().map(|row| row.organization_id).collect();
    account.memberships.remove_user(loser);
    for organization in organizations {
        if account.memberships.find(winner, organization).is_none() {
            crate::memberships::add(account, winner, organization, false, call.at);
        }
    }
    let external_id = account.users.get(loser).and_then(|user| user.external_id.clone());
    account.users.delete(loser, call.at.wall);
    if let Some(user) = account.users.get(winner).cloned() {
        let external_id = user.external_id.clone().or(external_id);
        account.users.put(User { external_id, updated_at: call.at.wall, ..user });
    }
    account.user_changed(loser, call.at);
    account.user_changed(winner, call.at);
}
