//! Users: the routes under `/users`.

pub(crate) mod show;
mod write;

use crate::auth::Caller;
use crate::call::Call;
use crate::limits::Limited;
use crate::page::{self, Paging};
use crate::payload::Given;
use crate::refusal;
use crate::reply::{Answer, Reply};
use crate::show_many;
use crate::state::State;
use crate::store::Role;
use serde_json::{Value, json};

/// `GET /users?external_id=&role=`: the active users.
pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let roles: Vec<Role> = call.params("role").into_iter().filter_map(Role::parse).collect();
    let users = &state.account.users;
    let ids: Vec<i64> = match call.param("external_id") {
        Some(external_id) => users.by_external_id(external_id).map(|user| user.id).into_iter().collect(),
        None => users
            .iter()
            .filter(|user| roles.is_empty() || roles.contains(&user.role))
            .map(|user| user.id)
            .collect(),
    };
    listed(state, call, Paging::OffsetOrCursor, &ids)
}

/// `GET /organizations/{id}/users`.
pub(crate) fn list_of_organization(state: &mut State, call: &Call, organization_id: i64) -> Answer {
    state.account.organizations.get(organization_id).ok_or_else(refusal::record_not_found)?;
    let mut ids: Vec<i64> =
        state.account.memberships.of_organization(organization_id).iter().map(|row| row.user_id).collect();
    ids.sort_unstable();
    listed(state, call, Paging::OffsetOrCursor, &ids)
}

/// `GET /users/search?query=` or `?external_id=`. The index answers the former, the table the latter.
pub(crate) fn search(state: &mut State, call: &Call) -> Answer {
    let ids: Vec<i64> = if let Some(external_id) = call.param("external_id") {
        state.account.users.by_external_id(external_id).map(|user| user.id).into_iter().collect()
    } else if let Some(query) = call.param("query") {
        state.account.index.search(query, call.at.steady).into_iter().collect()
    } else {
        return Err(refusal::invalid_attribute("query", "is required", "users/search"));
    };
    let known: Vec<i64> = ids.into_iter().filter(|id| state.account.users.get(*id).is_some()).collect();
    listed(state, call, Paging::OffsetOnly, &known)
}

/// `GET /users/show_many?ids=` or `?external_ids=`.
pub(crate) fn show_many(state: &mut State, call: &Call) -> Answer {
    let users = &state.account.users;
    let ids = show_many::ids(
        call,
        "users/show_many",
        |id| users.get(id).map(|user| user.id),
        |external_id| users.by_external_id(external_id).map(|user| user.id),
    )?;
    let rows: Vec<Value> =
        ids.into_iter().filter_map(|id| show::by_id(&state.account, &call.base, id)).collect();
    Ok(page::whole("users", &rows))
}

/// `GET /users/me`: the user of the caller, or one made up for a caller without a record.
pub(crate) fn me(state: &mut State, call: &Call, caller: &Caller) -> Reply {
    let Caller::Agent(email) = caller else {
        return Reply::ok(json!({"user": show::anonymous(&call.base)}));
    };
    let account = &state.account;
    let owner = account.identities.owner_of_email(email).and_then(|id| account.users.get(id));
    let user = match owner {
        Some(user) => show::object(account, &call.base, user),
        None => show::stand_in(account, &call.base, email, call.at.wall),
    };
    Reply::ok(json!({"user": show::with_authenticity_token(user)}))
}

/// `GET /users/{id}`; a soft-deleted user is shown, too.
pub(crate) fn show(state: &mut State, call: &Call, id: i64) -> Answer {
    shown(state, call, id).map(Reply::ok)
}

/// `POST /users`.
pub(crate) fn create(state: &mut State, call: &Call) -> Answer {
    let payload = write::read(call, "users/create")?;
    let id = write::create(&mut state.account, &payload, call.at)?;
    Ok(Reply::created(show::url(&call.base, id), shown(state, call, id)?).warning(&payload))
}

/// `POST /users/create_or_update`: matches by external id, then by any e-mail.
pub(crate) fn create_or_update(state: &mut State, call: &Call) -> Answer {
    let payload = write::read(call, "users/create_or_update")?;
    let account = &state.account;
    let by_external_id = payload
        .text("external_id")
        .value()
        .and_then(|text| account.users.by_external_id(&text))
        .map(|u| u.id);
    let by_email = || payload.text("email").value().and_then(|text| account.identities.owner_of_email(&text));
    let Some(id) = by_external_id.or_else(by_email) else {
        let id = write::create(&mut state.account, &payload, call.at)?;
        return Ok(Reply::created(show::url(&call.base, id), shown(state, call, id)?).warning(&payload));
    };
    write_limit(state, call, id)?;
    write::update(&mut state.account, id, &payload, call.at)?;
    let location = show::url(&call.base, id);
    Ok(Reply::ok(shown(state, call, id)?).with("location", location).warning(&payload))
}

/// `PUT /users/{id}`.
pub(crate) fn update(state: &mut State, call: &Call, id: i64) -> Answer {
    state.account.users.get(id).ok_or_else(refusal::record_not_found)?;
    let mut payload = write::read(call, "users/update")?;
    payload.drop_key("user", "identities");
    write_limit(state, call, id)?;
    write::update(&mut state.account, id, &payload, call.at)?;
    let mut body = shown(state, call, id)?;
    // Recorded: an alias that is cleared comes back as an empty string in the answer.
    if payload.text("alias") == Given::Null
        && let Some(alias) = body.pointer_mut("/user/alias")
    {
        *alias = json!("");
    }
    Ok(Reply::ok(body).warning(&payload))
}

/// `DELETE /users/{id}`: soft; the answer shows what is left.
pub(crate) fn delete(state: &mut State, call: &Call, id: i64) -> Answer {
    let account = &mut state.account;
    account.users.get(id).ok_or_else(refusal::record_not_found)?;
    account.identities.remove_user(id);
    account.memberships.remove_user(id);
    account.users.delete(id, call.at.wall);
    account.user_changed(id, call.at);
    show(state, call, id)
}

fn write_limit(state: &mut State, call: &Call, id: i64) -> Result<(), Reply> {
    if !state.config.strict_limits {
        return Ok(());
    }
    state.limits.take_update(Limited::User, id, call.at.steady)
}

fn shown(state: &State, call: &Call, id: i64) -> Result<Value, Reply> {
    let user = show::by_id(&state.account, &call.base, id).ok_or_else(refusal::record_not_found)?;
    Ok(json!({"user": user}))
}

fn listed(state: &State, call: &Call, paging: Paging, ids: &[i64]) -> Answer {
    page::reply(call, "users", paging, ids, |id| show::by_id(&state.account, &call.base, id))
}
