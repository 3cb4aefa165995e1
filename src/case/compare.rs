//! Compares what is expected with what happened, in words for people.

use serde_json::Value;

use super::file::{Expected, Finding};
use super::{Done, Made, position};
use crate::diag::Diagnostic;
use crate::json::{Arena, Datum};
use crate::run::Outcome;
use crate::value::same;

/// Compares outcomes, requests, notes and state.
pub(super) fn done(expected: &Expected, done: &Done, differences: &mut Vec<String>) {
    if let Some(wanted) = &expected.outcomes {
        outcomes(wanted, &done.outcomes, differences);
    }
    if let Some(wanted) = &expected.requests {
        requests("requests", wanted, &done.requests.iter().collect::<Vec<_>>(), differences);
    }
    if let Some(wanted) = &expected.writes {
        let writes: Vec<&Made> = done.requests.iter().filter(|made| made.writes()).collect();
        requests("writes", wanted, &writes, differences);
    }
    if let Some(wanted) = &expected.notes {
        let notes: Vec<&String> = done.outcomes.iter().flat_map(|outcome| &outcome.notes).collect();
        if wanted.iter().collect::<Vec<_>>() != notes {
            differences.push(format!("notes: expected {wanted:?}, got {notes:?}"));
        }
    }
    if let Some(wanted) = &expected.state {
        match &done.state {
            Some(state) => self::state(wanted, state, differences),
            None => differences.push("state: only a case with `sandbox:` has one".into()),
        }
    }
}

fn outcomes(wanted: &[Value], got: &[Outcome], differences: &mut Vec<String>) {
    if wanted.len() != got.len() {
        differences.push(format!("outcomes: expected {}, got {}", wanted.len(), got.len()));
    }
    for (index, (wanted, got)) in wanted.iter().zip(got).enumerate() {
        let shown = got.verdict.why().map_or_else(
            || Value::from(got.verdict.name()),
            |why| serde_json::json!({ got.verdict.name(): why }),
        );
        let fits = *wanted == shown || wanted.as_str() == Some(got.verdict.name());
        if !fits {
            differences.push(format!(
                "outcome of event {}: expected {wanted}, got {shown}",
                index.saturating_add(1)
            ));
        }
    }
}

fn requests(what: &str, wanted: &[Value], got: &[&Made], differences: &mut Vec<String>) {
    let fits =
        wanted.len() == got.len() && wanted.iter().zip(got).all(|(wanted, got)| request_fits(wanted, got));
    if fits {
        return;
    }
    differences.push(format!("{what} differ:"));
    for index in 0..wanted.len().max(got.len()) {
        match (wanted.get(index), got.get(index)) {
            (Some(wanted), Some(got)) if request_fits(wanted, got) => {
                differences.push(format!("    {}", shown(got, wanted)));
            }
            (wanted, got) => {
                differences.extend(wanted.map(|wanted| format!("  - {}", wanted_text(wanted))));
                differences.extend(got.map(|got| format!("  + {}", full(got))));
            }
        }
    }
}

impl Made {
    fn writes(&self) -> bool {
        !self.request.starts_with("GET ") && !self.request.starts_with("HEAD ")
    }
}

/// A request as text, or with its body.
fn request_fits(wanted: &Value, got: &Made) -> bool {
    match wanted {
        Value::String(text) => *text == got.request,
        _ => {
            wanted.get("request").and_then(Value::as_str) == Some(&got.request)
                && equal(
                    wanted.get("body").unwrap_or(&Value::Null),
                    got.body.as_ref().unwrap_or(&Value::Null),
                )
        }
    }
}

fn shown(got: &Made, wanted: &Value) -> String {
    if wanted.is_string() { got.request.clone() } else { full(got) }
}

fn full(got: &Made) -> String {
    got.body.as_ref().map_or_else(|| got.request.clone(), |body| format!("{} {body}", got.request))
}

fn wanted_text(wanted: &Value) -> String {
    match (wanted.get("request").and_then(Value::as_str), wanted.get("body")) {
        (Some(request), Some(body)) => format!("{request} {body}"),
        (Some(request), None) => request.to_owned(),
        _ => wanted.as_str().map_or_else(|| wanted.to_string(), str::to_owned),
    }
}

/// Each list that is named has exactly these many records, each with at least these members.
fn state(wanted: &Value, got: &Value, differences: &mut Vec<String>) {
    let Some(lists) = wanted.as_object() else {
        differences.push("state: expected a map of lists".into());
        return;
    };
    let nothing = Vec::new();
    for (name, wanted) in lists {
        let wanted = wanted.as_array().unwrap_or(&nothing);
        let Some(got) = got.get(name).and_then(Value::as_array) else {
            differences.push(format!("state: the sandbox has no list `{name}`"));
            continue;
        };
        if wanted.len() != got.len() {
            differences.push(format!("state: expected {} {name}, got {}:", wanted.len(), got.len()));
            differences.extend(got.iter().map(|record| format!("  + {record}")));
            continue;
        }
        for (wanted, got) in wanted.iter().zip(got) {
            let mut paths = Vec::new();
            missing_members(wanted, got, name, &mut paths);
            differences.extend(paths);
        }
    }
}

/// What of `wanted` is not so in `got`; members that are not named are not looked at.
fn missing_members(wanted: &Value, got: &Value, path: &str, differences: &mut Vec<String>) {
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => {
            for (key, wanted) in wanted {
                let got = got.get(key).unwrap_or(&Value::Null);
                missing_members(wanted, got, &format!("{path}.{key}"), differences);
            }
        }
        _ if equal(wanted, got) => {}
        _ => differences.push(format!("state: {path}: expected {wanted}, got {got}")),
    }
}

/// Equal as JSON: numbers by worth, objects without regard to order.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => same(Datum::of(left), Datum::of(right), &Arena::new()),
    }
}

/// Compares findings about the mapping: all of them, in order.
pub(super) fn diagnostics(wanted: &[Finding], got: &[Diagnostic], text: &str, differences: &mut Vec<String>) {
    if wanted.len() != got.len() {
        differences.push(format!("diagnostics: expected {}, got {}", wanted.len(), got.len()));
    }
    for index in 0..wanted.len().max(got.len()) {
        let (wanted, got) = (wanted.get(index), got.get(index));
        let Some(got) = got else {
            differences.extend(
                wanted.map(|wanted| format!("  - {} at {}:{}", wanted.code, wanted.line, wanted.column)),
            );
            continue;
        };
        let (line, column) = position(got, text);
        let fits = wanted.is_some_and(|wanted| {
            wanted.code == got.code.id()
                && (wanted.line, wanted.column) == (line, column)
                && wanted.message.as_ref().is_none_or(|message| *message == got.message)
                && wanted.help.as_ref().is_none_or(|help| Some(help) == got.help.as_ref())
        });
        if !fits {
            differences.extend(wanted.map(|wanted| {
                let (message, help) =
                    (wanted.message.as_deref().unwrap_or("…"), wanted.help.as_deref().unwrap_or("…"));
                format!("  - {} at {}:{}: {message} ({help})", wanted.code, wanted.line, wanted.column)
            }));
            let help = got.help.as_deref().unwrap_or("no help");
            differences.push(format!("  + {} at {line}:{column}: {} ({help})", got.code.id(), got.message));
        }
    }
}
