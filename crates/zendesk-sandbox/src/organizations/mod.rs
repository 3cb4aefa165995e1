//! Organizations: the routes under `/organizations`.

pub(crate) mod write;

use serde_json::{Value, json};

use crate::account::Account;
use crate::call::Call;
use crate::clock;
use crate::fields::values;
use crate::limits::Limited;
use crate::page::{self, Paging};
use crate::refusal;
use crate::reply::{Answer, Reply};
use crate::show_many;
use crate::state::State;
use crate::store::Organization;

/// `GET /organizations`.
pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let ids: Vec<i64> = state.account.organizations.iter().map(|organization| organization.id).collect();
    listed(&state.account, call, Paging::OffsetOrCursor, &ids)
}

/// `GET /organizations/search?external_id=` or `?name=`: exact and at once; one of the two.
pub(crate) fn search(state: &mut State, call: &Call) -> Answer {
    let organizations = &state.account.organizations;
    let found = match (call.param("external_id"), call.param("name")) {
        (Some(external_id), None) => organizations.by_external_id(external_id),
        (None, Some(name)) => organizations.by_name(name),
        _ => {
            return Err(refusal::titled(
                400,
                "Invalid parameters",
                "You must provide exactly one of: external_id, name",
            ));
        }
    };
    let ids: Vec<i64> = found.map(|organization| organization.id).into_iter().collect();
    listed(&state.account, call, Paging::OffsetOnly, &ids)
}

/// `GET /organizations/show_many?ids=` or `?external_ids=`.
pub(crate) fn show_many(state: &mut State, call: &Call) -> Answer {
    let account = &state.account;
    let ids = show_many::ids(
        call,
        "organizations/show_many",
        |id| account.organizations.get(id).map(|found| found.id),
        |external_id| account.organizations.by_external_id(external_id).map(|found| found.id),
    )?;
    let rows: Vec<Value> = ids
        .into_iter()
        .filter_map(|id| account.organizations.get(id))
        .map(|found| object(account, &call.base, found))
        .collect();
    Ok(page::whole("organizations", &rows))
}

/// `GET /organizations/{id}`.
pub(crate) fn show(state: &mut State, call: &Call, id: i64) -> Answer {
    shown(&state.account, call, id).map(Reply::ok)
}

/// `POST /organizations`.
pub(crate) fn create(state: &mut State, call: &Call) -> Answer {
    let payload = write::read(call, "organizations/create")?;
    let id = write::create(&mut state.account, &payload, call.at)?;
    Ok(Reply::created(url(&call.base, id), shown(&state.account, call, id)?).warning(&payload))
}

/// `POST /organizations/create_or_update`: matches by id, then by external id; a name is no key.
pub(crate) fn create_or_update(state: &mut State, call: &Call) -> Answer {
    let payload = write::read(call, "organizations/create_or_update")?;
    let Some(id) = write::matching(&state.account, &payload) else {
        let id = write::create(&mut state.account, &payload, call.at)?;
        return Ok(Reply::created(url(&call.base, id), shown(&state.account, call, id)?).warning(&payload));
    };
    write::update(&mut state.account, id, &payload, call.at)?;
    let location = url(&call.base, id);
    Ok(Reply::ok(shown(&state.account, call, id)?).with("location", location).warning(&payload))
}

/// `PUT /organizations/{id}`.
pub(crate) fn update(state: &mut State, call: &Call, id: i64) -> Answer {
    state.account.organizations.get(id).ok_or_else(refusal::record_not_found)?;
    let mut payload = write::read(call, "organizations/update")?;
    payload.drop_key("organization", "id");
    state.limits.take_update(Limited::Organization, id, call.at, state.config.strict_limits)?;
    write::update(&mut state.account, id, &payload, call.at)?;
    Ok(Reply::ok(shown(&state.account, call, id)?).warning(&payload))
}

/// `DELETE /organizations/{id}`: with its memberships; members fall back to another organization of theirs.
pub(crate) fn delete(state: &mut State, call: &Call, id: i64) -> Answer {
    write::delete(&mut state.account, id, call.at)?;
    Ok(Reply::no_content())
}

/// `GET /organizations/autocomplete?name=`: names that start so, as far as the index knows.
pub(crate) fn autocomplete(state: &mut State, call: &Call) -> Answer {
    let standing = state.limits.take_search(call.at, state.config.strict_limits)?;
    let start = show_many::autocomplete_text(call, "organizations/autocomplete")?;
    let ids: Vec<i64> =
        state.account.organization_index.starting_with(start, call.at.steady).into_iter().collect();
    let known: Vec<i64> =
        ids.into_iter().filter(|id| state.account.organizations.get(*id).is_some()).collect();
    listed(&state.account, call, Paging::OffsetOnly, &known).map(|reply| standing.mark(reply))
}

/// `GET /organizations/count`.
pub(crate) fn count(state: &mut State, call: &Call) -> Reply {
    page::count(state.account.organizations.iter().count(), call.at)
}

/// `GET /organizations/{id}/related`.
pub(crate) fn related(state: &mut State, _: &Call, id: i64) -> Answer {
    let account = &state.account;
    account.organizations.get(id).ok_or_else(refusal::record_not_found)?;
    let members = account.memberships.of_organization(id).len();
    Ok(Reply::ok(json!({"organization_related": {"users_count": members, "tickets_count": 0}})))
}

/// The object of an organization.
pub(crate) fn object(account: &Account, base: &str, organization: &Organization) -> Value {
    json!({
        "url": url(base, organization.id),
        "id": organization.id,
        "name": organization.name,
        "shared_tickets": organization.shared_tickets,
        "shared_comments": organization.shared_comments,
        "external_id": organization.external_id,
        "created_at": clock::seconds(organization.created_at),
        "updated_at": clock::seconds(organization.updated_at),
        "domain_names": organization.domain_names,
        "details": organization.details,
        "notes": organization.notes,
        "group_id": organization.group_id,
        "tags": organization.tags,
        "organization_fields": values::render(&account.organization_fields, &organization.fields),
    })
}

fn url(base: &str, id: i64) -> String {
    format!("{base}/api/v2/organizations/{id}.json")
}

fn shown(account: &Account, call: &Call, id: i64) -> Result<Value, Reply> {
    let organization = account.organizations.get(id).ok_or_else(refusal::record_not_found)?;
    Ok(json!({"organization": object(account, &call.base, organization)}))
}

fn listed(account: &Account, call: &Call, paging: Paging, ids: &[i64]) -> Answer {
    page::reply(call, "organizations", paging, ids, |id| {
        account.organizations.get(id).map(|found| object(account, &call.base, found))
    })
}
