//! The page for people at `/`: three files from the binary, and the data that they ask for again and again.

use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::dump;
use crate::log::RequestLog;
use crate::refusal;
use crate::reply::Reply;
use crate::state::State;

/// How many rows of each list the page gets: the newest.
const N_ROWS: usize = 200;

/// What the page may do: run its own script, take its own style, ask this sandbox. No inline script, so data that
/// slipped into the markup could not run.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// True when the request is for the page itself.
pub(crate) fn is_page(call: &Call) -> bool {
    call.path == "/" && call.method == "GET"
}

/// The page.
pub(crate) fn page() -> Reply {
    file("text/html; charset=utf-8", include_str!("page.html"))
        .with("content-security-policy", POLICY.to_owned())
}

/// What belongs to the page, by the path after `/_sandbox/page`.
pub(crate) fn part(state: &State, path: &[&str]) -> Reply {
    match path {
        ["style.css"] => file("text/css; charset=utf-8", include_str!("style.css")),
        ["script.js"] => file("text/javascript; charset=utf-8", include_str!("script.js")),
        ["data"] => Reply::ok(data(state)).with("cache-control", "no-store".to_owned()),
        _ => refusal::invalid_endpoint(),
    }
}

fn file(content_type: &str, text: &str) -> Reply {
    Reply::text(200, text)
        .with("content-type", content_type.to_owned())
        .with("cache-control", "no-cache".to_owned())
        .with("x-content-type-options", "nosniff".to_owned())
}

/// `{"lists": {NAME: {"total", "rows"}}, "requests": {"total", "rows"}}`, the newest rows first.
///
/// A request carries its `number`, which counts from 1.
fn data(state: &State) -> Value {
    let mut lists = Map::new();
    if let Value::Object(dumped) = dump::state(&state.account, &state.base) {
        for (name, rows) in dumped {
            if let Value::Array(rows) = rows {
                let total = rows.len();
                let rows: Vec<Value> = rows.into_iter().rev().take(N_ROWS).collect();
                lists.insert(name, json!({"total": total, "rows": rows}));
            }
        }
    }
    let rows: Vec<Value> = state.log.newest().take(N_ROWS).map(numbered).collect();
    json!({"lists": lists, "requests": {"total": state.log.n_received(), "rows": rows}})
}

fn numbered((number, request): (usize, &RequestLog)) -> Value {
    let mut row = request.to_json();
    if let Some(row) = row.as_object_mut() {
        row.insert("number".to_owned(), json!(number));
    }
    row
}
