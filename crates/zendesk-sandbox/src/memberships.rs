//! Memberships: which users belong to which organizations.

use serde_json::{Value, json};

use crate::account::Account;
use crate::call::Call;
use crate::clock::{self, Moment};
use crate::page::{self, Paging};
use crate::payload::{Given, Kind, Payload, Shape};
use crate::refusal;
use crate::reply::{Answer, Reply};
use crate::state::State;
use crate::store::Membership;
use crate::switches::MultiOrg;

/// Memberships that one user may have.
const MOST: usize = 300;

const MEMBERSHIP: Shape = Shape {
    wrapper: "organization_membership",
    keys: &[
        ("user_id", Kind::Id),
        ("organization_id", Kind::Id),
        ("default", Kind::Flag),
        ("view_tickets", Kind::Flag),
    ],
};

/// `GET /organization_memberships`.
pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let ids: Vec<i64> = state.account.memberships.iter().map(|row| row.id).collect();
    listed(&state.account, call, &ids)
}

/// `GET /users/{id}/organization_memberships`: the default first, then by name.
pub(crate) fn list_of_user(state: &mut State, call: &Call, user_id: i64) -> Answer {
    let account = &state.account;
    account.users.get(user_id).ok_or_else(refusal::record_not_found)?;
    let mut rows = account.memberships.of_user(user_id);
    rows.sort_by_cached_key(|row| {
        (!row.default, organization_name(account, row.organization_id).to_lowercase())
    });
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    listed(account, call, &ids)
}

/// `GET /organizations/{id}/organization_memberships`.
pub(crate) fn list_of_organization(state: &mut State, call: &Call, organization_id: i64) -> Answer {
    let account = &state.account;
    account.organizations.get(organization_id).ok_or_else(refusal::record_not_found)?;
    let ids: Vec<i64> =
        account.memberships.of_organization(organization_id).iter().map(|row| row.id).collect();
    listed(account, call, &ids)
}

/// `POST /organization_memberships`, or the same under a user, whose id then wins over the body's.
pub(crate) fn create(state: &mut State, call: &Call, user_id: Option<i64>) -> Answer {
    let account = &mut state.account;
    let payload = Payload::read(call, &MEMBERSHIP, "organization_memberships/create")?;
    let id = create_from(account, &payload, user_id, call.at)?;
    Ok(Reply::created(url(&call.base, id), shown(account, call, None, id)?).warning(&payload))
}

/// Reads the rows of a bulk write.
pub(crate) fn read_rows(call: &Call, action: &'static str) -> Result<Vec<Payload>, Reply> {
    Payload::read_rows(call, &MEMBERSHIP, "organization_memberships", action)
}

/// Creates a membership as a write wants it, and gives its id.
pub(crate) fn create_from(
    account: &mut Account,
    payload: &Payload,
    user_id: Option<i64>,
    at: Moment,
) -> Result<i64, Reply> {
    let user_id = user_id.or_else(|| payload.id("user_id").value()).ok_or_else(refusal::record_not_found)?;
    account.users.get(user_id).ok_or_else(refusal::record_not_found)?;
    let organization_id = payload
        .id("organization_id")
        .value()
        .filter(|id| account.organizations.get(*id).is_some())
        .ok_or_else(|| refusal::one("organization", "Organization cannot be blank", "BlankValue"))?;
    if account.memberships.find(user_id, organization_id).is_some() {
        return Err(refusal::duplicate("user_id", " This user is already a member of this organization."));
    }
    make_room(account, user_id, at)?;
    let default = payload.flag("default").unwrap_or(false);
    let id = add(account, user_id, organization_id, default, at);
    if payload.flag("view_tickets") == Some(false) {
        account.memberships.hide_tickets(id);
    }
    account.user_changed(user_id, at);
    Ok(id)
}

/// Sees to it that the user may have one more membership.
fn make_room(account: &mut Account, user_id: i64, at: Moment) -> Result<(), Reply> {
    let present: Vec<i64> = account.memberships.of_user(user_id).iter().map(|row| row.id).collect();
    let refuse = |why: &str| Err(refusal::one("user_id", why, "InvalidValue"));
    match account.rules.multi_org {
        MultiOrg::Allowed if present.len() >= MOST => refuse("User: has too many organizations"),
        MultiOrg::Refused if !present.is_empty() => refuse("User: is in another organization"),
        MultiOrg::Replaces => {
            for id in present {
                account.memberships.remove(id, at.wall);
            }
            Ok(())
        }
        MultiOrg::Allowed | MultiOrg::Refused => Ok(()),
    }
}

/// `GET /organization_memberships/{id}`, or the same under a user.
pub(crate) fn show(state: &mut State, call: &Call, user_id: Option<i64>, id: i64) -> Answer {
    shown(&state.account, call, user_id, id).map(Reply::ok)
}

/// `DELETE /organization_memberships/{id}`, or the same under a user.
pub(crate) fn delete(state: &mut State, call: &Call, user_id: Option<i64>, id: i64) -> Answer {
    remove(&mut state.account, user_id, id, call.at)?;
    Ok(Reply::no_content())
}

/// Removes a membership, which must be that of the user when one is given.
pub(crate) fn remove(account: &mut Account, user_id: Option<i64>, id: i64, at: Moment) -> Result<(), Reply> {
    let owner = find(account, user_id, id)?.user_id;
    account.memberships.remove(id, at.wall);
    account.user_changed(owner, at);
    Ok(())
}

/// `DELETE /users/{id}/organizations/{id}`.
pub(crate) fn unassign(state: &mut State, call: &Call, user_id: i64, organization_id: i64) -> Answer {
    let id = pair(&state.account, user_id, organization_id)?;
    delete(state, call, Some(user_id), id)
}

/// `PUT /users/{id}/organization_memberships/{id}/make_default`: the list, the default first.
pub(crate) fn make_default(state: &mut State, call: &Call, user_id: i64, id: i64) -> Answer {
    find(&state.account, Some(user_id), id)?;
    state.account.memberships.make_default(id, call.at.wall);
    state.account.user_changed(user_id, call.at);
    list_of_user(state, call, user_id)
}

/// `PUT /users/{id}/organizations/{id}/make_default`.
pub(crate) fn make_default_organization(
    state: &mut State,
    call: &Call,
    user_id: i64,
    organization_id: i64,
) -> Answer {
    let id = pair(&state.account, user_id, organization_id)?;
    make_default(state, call, user_id, id)
}

/// Adds a membership and gives its id.
pub(crate) fn add(
    account: &mut Account,
    user_id: i64,
    organization_id: i64,
    default: bool,
    at: Moment,
) -> i64 {
    let id = account.next_id();
    add_as(account, id, (user_id, organization_id), default, at);
    id
}

/// Adds a membership of a user in an organization under a given id.
pub(crate) fn add_as(
    account: &mut Account,
    id: i64,
    (user_id, organization_id): (i64, i64),
    default: bool,
    at: Moment,
) {
    account.memberships.add(Membership {
        id,
        user_id,
        organization_id,
        default,
        view_tickets: true,
        created_at: at.wall,
        updated_at: at.wall,
    });
}

/// What `organization_id` on a user does: this organization is the only one left, null leaves none.
///
/// True when that is a change.
pub(crate) fn set_only(account: &mut Account, user_id: i64, wish: &Given<i64>, at: Moment) -> bool {
    let kept = match wish {
        Given::Absent => return false,
        Given::Null => None,
        Given::Value(id) => Some(*id),
    };
    let present = account.memberships.of_user(user_id);
    let others: Vec<i64> =
        present.iter().filter(|row| Some(row.organization_id) != kept).map(|row| row.id).collect();
    let is_missing = kept.filter(|id| present.iter().all(|row| row.organization_id != *id));
    for id in &others {
        account.memberships.remove(*id, at.wall);
    }
    if let Some(organization_id) = is_missing {
        add(account, user_id, organization_id, true, at);
    }
    !others.is_empty() || is_missing.is_some()
}

/// The object of a membership.
pub(crate) fn object(account: &Account, base: &str, row: &Membership) -> Value {
    json!({
        "url": url(base, row.id),
        "id": row.id,
        "user_id": row.user_id,
        "organization_id": row.organization_id,
        "default": if row.default || !account.rules.default_null { json!(row.default) } else { Value::Null },
        "created_at": clock::seconds(row.created_at),
        "organization_name": organization_name(account, row.organization_id),
        "updated_at": clock::seconds(row.updated_at),
        "view_tickets": row.view_tickets,
    })
}

fn organization_name(account: &Account, id: i64) -> &str {
    account.organizations.get(id).map_or("", |organization| organization.name.as_str())
}

fn find(account: &Account, user_id: Option<i64>, id: i64) -> Result<&Membership, Reply> {
    account
        .memberships
        .get(id)
        .filter(|row| user_id.is_none_or(|user_id| row.user_id == user_id))
        .ok_or_else(refusal::record_not_found)
}

fn pair(account: &Account, user_id: i64, organization_id: i64) -> Result<i64, Reply> {
    let row = account.memberships.find(user_id, organization_id);
    row.map(|row| row.id).ok_or_else(refusal::record_not_found)
}

fn url(base: &str, id: i64) -> String {
    format!("{base}/api/v2/organization_memberships/{id}.json")
}

fn shown(account: &Account, call: &Call, user_id: Option<i64>, id: i64) -> Result<Value, Reply> {
    let row = find(account, user_id, id)?;
    Ok(json!({"organization_membership": object(account, &call.base, row)}))
}

fn listed(account: &Account, call: &Call, ids: &[i64]) -> Answer {
    page::reply(call, "organization_memberships", Paging::OffsetOrCursor, ids, |id| {
        account.memberships.get(id).map(|row| object(account, &call.base, row))
    })
}
