//! The routes that queue jobs: checks of the request as a whole, then one task a row.

use serde_json::{Value, json};

use super::{Kind, Task, status};
use crate::call::Call;
use crate::memberships;
use crate::organizations::write as organizations;
use crate::payload::{self, Payload};
use crate::refusal;
use crate::reply::{Answer, Reply};
use crate::show_many::{self, MOST, Named};
use crate::state::State;
use crate::users::write as users;

/// `POST /users/create_many`.
pub(crate) fn create_users(state: &mut State, call: &Call) -> Answer {
    import_users(state, call, Kind::CreateUsers, "users/create_many")
}

/// `POST /users/create_or_update_many`.
pub(crate) fn upsert_users(state: &mut State, call: &Call) -> Answer {
    import_users(state, call, Kind::UpsertUsers, "users/create_or_update_many")
}

/// `PUT /users/update_many`, with `?ids=` and one `user`, or with `users`.
pub(crate) fn update_users(state: &mut State, call: &Call) -> Answer {
    let action = "users/update_many";
    let tasks = if is_named(call) {
        let mut change = users::read(call, action)?;
        change.drop_key("user", "identities");
        same_for(show_many::named(call, action)?, &change)
    } else {
        check_count(call, "users", refusal::too_many_users)?;
        let mut rows = users::read_rows(call, action)?;
        for row in &mut rows {
            row.drop_key("user", "identities");
        }
        each_for_itself(rows)
    };
    queue(state, call, Kind::UpdateUsers, tasks)
}

/// `DELETE /users/destroy_many?ids=` or `?external_ids=`.
pub(crate) fn delete_users(state: &mut State, call: &Call) -> Answer {
    let named = show_many::named(call, "users/destroy_many")?;
    queue(state, call, Kind::DeleteUsers, targets(named))
}

/// `POST /organizations/create_many`.
pub(crate) fn create_organizations(state: &mut State, call: &Call) -> Answer {
    check_count(call, "organizations", refusal::too_many_values)?;
    let rows = organizations::read_rows(call, "organizations/create_many")?;
    queue(state, call, Kind::CreateOrganizations, writes(rows))
}

/// `PUT /organizations/update_many`, with `?ids=` and one `organization`, or with `organizations`.
pub(crate) fn update_organizations(state: &mut State, call: &Call) -> Answer {
    let action = "organizations/update_many";
    let tasks = if is_named(call) {
        same_for(show_many::named(call, action)?, &organizations::read(call, action)?)
    } else {
        check_count(call, "organizations", refusal::too_many_values)?;
        each_for_itself(organizations::read_rows(call, action)?)
    };
    queue(state, call, Kind::UpdateOrganizations, tasks)
}

/// `DELETE /organizations/destroy_many?ids=` or `?external_ids=`.
pub(crate) fn delete_organizations(state: &mut State, call: &Call) -> Answer {
    let named = show_many::named(call, "organizations/destroy_many")?;
    queue(state, call, Kind::DeleteOrganizations, targets(named))
}

/// `POST /organization_memberships/create_many`.
pub(crate) fn create_memberships(state: &mut State, call: &Call) -> Answer {
    check_count(call, "organization_memberships", refusal::too_many_values)?;
    let rows = memberships::read_rows(call, "organization_memberships/create_many")?;
    queue(state, call, Kind::CreateMemberships, writes(rows))
}

/// `DELETE /organization_memberships/destroy_many?ids=`.
pub(crate) fn delete_memberships(state: &mut State, call: &Call) -> Answer {
    let named = show_many::named(call, "organization_memberships/destroy_many")?;
    queue(state, call, Kind::DeleteMemberships, targets(named))
}

fn import_users(state: &mut State, call: &Call, kind: Kind, action: &'static str) -> Answer {
    if !state.config.bulk_import {
        return Err(refusal::forbidden());
    }
    check_count(call, "users", refusal::too_many_users)?;
    let mut rows = users::read_rows(call, action)?;
    for row in &mut rows {
        row.drop_key("user", "id");
    }
    queue(state, call, kind, writes(rows))
}

fn is_named(call: &Call) -> bool {
    ["ids", "external_ids"].iter().any(|name| call.param(name).is_some())
}

/// Refuses more rows than a call may have, before anything is said about any of them. A null id is refused, too.
fn check_count(call: &Call, plural: &str, refuse: fn(usize) -> Reply) -> Result<(), Reply> {
    let body = payload::read_object(call, plural)?;
    let rows = body.get(plural).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if rows.len() > MOST {
        return Err(refuse(MOST));
    }
    let null_id = rows.iter().position(|row| row.get("id").is_some_and(Value::is_null));
    match null_id {
        None => Ok(()),
        Some(index) => {
            let action = call.segments.get(2..).unwrap_or_default().join("/");
            Err(refusal::invalid_attribute(&format!("{plural}.{index}.id"), "must be an integer", &action))
        }
    }
}

fn writes(rows: Vec<Payload>) -> Vec<Task> {
    rows.into_iter().map(|row| Task { target: None, payload: Some(row) }).collect()
}

fn targets(named: Vec<Named>) -> Vec<Task> {
    named.into_iter().map(|target| Task { target: Some(target), payload: None }).collect()
}

fn same_for(named: Vec<Named>, change: &Payload) -> Vec<Task> {
    named.into_iter().map(|target| Task { target: Some(target), payload: Some(change.clone()) }).collect()
}

/// Rows that name their record themselves, by id or else by external id.
fn each_for_itself(rows: Vec<Payload>) -> Vec<Task> {
    let task = |mut row: Payload| {
        let by_id = row.id("id").value().map(Named::Id);
        let target = by_id.or_else(|| row.text("external_id").value().map(Named::ExternalId));
        row.drop_key("row", "id");
        Task { target, payload: Some(row) }
    };
    rows.into_iter().map(task).collect()
}

/// Queues a job unless too many are unfinished.
fn queue(state: &mut State, call: &Call, kind: Kind, tasks: Vec<Task>) -> Answer {
    let most = state.config.max_jobs;
    let current: Vec<&str> = state.jobs.unfinished().map(|job| job.id.as_str()).collect();
    if current.len() >= most {
        let class = kind.class();
        let description = format!("Too many {class} jobs are currently queued or running. Try again later.");
        let body = json!({"error": "TooManyJobs", "description": description, "current_job_ids": current});
        return Err(in_flight(Reply::json(429, body), most, current.len()));
    }
    let number = state.jobs.add(kind, tasks, &state.config, call.at);
    let unfinished = state.jobs.unfinished().count();
    let status = state.jobs.get(number).map(|job| status::object(&call.base, job, call.at));
    Ok(in_flight(Reply::ok(json!({"job_status": status})), most, unfinished))
}

fn in_flight(reply: Reply, total: usize, used: usize) -> Reply {
    let remaining = total.saturating_sub(used);
    reply.with("zendesk-ratelimit-inflight-jobs", format!("total={total}; remaining={remaining}; resets=60"))
}
