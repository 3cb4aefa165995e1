//! What earlier events of a plan will have changed by the time that a later one is delivered.
//!
//! A read is *touched* by an earlier write to the same kind of thing that has one of its values: what the read says now
//! may be out of date then. A read that an earlier write was previewed by, or that a creation was preceded by, *will
//! find* what that write makes.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;

use crate::run::Request;

/// Changes of the events so far.
#[derive(Debug, Default)]
pub(super) struct Foreseen {
    /// Targets of reads that will find something, and the kinds of things that they look for.
    finds: HashMap<String, Found>,
    /// Kinds of things with values that were written, and who wrote them last.
    touched: HashMap<(String, String), Arc<str>>,
    /// Steps whose answers writes have made wrong.
    forgotten: HashMap<Arc<str>, Arc<str>>,
    /// Writes that are made once.
    once: HashMap<String, Arc<str>>,
    /// Bodies of writes by method and target.
    bodies: HashMap<String, (Option<Value>, Arc<str>)>,
}

#[derive(Debug)]
struct Found {
    kind: String,
    by: Arc<str>,
}

/// A write as later events need to know it.
#[derive(Debug)]
pub(super) struct Made<'a> {
    /// The event that makes it, as in `line 3`.
    pub(super) by: &'a Arc<str>,
    pub(super) request: &'a Request,
    /// Path with placeholders.
    pub(super) pattern: &'a str,
    pub(super) body: Option<&'a Value>,
    /// What was known of the thing itself.
    pub(super) known: &'a [(String, Value)],
    pub(super) removes: bool,
    /// Reads that find what it makes, with their patterns; none of a write in doubt.
    pub(super) found_by: Vec<(String, String)>,
}

impl Foreseen {
    /// The event whose write makes this read find something.
    pub(super) fn finds(&self, target: &str) -> Option<&Arc<str>> {
        self.finds.get(target).map(|found| &found.by)
    }

    /// The event whose writes may change what a read says.
    pub(super) fn touches(&self, read: &Request, pattern: &str) -> Option<&Arc<str>> {
        if let Some(by) = self.forgotten.get(&read.step) {
            return Some(by);
        }
        let kinds = kinds_above(pattern);
        let values = values_of_target(&read.target);
        let pairs = kinds.iter().flat_map(|kind| values.iter().map(move |value| (kind, value)));
        pairs.into_iter().find_map(|(kind, value)| self.touched.get(&(kind.clone(), value.clone())))
    }

    /// The event that makes this write for all.
    pub(super) fn made_once(&self, request: &Request) -> Option<&Arc<str>> {
        self.once.get(&once_key(request)?)
    }

    /// The event whose write of this target was the last one, if it had the same body.
    pub(super) fn repeats(&self, request: &Request, body: Option<&Value>) -> Option<&Arc<str>> {
        let (last, by) = self.bodies.get(&write_key(request))?;
        (last.as_ref() == body).then_some(by)
    }

    /// Keeps what a write changes.
    pub(super) fn keep(&mut self, made: Made<'_>) {
        let Made { by, request, pattern, body, known, removes, found_by } = made;
        let kind = kind_of(pattern);
        let mut values = values_of_target(&request.target);
        for value in body.into_iter().chain(known.iter().map(|(_, value)| value)) {
            scalars(value, &mut values);
        }
        for value in values {
            self.touched.insert((kind.clone(), value), by.clone());
        }
        if removes {
            self.finds.retain(|_, found| found.kind != kind);
        }
        for (target, pattern) in found_by {
            self.finds.insert(target, Found { kind: kind_of(&pattern), by: by.clone() });
        }
        match once_key(request) {
            // Others who ask for the same write share it, and it says nothing about any other.
            Some(key) => drop(self.once.entry(key).or_insert_with(|| by.clone())),
            None => {
                for step in request.forget.iter() {
                    self.forgotten.insert(step.clone(), by.clone());
                }
            }
        }
        self.bodies.insert(write_key(request), (body.cloned(), by.clone()));
    }
}

fn once_key(request: &Request) -> Option<String> {
    // Destinations know keys whatever their case; what is shared may still be made.
    let once = request.once.as_ref().filter(|once| !once.is_remembered);
    once.map(|once| format!("{}\n{}", request.step, once.key.to_lowercase()))
}

fn write_key(request: &Request) -> String {
    format!("{} {}", request.method, request.target)
}

/// The kind of thing that a path is about: `users` for `/users/search` and `/users/:id`, `users/*/events` for
/// `/users/:id/events`. Two words in a row are a collection and what is done with it.
fn kind_of(pattern: &str) -> String {
    let mut words: Vec<&str> = pattern
        .split('/')
        .filter(|word| !word.is_empty())
        .map(|word| if word.starts_with(':') { "*" } else { word })
        .collect();
    if words.last() == Some(&"*") {
        words.pop();
    } else if let [.., before, _] = words.as_slice()
        && *before != "*"
    {
        words.pop();
    }
    words.join("/")
}

/// The kind of a path, and those of what it is a part of.
fn kinds_above(pattern: &str) -> Vec<String> {
    let kind = kind_of(pattern);
    let mut kinds: Vec<String> =
        kind.match_indices("/*/").filter_map(|(at, _)| kind.get(..at)).map(str::to_owned).collect();
    kinds.push(kind);
    kinds
}

/// Values in a target: segments of its path, and its parameters with what they quote.
fn values_of_target(target: &str) -> BTreeSet<String> {
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().to_lowercase();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut values: BTreeSet<String> = path.split('/').skip(2).map(decoded).collect();
    for (_, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let value = decoded(value);
        values.extend(value.split(['"', ':', ' ']).map(str::to_owned));
        values.insert(value);
    }
    values.remove("");
    values
}

/// Texts and numbers in a value.
fn scalars(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if !text.is_empty() => drop(into.insert(text.to_lowercase())),
        Value::Number(number) => drop(into.insert(number.to_string())),
        Value::Array(items) => items.iter().for_each(|item| scalars(item, into)),
        Value::Object(members) => members.values().for_each(|member| scalars(member, into)),
        Value::String(_) | Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_about_a_kind_of_thing() {
        for (pattern, kind) in [
            ("/users/search", "users"),
            ("/users/create_or_update", "users"),
            ("/users/:id", "users"),
            ("/users", "users"),
            ("/users/:user/events", "users/*/events"),
            ("/users/:user/organizations/:organization", "users/*/organizations"),
        ] {
            assert_eq!(kind_of(pattern), kind, "{pattern}");
        }
        assert_eq!(kinds_above("/users/:user/identities"), ["users", "users/*/identities"]);
    }

    #[test]
    fn a_target_has_values() {
        let values = values_of_target("/users/search?external_id=U-1&query=email%3A%22ada%40acme.test%22");
        for value in ["u-1", "ada@acme.test"] {
            assert!(values.contains(value), "{values:?}");
        }
        assert!(values_of_target("/users/7/identities").contains("7"));
    }
}
