//! What reads of a plan have seen, and what a write would change of it.

use std::fmt::Write;
use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::json::{Arena, Datum};
use crate::run::{Answer, Body};
use crate::value::{pending, same};

/// An answer in a few words, without any of its values: `1 in users`.
pub(super) fn in_words(answer: &Answer) -> String {
    match answer {
        Answer::Timeout => "no answer in time".into(),
        Answer::Unreachable { .. } => "no connection".into(),
        Answer::Reply { status, body, .. } => match body {
            Body::Json(value) if status / 100 == 2 => counted(value).unwrap_or_else(|| status.to_string()),
            _ => status.to_string(),
        },
    }
}

/// How many things a reply lists, when it has one list.
fn counted(reply: &Value) -> Option<String> {
    let count =
        |items: &Vec<Value>| if items.is_empty() { "none".to_owned() } else { items.len().to_string() };
    match reply {
        Value::Array(items) => Some(count(items)),
        Value::Object(members) => {
            let mut lists = members.iter().filter_map(|(key, member)| Some((key, member.as_array()?)));
            let (key, items) = lists.next()?;
            lists.next().is_none().then(|| format!("{} in `{key}`", count(items)))
        }
        _ => None,
    }
}

/// SHA-256 of what an answer says, in hexadecimal.
pub(super) fn digest(answer: &Answer) -> String {
    let text = match answer {
        Answer::Timeout => "timeout".to_owned(),
        Answer::Unreachable { .. } => "unreachable".to_owned(),
        Answer::Reply { status, body: Body::Json(value), .. } => format!("{status} {value}"),
        Answer::Reply { status, body: Body::Other(text), .. } => format!("{status} {text}"),
        Answer::Reply { status, body: Body::Empty, .. } => status.to_string(),
    };
    hex(&text)
}

/// SHA-256 of a text, in hexadecimal.
pub(super) fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        // Writing to memory does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// What a write would change of a thing, with what it has now. `None` when no reply shows that thing.
///
/// It is the one that the preview found, or one that the request is about and that a look-up has found before.
pub(super) fn changes(
    request: (&str, Option<&Value>),
    known: &[(String, Value)],
    preview: Option<&Value>,
    replies: &[Arc<Value>],
) -> Option<Vec<(String, Value)>> {
    let (target, body) = request;
    let mut members = body?.as_object()?;
    let mut path = String::new();
    // A body that is wrapped in one key is about what is in it.
    if members.len() == 1
        && let Some((key, Value::Object(inner))) = members.iter().next()
    {
        members = inner;
        path.push_str(key);
    }
    let object = match preview {
        Some(reply) => known.first().and_then(|(_, id)| object_with(reply, &|_, member| member == id))?,
        None => known.iter().filter(|known| is_about_one(known, target, body)).find_map(|(name, id)| {
            let fits = |key: &str, member: &Value| key == name && member == id;
            replies.iter().find_map(|reply| object_with(reply, &fits))
        })?,
    };
    let mut changes = Vec::new();
    compare(members, object, &path, &mut changes);
    Some(changes)
}

/// The first object in a reply that has a fitting member.
fn object_with<'r>(reply: &'r Value, fits: &dyn Fn(&str, &Value) -> bool) -> Option<&'r Map<String, Value>> {
    match reply {
        Value::Object(members) if members.iter().any(|(key, member)| fits(key, member)) => Some(members),
        Value::Object(members) => members.values().find_map(|member| object_with(member, fits)),
        Value::Array(items) => items.iter().find_map(|item| object_with(item, fits)),
        _ => None,
    }
}

fn compare(
    wanted: &Map<String, Value>,
    has: &Map<String, Value>,
    path: &str,
    changes: &mut Vec<(String, Value)>,
) {
    let arena = Arena::new();
    for (key, wanted) in wanted {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match (wanted, has.get(key)) {
            (Value::Object(wanted), Some(Value::Object(has))) => compare(wanted, has, &path, changes),
            (wanted, Some(has))
                if !pending::has_mark(wanted) && same(Datum::of(wanted), Datum::of(has), &arena) => {}
            (_, has) => changes.push((path, has.cloned().unwrap_or(Value::Null))),
        }
    }
}

/// Whether a request is about something that look-ups have found: its path ends with a text or number that they gave,
/// or its body has one under the name of the output.
pub(super) fn is_about(known: &[(String, Value)], target: &str, body: Option<&Value>) -> bool {
    known.iter().any(|known| is_about_one(known, target, body))
}

fn is_about_one((name, id): &(String, Value), target: &str, body: Option<&Value>) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_last = match id {
        Value::Number(number) => number.as_str() == last,
        other => other.as_str() == Some(last),
    };
    is_last || body.is_some_and(|body| has(body, name, id))
}

fn has(body: &Value, name: &str, id: &Value) -> bool {
    let Value::Object(members) = body else { return false };
    members.get(name) == Some(id) || members.values().any(|member| has(member, name, id))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn reply(status: u16, body: Value) -> Answer {
        Answer::Reply { status, body: Body::Json(Arc::new(body)), retry_after: Some(Duration::ZERO) }
    }

    #[test]
    fn an_answer_is_told_in_a_few_words() {
        assert_eq!(in_words(&reply(200, json!({"users": [{}], "count": 1}))), "1 in `users`");
        assert_eq!(in_words(&reply(200, json!({"users": []}))), "none in `users`");
        assert_eq!(in_words(&reply(200, json!({"user": {}}))), "200");
        assert_eq!(in_words(&reply(404, json!([]))), "404");
        assert_eq!(in_words(&Answer::Timeout), "no answer in time");
    }

    #[test]
    fn tells_what_would_change() {
        let replies =
            [Arc::new(json!({"users": [{"id": 6}, {"id": 7, "name": "Ada", "fields": {"plan": "pro"}}]}))];
        let check = |body: Value, expected: Option<Vec<(String, Value)>>| {
            let known = [("id".into(), json!(7))];
            assert_eq!(changes(("/users", Some(&body)), &known, Some(&*replies[0]), &[]), expected, "{body}");
            assert_eq!(changes(("/users/7", Some(&body)), &known, None, &replies), expected, "{body}");
        };
        check(json!({"user": {"name": "Ada", "fields": {"plan": "pro"}}}), Some(vec![]));
        check(
            json!({"user": {"name": "Ada L.", "fields": {"plan": "free"}, "note": 1}}),
            Some(vec![
                ("user.name".into(), json!("Ada")),
                ("user.fields.plan".into(), json!("pro")),
                ("user.note".into(), Value::Null),
            ]),
        );
        let other = [("id".to_owned(), json!(8)), ("key".to_owned(), json!(7))];
        assert_eq!(changes(("/users/7", Some(&json!({"name": "Ada"}))), &other, None, &replies), None);
    }

    #[test]
    fn a_request_is_about_what_was_found() {
        let id = |value: Value| [("id".to_owned(), value)];
        assert!(is_about(&id(json!(7)), "/users/7?a=b", None));
        assert!(is_about(&id(json!("a")), "/users", Some(&json!({"user": {"id": "a"}}))));
        assert!(!is_about(&id(json!(7)), "/users/7/x", Some(&json!({"id": 71, "organization_id": 7}))));
    }
}
