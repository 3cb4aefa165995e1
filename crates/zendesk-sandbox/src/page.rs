//! Both ways to page through a list: by offset, and by cursor.
//!
//! A list comes in as ids in their order; only the records of the page asked for are rendered.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::call::Call;
use crate::clock::{self, Moment};
use crate::refusal;
use crate::reply::{Answer, Reply};

/// Largest page, and the size of a page when none is asked for.
const LARGEST: usize = 100;
/// Offset paging ends after this many records.
const DEEPEST: usize = 10_000;

/// Which ways of paging a list offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paging {
    /// Offset, and cursors once `page[size]`, `page[after]` or `page[before]` is given.
    OffsetOrCursor,
    /// Offset, whatever is asked for.
    OffsetOnly,
}

/// One page of a list under `key`.
pub(crate) fn reply(
    call: &Call,
    key: &str,
    paging: Paging,
    ids: &[i64],
    render: impl Fn(i64) -> Option<Value>,
) -> Answer {
    let cursor = ["page[size]", "page[after]", "page[before]"].iter().any(|name| call.param(name).is_some());
    if cursor && paging == Paging::OffsetOrCursor {
        by_cursor(call, key, ids, render)
    } else {
        by_offset(call, key, ids, render)
    }
}

/// A list that is never cut into pages, in the offset shape.
pub(crate) fn whole(key: &str, rows: &[Value]) -> Reply {
    let count = rows.len();
    Reply::ok(json!({key: rows, "next_page": null, "previous_page": null, "count": count}))
}

/// The number of records of a kind.
pub(crate) fn count(n: usize, at: Moment) -> Reply {
    Reply::ok(json!({"count": {"value": n, "refreshed_at": clock::seconds(at.wall)}}))
}

fn by_offset(call: &Call, key: &str, ids: &[i64], render: impl Fn(i64) -> Option<Value>) -> Answer {
    let number = |name: &str| call.param(name).and_then(|text| text.parse::<usize>().ok()).filter(|n| *n > 0);
    let page = number("page").unwrap_or(1);
    let per_page = number("per_page").unwrap_or(LARGEST).min(LARGEST);
    let start = (page - 1).saturating_mul(per_page);
    if start >= DEEPEST {
        let title = "Pagination requests using Offset Pagination are limited to 10000 resources";
        return Err(refusal::listed(400, "InvalidPaginationDepth", title));
    }
    let rows: Vec<Value> = ids.iter().skip(start).take(per_page).filter_map(|id| render(*id)).collect();
    let turn = |page: usize| address(call, &[("page", page.to_string())], &["page"]);
    let next = (start + per_page < ids.len()).then(|| turn(page + 1));
    let previous = (page > 1).then(|| turn(page - 1));
    Ok(Reply::ok(json!({key: rows, "next_page": next, "previous_page": previous, "count": ids.len()})))
}

fn by_cursor(call: &Call, key: &str, ids: &[i64], render: impl Fn(i64) -> Option<Value>) -> Answer {
    let size = match call.param("page[size]").map(str::parse::<usize>) {
        None => LARGEST,
        Some(Ok(size)) if size > 0 => size.min(LARGEST),
        Some(_) => return Err(bad_parameter("page[size] must be a positive integer")),
    };
    let mut ids = ids.to_vec();
    let descending = match call.param("sort") {
        None | Some("id") => false,
        Some("-id") => true,
        Some(_) => return Err(bad_parameter("sort is not valid")),
    };
    if descending {
        ids.reverse();
    }
    let (start, end) = window(call, &ids, size, descending)?;
    let slice = ids.get(start..end).unwrap_or_default();
    let rows: Vec<Value> = slice.iter().filter_map(|id| render(*id)).collect();
    let before = slice.first().map(|id| cursor(*id));
    let after = slice.last().map(|id| cursor(*id));
    let has_more = if call.param("page[before]").is_some() { start > 0 } else { end < ids.len() };
    let link = |name: &str, cursor: &Option<String>, more: bool| {
        let cursor = cursor.clone().filter(|_| more)?;
        Some(address(call, &[(name, cursor)], &["page[after]", "page[before]"]))
    };
    let links = json!({
        "prev": link("page[before]", &before, start > 0),
        "next": link("page[after]", &after, end < ids.len()),
    });
    let meta = json!({"has_more": has_more, "after_cursor": after, "before_cursor": before});
    Ok(Reply::ok(json!({key: rows, "meta": meta, "links": links})))
}

/// Where the page starts and ends in the list.
fn window(call: &Call, ids: &[i64], size: usize, descending: bool) -> Result<(usize, usize), Reply> {
    // A record that is gone leaves its place in the order of ids.
    let place = |id: i64| {
        let here = ids.iter().position(|other| *other == id);
        here.map_or_else(
            || {
                let beyond = |other: &i64| if descending { *other < id } else { *other > id };
                let next = ids.iter().position(beyond).unwrap_or(ids.len());
                (next, next)
            },
            |index| (index, index + 1),
        )
    };
    if let Some(text) = call.param("page[after]") {
        let (_, start) = place(read_cursor(text)?);
        return Ok((start, (start + size).min(ids.len())));
    }
    if let Some(text) = call.param("page[before]") {
        let (end, _) = place(read_cursor(text)?);
        return Ok((end.saturating_sub(size), end));
    }
    Ok((0, size.min(ids.len())))
}

fn cursor(id: i64) -> String {
    BASE64.encode(json!({"o": "id", "v": id}).to_string())
}

fn read_cursor(text: &str) -> Result<i64, Reply> {
    BASE64
        .decode(text)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        .and_then(|value| value.get("v")?.as_i64())
        .ok_or_else(|| bad_parameter("cursor is not valid"))
}

fn bad_parameter(title: &str) -> Reply {
    refusal::listed(400, "InvalidPaginationParameter", title)
}

/// This request's address with `.json`, some parameters taken out and others put in.
pub(crate) fn address(call: &Call, add: &[(&str, String)], drop: &[&str]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in call.query.iter().filter(|(name, _)| !drop.contains(&name.as_str())) {
        query.append_pair(name, value);
    }
    for (name, value) in add {
        query.append_pair(name, value);
    }
    format!("{}/{}.json?{}", call.base, call.segments.join("/"), query.finish())
}
