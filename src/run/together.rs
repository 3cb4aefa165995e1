//! Requests that are made together: what the request of many looks like, and which of its rows answers which of them.
//!
//! Nothing is sent here. Whoever sends gathers requests that have a [`Bulk`], asks for the request of many, and deals its
//! rows out as if each request had been made alone.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::bulk::Bulk;
use super::eval::Eval;
use super::request::{Answer, Body, Repeat, Request};
use super::session::Session;
use crate::compile::{BulkPlan, Cond, FindPlan, FormPlan, JobPlan};
use crate::json::Arena;
use crate::model::Method;

/// A request among those that are made together.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Whose request it is, in lower case.
    pub(crate) key: String,
    /// What a row of the body says; nothing for a read.
    pub(crate) row: Map<String, Value>,
}

impl Item {
    /// The item of a request; `None` for one that can only be made alone.
    pub(crate) fn of(request: &Request, bulk: &Bulk) -> Option<Self> {
        // A key with a comma would be two, and an empty one nobody's.
        if bulk.key.is_empty() || bulk.key.contains(',') {
            return None;
        }
        let row = match (&request.body, &bulk.plan.under) {
            (Some(body), Some(under)) => {
                let parts: HashMap<&str, &RawValue> = serde_json::from_slice(body).ok()?;
                serde_json::from_str(parts.get(under.as_str())?.get()).ok()?
            }
            _ => Map::new(),
        };
        Some(Item { key: bulk.key.clone(), row })
    }
}

/// The request of many.
pub(crate) fn request_of(step: &Arc<str>, form: &FormPlan, items: &[Item]) -> Request {
    let body = form.list.as_ref().map(|list| {
        let rows: Vec<Value> = items.iter().map(|item| Value::Object(item.row.clone())).collect();
        Value::Object(Map::from_iter([(list.clone(), Value::Array(rows))])).to_string().into_bytes()
    });
    let target = match &form.ids {
        Some(ids) => listing(&form.path, ids, items.iter().map(|item| item.key.as_str())),
        None => form.path.clone(),
    };
    plain(step, form.method, target, body)
}

/// The read that tells which items are there.
pub(crate) fn find_request(step: &Arc<str>, find: &FindPlan, items: &[Item]) -> Request {
    let target = listing(&find.path, &find.ids, items.iter().map(|item| item.key.as_str()));
    plain(step, Method::Get, target, None)
}

/// The read that tells how jobs stand.
pub(crate) fn jobs_request(step: &Arc<str>, job: &JobPlan, ids: &[String]) -> Request {
    let target = listing(&job.path, &job.ids, ids.iter().map(String::as_str));
    plain(step, Method::Get, target, None)
}

fn listing<'a>(path: &str, parameter: &str, keys: impl Iterator<Item = &'a str>) -> String {
    let keys: Vec<String> = keys.map(|key| utf8_percent_encode(key, NON_ALPHANUMERIC).to_string()).collect();
    format!("{path}?{}={}", utf8_percent_encode(parameter, NON_ALPHANUMERIC), keys.join(","))
}

fn plain(step: &Arc<str>, method: Method, target: String, body: Option<Vec<u8>>) -> Request {
    Request {
        step: step.clone(),
        method,
        target,
        headers: Vec::new(),
        body,
        cache: None,
        once: None,
        limits: Vec::new(),
        bulk: None,
        forget: Arc::default(),
        repeat: Repeat::Harmless,
        attempt: 1,
        retry_after: None,
        fresh_auth: false,
        host: None,
    }
}

/// Adds to each item what its row in the reply to the read has; gives those that have no row.
pub(crate) fn found(find: &FindPlan, reply: &Value, items: &mut [Item]) -> HashSet<usize> {
    let rows = rows_at(reply, &find.rows);
    let by_key: HashMap<String, &Value> =
        rows.iter().filter_map(|row| Some((lower(row.get(&find.by)?)?, row))).collect();
    let mut missing = HashSet::new();
    for (place, item) in items.iter_mut().enumerate() {
        match by_key.get(&item.key) {
            Some(row) => {
                let added = find.add.iter().filter_map(|name| Some((name.clone(), row.get(name)?.clone())));
                item.row.extend(added);
            }
            None => drop(missing.insert(place)),
        }
    }
    missing
}

/// The rows that a reply has, when it is no job.
pub(crate) fn rows<'r>(form: &FormPlan, reply: &'r Value) -> Option<&'r [Value]> {
    reply.pointer(form.rows.as_ref()?)?.as_array().map(Vec::as_slice)
}

fn rows_at<'r>(reply: &'r Value, pointer: &str) -> &'r [Value] {
    reply.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The id of the job that a reply is.
pub(crate) fn job_id(job: &JobPlan, reply: &Value) -> Option<String> {
    text(reply.pointer(&job.id)?)
}

/// The jobs in a reply that have ended, by their ids, with their rows.
pub(crate) fn ended(session: &Session, job: &JobPlan, reply: &Value) -> Vec<(String, Vec<Value>)> {
    let jobs = rows_at(reply, &job.list).iter();
    let jobs = jobs.filter(|one| holds(session, &job.ended, one));
    jobs.filter_map(|one| Some((text(one.get(&job.by)?)?, rows_at(one, &job.rows).to_vec()))).collect()
}

/// The answer to each item, as if it had been made alone; `None` for one that has to be.
pub(crate) fn deal(
    session: &Session,
    plan: &BulkPlan,
    form: &FormPlan,
    rows: &[Value],
    items: &[Item],
) -> Vec<Option<Answer>> {
    if form.list.is_none() {
        return items.iter().map(|item| Some(read_answer(form, rows, item))).collect();
    }
    let mut answers: Vec<Option<Answer>> = vec![None; items.len()];
    let places = places(form, rows, items);
    for (row, place) in rows.iter().zip(places) {
        let is_good = form.good.as_ref().is_none_or(|good| holds(session, good, row));
        if let Some(answer) = place.and_then(|place| answers.get_mut(place)).filter(|_| is_good) {
            let reply = match &plan.under {
                Some(under) => Value::Object(Map::from_iter([(under.clone(), row.clone())])),
                None => row.clone(),
            };
            *answer = Some(reply_of(reply));
        }
    }
    answers
}

/// The reply of the read of one: that of many with its rows alone.
fn read_answer(form: &FormPlan, rows: &[Value], item: &Item) -> Answer {
    let is_its = |row: &&Value| {
        form.by.iter().any(|name| row.get(name).and_then(lower).is_some_and(|text| text == item.key))
    };
    let its: Vec<Value> = rows.iter().filter(is_its).cloned().collect();
    let keys = form.rows.as_deref().and_then(|rows| rows.strip_prefix('/')).unwrap_or_default().rsplit('/');
    let reply = keys.fold(Value::Array(its), |inner, key| {
        Value::Object(Map::from_iter([(key.replace("~1", "/").replace("~0", "~"), inner)]))
    });
    reply_of(reply)
}

fn reply_of(reply: Value) -> Answer {
    Answer::Reply { status: 200, body: Body::Json(Arc::new(reply)), retry_after: None }
}

/// The place of the item of each row: by what both say, else by the place that the row names, else by the order.
fn places(form: &FormPlan, rows: &[Value], items: &[Item]) -> Vec<Option<usize>> {
    let mut by_text: HashMap<(&str, String), usize> = HashMap::new();
    for (place, item) in items.iter().enumerate() {
        by_text.extend(form.by.iter().filter_map(|name| {
            let text = lower(item.row.get(name)?)?;
            Some(((name.as_str(), text), place))
        }));
    }
    let said = |row: &Value| {
        form.by.iter().find_map(|name| by_text.get(&(name.as_str(), lower(row.get(name)?)?)).copied())
    };
    let named = |row: &Value| usize::try_from(row.get(form.index.as_ref()?)?.as_u64()?).ok();
    let places: Vec<Option<usize>> = rows.iter().map(|row| said(row).or_else(|| named(row))).collect();
    let is_silent = places.iter().all(Option::is_none) && rows.len() == items.len();
    if is_silent { (0..items.len()).map(Some).collect() } else { places }
}

/// Whether a condition holds for a value that it reads as a reply.
fn holds(session: &Session, cond: &Cond, value: &Value) -> bool {
    let arena = Arena::new();
    let reply = [Arc::new(value.clone())];
    let eval = Eval { replies: &reply, ..Eval::of_settings(session.settings(), &arena) };
    eval.holds(cond, "bulk").unwrap_or(false)
}

fn lower(value: &Value) -> Option<String> {
    text(value).map(|text| text.to_lowercase())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
