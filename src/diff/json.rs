//! A report for programs. The names of the members are a promise.

use serde_json::{Value, json as object};

use super::event::{ChangedRequest, Kind, Seen};
use super::{Attribute, Group, Report};

/// Members: `old` and `new` (names of the mappings), `events`, `changed`, `unreadable`, `types` (by type, `events` and
/// `changed`), `service` (attributes of all requests), `groups`. A group has `event`, `count`, `when` (`always`,
/// `found`, `not_found`), `places`, `requests` (each with `change`, `step`, `method`, `path`, `times`, `attributes`)
/// and `outcome` (`old`, `new`, or null). An attribute has `at`, and `old` and `new` as far as there are values.
pub(super) fn json(report: &Report) -> Value {
    let (events, changed) = report.counts();
    let types = report
        .types
        .iter()
        .map(|(kind, (events, changed))| (kind.clone(), object!({"events": events, "changed": changed})));
    object!({
        "old": report.names.0,
        "new": report.names.1,
        "events": events,
        "changed": changed,
        "unreadable": report.unreadable,
        "types": types.collect::<serde_json::Map<String, Value>>(),
        "service": attributes(&report.service),
        "groups": report.groups().into_iter().map(group).collect::<Vec<Value>>(),
    })
}

fn group(group: &Group) -> Value {
    let when = match group.difference.seen {
        Seen::Always => "always",
        Seen::Found => "found",
        Seen::NotFound => "not_found",
    };
    let outcome = group.difference.outcome.as_ref();
    object!({
        "event": group.event,
        "count": group.count,
        "when": when,
        "places": group.places,
        "requests": group.difference.requests.iter().map(request).collect::<Vec<Value>>(),
        "outcome": outcome.map(|(old, new)| object!({"old": old, "new": new})),
    })
}

fn request(request: &ChangedRequest) -> Value {
    let change = match request.kind {
        Kind::Added => "added",
        Kind::Removed => "removed",
        Kind::Changed => "changed",
    };
    object!({
        "change": change,
        "step": request.step,
        "method": request.method.as_str(),
        "path": request.pattern,
        "times": request.times,
        "attributes": attributes(&request.attributes),
    })
}

fn attributes(attributes: &[Attribute]) -> Value {
    let one = |Attribute { at, old, new }: &Attribute| {
        let mut members = serde_json::Map::new();
        members.insert("at".to_owned(), at.as_str().into());
        let sides = [("old", old), ("new", new)];
        members.extend(sides.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?))));
        Value::Object(members)
    };
    attributes.iter().map(one).collect()
}
