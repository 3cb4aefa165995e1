//! Users: the routes under `/users`.

pub(crate) mod extra;
pub(crate) mod show;
pub(crate) mod write;

use crate::auth::Caller;
use crate::call::Call;
use crate::limits::{Limited, Standing};
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
    let standing = state.limits.take_search(call.at, state.config.strict_limits)?;
    let ids: Vec<i64> = if let Some(external_id) = call.param("external_id") {
        state.account.users.by_external_id(external_id).map(|user| user.id).into_iter().collect()
    } else if let Some(query) = call.param("query") {
        state.account.index.search(query, call.at.steady).into_iter().collect()
    } else {
        return Err(refusal::invalid_attribute("query", "is required", "users/search"));
    };
    let known: Vec<i64> = ids.into_iter().filter(|id| state.account.users.get(*id).is_some()).collect();
    listed(state, call, Paging::OffsetOnly, &known).map(|reply| standing.mark(reply))
}

/// `GET /users/autocomplete?name=`: names and addresses that start so, as far as the index knows.
pub(crate) fn autocomplete(state: &mut State, call: &Call) -> Answer {
    let standing = state.limits.take_search(call.at, state.config.strict_limits)?;
    let start = show_many::autocomplete_text(call, "users/autocomplete")?;
    let found = state.account.index.starting_with(start, call.at.steady);
    let known: Vec<i64> = found.into_iter().filter(|id| state.account.users.get(*id).is_some()).collect();
    listed(state, call, Paging::OffsetOnly, &known).map(|reply| standing.mark(reply))
}

/// `GET /users/count`.
pub(crate) fn count(state: &mut State, call: &Call) -> Reply {
    page::count(state.account.users.iter().count(), call.at)
}

/// `GET /users/show_many?ids=` or `?external_ids=`; with `include_deleted=true`, soft-deleted users as well.
pub(crate) fn show_many(state: &mut State, call: &Call) -> Answer {
    let users = &state.account.users;
    let deleted = call.param("include_deleted") == Some("true");
    let ids = show_many::ids(
        call,
        "users/show_many",
        |id| users.get(id).or_else(|| users.get_deleted(id).filter(|_| deleted)).map(|user| user.id),
        |external_id| users.by_external_id(external_id).map(|user| user.id),
    )?;
    let rows: Vec<Value> =
        ids.into_iter().filter_map(|id| show::by_id(&state.account, &call.base, id)).collect();
    Ok(page::whole("users", &rows))
}

/// `GET /users/me`: the user of the caller, or one made up for a caller without a record.
pub(crate) fn me(state: &mut State, call: &Call, caller: &Caller) -> Reply {
    let Caller::Agent(agent) = caller else {
        return Reply::ok(json!({"user": show::anonymous(&call.base)}));
    };
    let account = &state.account;
    let owner = account.identities.owner_of_email(&agent.email).and_then(|id| account.users.get(id));
    let user = match owner {
        Some(user) => show::object(account, &call.base, user),
        None => show::stand_in(account, &call.base, agent, call.at.wall),
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

/// `POST /users/create_or_update`: matches by external id and by any e-mail.
pub(crate) fn create_or_update(state: &mut State, call: &Call) -> Answer {
    if state.config.strict_1rps {
        state.limits.take_second(call.at)?;
    }
    let payload = write::read(call, "users/create_or_update")?;
    let Some(id) = write::matching(&state.account, &payload) else {
        let id = write::create(&mut state.account, &payload, call.at)?;
        return Ok(Reply::created(show::url(&call.base, id), shown(state, call, id)?).warning(&payload));
    };
    let standing = write_limit(state, call, id)?;
    write::update(&mut state.account, id, &payload, call.at)?;
    let location = show::url(&call.base, id);
    Ok(standing.mark(Reply::ok(shown(state, call, id)?)).with("location", location).warning(&payload))
}

/// `PUT /users/{id}`.
pub(crate) fn update(state: &mut State, call: &Call, id: i64) -> Answer {
    state.account.users.get(id).ok_or_else(refusal::record_not_found)?;
    let mut payload = write::read(call, "users/update")?;
    payload.drop_key("user", "identities");
    if state.config.strict_1rps {
        state.limits.take_second(call.at)?;
    }
    let standing = write_limit(state, call, id)?;
    write::update(&mut state.account, id, &payload, call.at)?;
    let mut body = shown(state, call, id)?;
    // Recorded: an alias that is cleared comes back as an empty string in the answer.
    if payload.text("alias") == Given::Null
        && let Some(alias) = body.pointer_mut("/user/alias")
    {
        *alias = json!("");
    }
    Ok(standing.mark(Reply::ok(body)).warning(&payload))
}

/// `DELETE /users/{id}`: soft; the answer shows what is left.
pub(crate) fn delete(state: &mut State, call: &Call, id: i64) -> Answer {
    write::delete(&mut state.account, id, call.at)?;
    show(state, call, id)
}

fn write_limit(state: &mut State, call: &Call, id: i64) -> Result<Standing, Reply> {
    state.limits.take_update(Limited::User, id, call.at, state.config.strict_limits)
}

fn shown(state: &State, call: &Call, id: i64) -> Result<Value, Reply> {
    let user = show::by_id(&state.account, &call.base, id).ok_or_else(refusal::record_not_found)?;
    Ok(json!({"user": user}))
}

fn listed(state: &State, call: &Call, paging: Paging, ids: &[i64]) -> Answer {
    page::reply(call, "users", paging, ids, |id| show::by_id(&state.account, &call.base, id))
}
