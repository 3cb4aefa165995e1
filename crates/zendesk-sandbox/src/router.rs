//! The routing table of the Support API, one line a route, and what holds for all routes.

use serde_json::Value;

use crate::auth::Caller;
use crate::call::Call;
use crate::deleted_users;
use crate::events::{self, profiles};
use crate::fields::{self, Owner, options};
use crate::identities;
use crate::jobs;
use crate::memberships;
use crate::oauth;
use crate::organizations;
use crate::payload;
use crate::refusal;
use crate::reply::{Answer, Reply};
use crate::search;
use crate::state::State;
use crate::time_zones;
use crate::users;

/// Answers the request for `path`, the segments after `/api/v2`.
#[rustfmt::skip]
pub(crate) fn route(state: &mut State, call: &Call, path: &[&str], caller: &Caller) -> Answer {
    match (call.method.as_str(), path) {
        (_, ["users" | "user_profiles", ..]) => route_users(state, call, path, caller),

        (_, ["user_fields", rest @ ..]) => route_fields(state, call, rest, Owner::User, caller),
        (_, ["organization_fields", rest @ ..]) => route_fields(state, call, rest, Owner::Organization, caller),

        ("GET",    ["organizations"]) => organizations::list(state, call),
        ("POST",   ["organizations"]) => organizations::create(state, call),
        ("POST",   ["organizations", "create_or_update"]) => organizations::create_or_update(state, call),
        ("POST",   ["organizations", "create_many"]) => jobs::start::create_organizations(state, call),
        ("PUT",    ["organizations", "update_many"]) => jobs::start::update_organizations(state, call),
        ("DELETE", ["organizations", "destroy_many"]) => jobs::start::delete_organizations(state, call),
        ("GET",    ["organizations", "count"]) => Ok(organizations::count(state, call)),
        ("GET",    ["organizations", "autocomplete"]) => organizations::autocomplete(state, call),
        ("GET",    ["organizations", org, "related"]) => organizations::related(state, call, id(org)?),
        ("GET",    ["organizations", "search"]) => organizations::search(state, call),
        ("GET",    ["organizations", "show_many"]) => organizations::show_many(state, call),
        ("GET",    ["organizations", org]) => organizations::show(state, call, id(org)?),
        ("PUT",    ["organizations", org]) => organizations::update(state, call, id(org)?),
        ("DELETE", ["organizations", org]) => organizations::delete(state, call, id(org)?),
        ("GET",    ["organizations", org, "users"]) => users::list_of_organization(state, call, id(org)?),
        ("GET",    ["organizations", org, "organization_memberships"]) => memberships::list_of_organization(state, call, id(org)?),

        ("GET",    ["organization_memberships"]) => memberships::list(state, call),
        ("POST",   ["organization_memberships"]) => memberships::create(state, call, None),
        ("POST",   ["organization_memberships", "create_many"]) => jobs::start::create_memberships(state, call),
        ("DELETE", ["organization_memberships", "destroy_many"]) => jobs::start::delete_memberships(state, call),
        ("GET",    ["organization_memberships", row]) => memberships::show(state, call, None, id(row)?),
        ("DELETE", ["organization_memberships", row]) => memberships::delete(state, call, None, id(row)?),

        ("GET",    ["search"]) => search::unified::results(state, call),
        ("GET",    ["search", "count"]) => search::unified::count(state, call),
        ("GET",    ["time_zones"]) => Ok(time_zones::list()),

        ("GET",    ["job_statuses"]) => jobs::list(state, call),
        ("GET",    ["job_statuses", "show_many"]) => jobs::show_many(state, call),
        ("GET",    ["job_statuses", job]) => jobs::show(state, call, job),

        ("GET",    ["deleted_users"]) => deleted_users::list(state, call),
        ("GET",    ["deleted_users", "count"]) => Ok(deleted_users::count(state, call)),
        ("GET",    ["deleted_users", user]) => deleted_users::show(state, call, id(user)?),
        ("DELETE", ["deleted_users", user]) => deleted_users::purge(state, call, id(user)?),

        ("DELETE", ["oauth", "tokens", "current"]) => Ok(oauth::revoke_current(state, call)),

        _ => Err(refusal::invalid_endpoint()),
    }
}

#[rustfmt::skip]
fn route_users(state: &mut State, call: &Call, path: &[&str], caller: &Caller) -> Answer {
    match (call.method.as_str(), path) {
        ("GET",    ["users"]) => users::list(state, call),
        ("POST",   ["users"]) => users::create(state, call),
        ("POST",   ["users", "create_or_update"]) => users::create_or_update(state, call),
        ("POST",   ["users", "create_many"]) => jobs::start::create_users(state, call),
        ("POST",   ["users", "create_or_update_many"]) => jobs::start::upsert_users(state, call),
        ("PUT",    ["users", "update_many"]) => jobs::start::update_users(state, call),
        ("DELETE", ["users", "destroy_many"]) => jobs::start::delete_users(state, call),
        ("GET",    ["users", "count"]) => Ok(users::count(state, call)),
        ("GET",    ["users", "autocomplete"]) => users::autocomplete(state, call),
        ("GET",    ["users", "search"]) => users::search(state, call),
        ("GET",    ["users", "show_many"]) => users::show_many(state, call),
        ("GET",    ["users", "me"]) => Ok(users::me(state, call, caller)),
        ("GET",    ["users", user]) => users::show(state, call, id(user)?),
        ("PUT",    ["users", user]) => users::update(state, call, id(user)?),
        ("DELETE", ["users", user]) => users::delete(state, call, id(user)?),

        ("PUT",    ["users", user, "merge"]) => users::extra::merge(state, call, id(user)?),
        ("GET",    ["users", user, "related"]) => users::extra::related(state, call, id(user)?),
        ("GET",    ["users", user, "tags"]) => users::extra::tags(state, call, id(user)?),
        ("POST" | "PUT" | "DELETE", ["users", user, "tags"]) => users::extra::change_tags(state, call, id(user)?),
        ("GET",    ["users", user, "compliance_deletion_statuses"]) => deleted_users::compliance(state, call, id(user)?),

        ("GET",    ["users", user, "identities"]) => identities::list(state, call, id(user)?),
        ("POST",   ["users", user, "identities"]) => identities::create(state, call, id(user)?),
        ("GET",    ["users", user, "identities", row]) => identities::show(state, call, id(user)?, id(row)?),
        ("PUT",    ["users", user, "identities", row]) => identities::update(state, call, id(user)?, id(row)?),
        ("DELETE", ["users", user, "identities", row]) => identities::delete(state, call, id(user)?, id(row)?),
        ("PUT",    ["users", user, "identities", row, "make_primary"]) => identities::make_primary(state, call, id(user)?, id(row)?),
        ("PUT",    ["users", user, "identities", row, "verify"]) => identities::verify(state, call, id(user)?, id(row)?),
        ("PUT",    ["users", user, "identities", row, "request_verification"]) => identities::request_verification(state, call, id(user)?, id(row)?),

        ("GET",    ["users", user, "organization_memberships"]) => memberships::list_of_user(state, call, id(user)?),
        ("POST",   ["users", user, "organization_memberships"]) => memberships::create(state, call, Some(id(user)?)),
        ("GET",    ["users", user, "organization_memberships", row]) => memberships::show(state, call, Some(id(user)?), id(row)?),
        ("DELETE", ["users", user, "organization_memberships", row]) => memberships::delete(state, call, Some(id(user)?), id(row)?),
        ("PUT",    ["users", user, "organization_memberships", row, "make_default"]) => memberships::make_default(state, call, id(user)?, id(row)?),
        ("DELETE", ["users", user, "organizations", org]) => memberships::unassign(state, call, id(user)?, id(org)?),
        ("PUT",    ["users", user, "organizations", org, "make_default"]) => memberships::make_default_organization(state, call, id(user)?, id(org)?),

        ("GET",    ["users", user, "events"]) => events::list(state, call, gateway_id(user)?),
        ("POST",   ["users", user, "events"]) => events::create_for_user(state, call, gateway_id(user)?),
        ("GET",    ["users", user, "profiles"]) => profiles::list_of_user(state, call, gateway_id(user)?),
        ("PUT",    ["users", user, "profiles"]) => profiles::put(state, call, Some(gateway_id(user)?)),
        ("GET",    ["user_profiles"]) => profiles::show_by_identifier(state, call),
        ("PUT",    ["user_profiles"]) => profiles::put(state, call, None),
        ("GET",    ["user_profiles", "events"]) => events::list_by_identifier(state, call),
        ("POST",   ["user_profiles", "events"]) => events::create_for_profile(state, call),
        ("GET",    ["user_profiles", profile]) => profiles::show(state, call, profile),
        ("DELETE", ["user_profiles", profile]) => profiles::delete(state, call, profile),
        ("GET",    ["user_profiles", profile, "events"]) => events::list_of_profile(state, call, profile),
        ("POST",   ["user_profiles", profile, "events"]) => events::create_for_known_profile(state, call, profile),

        _ => Err(refusal::invalid_endpoint()),
    }
}

#[rustfmt::skip]
fn route_fields(state: &mut State, call: &Call, path: &[&str], owner: Owner, caller: &Caller) -> Answer {
    if call.method != "GET" {
        caller.must_be_admin()?;
    }
    match (call.method.as_str(), path) {
        ("GET",    []) => fields::list(state, call, owner),
        ("POST",   []) => fields::create(state, call, owner),
        ("GET",    [field]) => fields::show(state, call, owner, field),
        ("PUT",    ["reorder"]) => options::reorder(state, call, owner),
        ("GET",    [field, "options"]) => options::list(state, call, owner, field),
        ("POST",   [field, "options"]) => options::put(state, call, owner, field),
        ("GET",    [field, "options", option]) => options::show(state, call, owner, field, id(option)?),
        ("DELETE", [field, "options", option]) => options::delete(state, call, owner, field, id(option)?),
        ("PUT",    [field]) => fields::update(state, call, owner, field),
        ("DELETE", [field]) => fields::delete(state, call, owner, field),
        _ => Err(refusal::invalid_endpoint()),
    }
}

/// A record id in the path. Guess: anything but digits is no route; digits beyond 64 bits name no record.
fn id(segment: &str) -> Result<i64, Reply> {
    if segment.is_empty() || !segment.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refusal::invalid_endpoint());
    }
    segment.parse().map_err(|_| refusal::record_not_found())
}

/// A record id in the path of the events gateway, which refuses a bad one as a parameter.
fn gateway_id(segment: &str) -> Result<i64, Reply> {
    let bad = || refusal::invalid_attribute("user_id", "must be an integer", "users/events");
    segment.parse().map_err(|_| bad())
}

/// Bodies on DELETE are ignored, with a warning that names their keys.
pub(crate) fn warn_of_body(call: &Call, path: &[&str], reply: Reply) -> Reply {
    let reads_body = matches!(path, ["users", _, "tags"]);
    if call.method != "DELETE" || call.body.is_empty() || reads_body {
        return reply;
    }
    let Value::Object(body) = call.json_or_null() else { return reply };
    let mut keys = Vec::new();
    for (key, value) in &body {
        for inner in value.as_object().into_iter().flat_map(serde_json::Map::keys) {
            keys.push(format!("{key}.{inner}"));
        }
        keys.push(key.clone());
    }
    match payload::warning(path.first().copied().unwrap_or_default(), "destroy", &keys) {
        Some(text) => reply.with("x-zendesk-api-warn", text),
        None => reply,
    }
}
