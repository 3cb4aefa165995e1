//! `GET /search`: users and organizations in one list.

use serde_json::{Value, json};

use crate::call::Call;
use crate::limits::Standing;
use crate::organizations;
use crate::page::{self, Paging};
use crate::refusal;
use crate::reply::{Answer, Body, Reply};
use crate::state::State;
use crate::users::show;

/// Results that can be paged through.
const MOST: usize = 1000;

/// `GET /search?query=`: users, then organizations, each with `result_type`.
pub(crate) fn results(state: &mut State, call: &Call) -> Answer {
    if call.param("page[size]").is_some() {
        return Err(refusal::titled(400, "Invalid parameter", "page[size] is not for this search"));
    }
    let (standing, ids) = found(state, call)?;
    let number = |name: &str| call.param(name).and_then(|text| text.parse::<usize>().ok());
    let (page, per_page) = (number("page").unwrap_or(1), number("per_page").unwrap_or(100).clamp(1, 100));
    if page.saturating_sub(1).saturating_mul(per_page) >= MOST {
        let why = "Invalid search: Requested response size was greater than Search Response Limits";
        return Err(Reply::json(422, json!({"error": "invalid", "description": why})));
    }
    let account = &state.account;
    let render = |id: i64| {
        let typed = |kind: &str, mut value: Value| {
            value.as_object_mut()?.insert("result_type".to_owned(), json!(kind));
            Some(value)
        };
        match account.organizations.get(id) {
            Some(found) => typed("organization", organizations::object(account, &call.base, found)),
            None => typed("user", show::by_id(account, &call.base, id)?),
        }
    };
    let mut reply = page::reply(call, "results", Paging::OffsetOnly, &ids, render)?;
    if let Body::Json(Value::Object(body)) = &mut reply.body {
        body.insert("facets".to_owned(), Value::Null);
    }
    Ok(standing.mark(reply))
}

/// `GET /search/count?query=`.
pub(crate) fn count(state: &mut State, call: &Call) -> Answer {
    let (standing, ids) = found(state, call)?;
    Ok(standing.mark(Reply::ok(json!({"count": ids.len()}))))
}

fn found(state: &mut State, call: &Call) -> Result<(Standing, Vec<i64>), Reply> {
    let standing = state.limits.take_search(call.at, state.config.strict_limits)?;
    let query =
        call.param("query").ok_or_else(|| refusal::invalid_attribute("query", "is required", "search"))?;
    let account = &mut state.account;
    let users = account.index.search(query, call.at.steady);
    let organizations = account.organization_index.search(query, call.at.steady);
    let users = users.into_iter().filter(|id| account.users.get(*id).is_some());
    let organizations = organizations.into_iter().filter(|id| account.organizations.get(*id).is_some());
    Ok((standing, users.chain(organizations).collect()))
}
