//! Two requests, attribute by attribute.
//!
//! In: requests. Out: what one has and the other has not, or has otherwise, in the order of the old one.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::Attribute;
use crate::run::Request;

/// What differs between two requests; all of it when there is only one.
pub(super) fn between(old: Option<&Request>, new: Option<&Request>) -> Vec<Attribute> {
    let mut found = Vec::new();
    let (old_query, new_query) = (query(old), query(new));
    if let (Some(old), Some(new)) = (old, new) {
        let (old, new) = (path(&old.target), path(&new.target));
        differ(&mut found, "path", Some(old.into()), Some(new.into()));
    }
    pairs(&mut found, "query", &old_query, &new_query);
    pairs(&mut found, "header", &headers(old), &headers(new));
    below(&mut found, "", body(old), body(new));
    found
}

fn differ(found: &mut Vec<Attribute>, at: &str, old: Option<Value>, new: Option<Value>) {
    if old != new {
        found.push(Attribute { at: at.to_owned(), old, new });
    }
}

fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or(target)
}

/// Parameters, decoded.
fn query(request: Option<&Request>) -> Vec<(String, String)> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let query = request.and_then(|request| request.target.split_once('?')).map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(key), decoded(value))
        })
        .collect()
}

fn headers(request: Option<&Request>) -> Vec<(String, String)> {
    request.map(|request| request.headers.clone()).unwrap_or_default()
}

/// Names with their values; a name that comes twice counts with its first value.
fn pairs(found: &mut Vec<Attribute>, what: &str, old: &[(String, String)], new: &[(String, String)]) {
    let value = |pairs: &[(String, String)], name: &str| {
        pairs.iter().find(|(key, _)| key == name).map(|(_, value)| Value::from(value.as_str()))
    };
    let added = new.iter().filter(|(name, _)| value(old, name).is_none());
    for (name, _) in old.iter().chain(added) {
        differ(found, &format!("{what} {name}"), value(old, name), value(new, name));
    }
}

fn body(request: Option<&Request>) -> Option<Value> {
    serde_json::from_slice(request?.body.as_deref()?).ok()
}

/// The leaves of two values. Objects are compared by member, lists of one length by element, all else as a whole.
fn below(found: &mut Vec<Attribute>, at: &str, old: Option<Value>, new: Option<Value>) {
    match (old, new) {
        (Some(Value::Object(old)), Some(Value::Object(mut new))) => {
            for (key, old) in old {
                let new = new.shift_remove(&key);
                below(found, &joined(at, &key), Some(old), new);
            }
            for (key, new) in new {
                below(found, &joined(at, &key), None, Some(new));
            }
        }
        (Some(Value::Object(members)), None) if !members.is_empty() => {
            for (key, value) in members {
                below(found, &joined(at, &key), Some(value), None);
            }
        }
        (None, Some(Value::Object(members))) if !members.is_empty() => {
            for (key, value) in members {
                below(found, &joined(at, &key), None, Some(value));
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) if old.len() == new.len() => {
            for (index, (old, new)) in old.into_iter().zip(new).enumerate() {
                below(found, &format!("{at}[{index}]"), Some(old), Some(new));
            }
        }
        (old, new) => differ(found, if at.is_empty() { "body" } else { at }, old, new),
    }
}

fn joined(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::run::{Method, Repeat};

    fn request(target: &str, body: Option<&Value>) -> Request {
        Request {
            host: None,
            step: "s".into(),
            method: Method::Post,
            target: target.to_owned(),
            headers: Vec::new(),
            body: body.map(|body| body.to_string().into_bytes()),
            cache: None,
            once: None,
            limits: Vec::new(),
            bulk: None,
            forget: Arc::from([]),
            repeat: Repeat::Harmless,
            attempt: 1,
            retry_after: None,
            fresh_auth: false,
        }
    }

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a line a test")]
    fn check(old: Value, new: Value, expected: &[(&str, Value, Value)]) {
        let (old, new) = (request("/a", Some(&old)), request("/a", Some(&new)));
        let shown = |value: Option<Value>| value.unwrap_or_else(|| "(none)".into());
        let found: Vec<(String, Value, Value)> = between(Some(&old), Some(&new))
            .into_iter()
            .map(|found| (found.at, shown(found.old), shown(found.new)))
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|(at, old, new)| ((*at).to_owned(), old.clone(), new.clone())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn members_are_compared_one_by_one() {
        check(
            json!({"u": {"a": 1, "b": 2, "c": {"d": 1}}}),
            json!({"u": {"b": 3, "a": 1, "e": {}}}),
            &[
                ("u.b", json!(2), json!(3)),
                ("u.c.d", json!(1), json!("(none)")),
                ("u.e", json!("(none)"), json!({})),
            ],
        );
    }

    #[test]
    fn the_order_of_members_does_not_count_but_types_do() {
        check(json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1}), &[]);
        check(json!({"a": 1}), json!({"a": "1"}), &[("a", json!(1), json!("1"))]);
    }

    #[test]
    fn lists_are_compared_by_element_when_they_are_as_long() {
        check(json!({"a": [1, 2]}), json!({"a": [1, 3]}), &[("a[1]", json!(2), json!(3))]);
        check(json!({"a": [1]}), json!({"a": [1, 3]}), &[("a", json!([1]), json!([1, 3]))]);
    }

    #[test]
    fn paths_and_parameters_count() {
        let found = between(Some(&request("/a/1?x=%20&y=1", None)), Some(&request("/a/2?y=1&z=", None)));
        let names: Vec<&str> = found.iter().map(|found| found.at.as_str()).collect();
        assert_eq!(names, ["path", "query x", "query z"]);
        assert_eq!((&found[0].old, &found[1].old), (&Some(json!("/a/1")), &Some(json!(" "))));
    }

    #[test]
    fn one_alone_has_all_of_its_attributes() {
        let found = between(None, Some(&request("/a?x=1", Some(&json!({"u": {"a": 1}})))));
        let names: Vec<&str> = found.iter().map(|found| found.at.as_str()).collect();
        assert_eq!(names, ["query x", "u.a"]);
    }
}
