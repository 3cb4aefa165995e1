//! The parts of an expectation, each with what came.

use serde_json::{Map, Value, json};

use super::Expected;
use super::difference::Difference;
use super::fit::{Look, aligned, fits};
use super::pattern::Pattern;
use crate::case::{Done, Made};
use crate::diag::{Diagnostic, LineIndex};
use crate::run::Outcome;

/// What a case shows of itself.
#[derive(Clone, Copy, Debug)]
pub(in crate::case) struct Seen<'a> {
    /// What it did; nothing when no event was run.
    pub(in crate::case) done: Option<&'a Done>,
    /// What is wrong with its mapping.
    pub(in crate::case) found: &'a [Diagnostic],
    /// The text of the mapping.
    pub(in crate::case) text: &'a str,
}

/// A key of `expect:` with what came.
#[derive(Debug)]
pub(in crate::case) struct Part<'a> {
    /// The key.
    pub(super) key: &'static str,
    /// What is expected.
    pub(super) pattern: &'a Pattern,
    /// What came.
    pub(super) got: Value,
    pub(super) look: Look,
}

/// The parts that are named and can be looked at.
pub(in crate::case) fn parts<'a>(expected: &'a Expected, seen: &Seen<'_>) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let mut part = |key, pattern: &'a Option<Pattern>, look, got: &dyn Fn() -> Value| {
        parts.extend(pattern.as_ref().map(|pattern| Part { key, pattern, got: got(), look }));
    };
    part("diagnostics", &expected.diagnostics, Look::Findings, &|| findings(seen));
    let Some(done) = seen.done else { return parts };
    let outcomes = || done.outcomes.iter().map(outcome).collect::<Value>();
    let requests = || done.requests.iter().map(request).collect();
    let writes = || done.requests.iter().filter(|made| made.writes()).map(request).collect();
    let notes = || done.outcomes.iter().flat_map(|outcome| &outcome.notes).cloned().collect();
    part("outcome", &expected.outcome, Look::Outcome, &|| outcomes().get(0).cloned().unwrap_or_default());
    part("outcomes", &expected.outcomes, Look::Outcomes, &outcomes);
    part("requests", &expected.requests, Look::Requests, &requests);
    part("writes", &expected.writes, Look::Requests, &writes);
    part("notes", &expected.notes, Look::Strict, &notes);
    part("state", &expected.state, Look::Lists, &|| done.state.clone().unwrap_or_default());
    parts
}

impl Part<'_> {
    /// Whether it is as expected.
    pub(super) fn holds(&self) -> bool {
        fits(self.pattern, &self.got, self.look)
    }

    /// What differs.
    pub(in crate::case) fn differences(&self) -> Vec<Difference> {
        if self.holds() {
            return Vec::new();
        }
        match (self.pattern, &self.got) {
            (Pattern::List(all), Value::Array(got)) => {
                differences_of_lists(all, got, self.look.at_elements(), &|index| self.element(index))
            }
            (Pattern::Map(lists), Value::Object(got)) if self.look == Look::Lists => {
                lists.iter().flat_map(|(name, pattern)| differences_of_records(name, pattern, got)).collect()
            }
            (pattern, got) => vec![Difference::of(self.key, pattern, got, self.look)],
        }
    }

    /// An element, as people count.
    fn element(&self, index: usize) -> String {
        let number = index.saturating_add(1);
        match self.key {
            "outcomes" => format!("outcome of event {number}"),
            "requests" | "writes" => {
                let kind = if self.key == "writes" { "write" } else { "request" };
                let line = self.got.get(index).map(|got| got.get("request").unwrap_or(got));
                let line = line.and_then(Value::as_str).map(|line| format!(", {line}"));
                format!("{kind} {number}{}", line.unwrap_or_default())
            }
            "notes" => format!("note {number}"),
            _ => format!("finding {number}"),
        }
    }
}

fn differences_of_lists(
    all: &[Pattern],
    got: &[Value],
    look: Look,
    element: &dyn Fn(usize) -> String,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (pattern, value) in aligned(all, got, look) {
        let pattern = pattern.and_then(|index| Some((index, all.get(index)?)));
        let value = value.and_then(|index| Some((index, got.get(index)?)));
        match (pattern, value) {
            (Some((_, pattern)), Some((_, value))) if fits(pattern, value, look) => {}
            (Some((_, pattern)), Some((index, value))) => {
                differences.push(Difference::of(&element(index), pattern, value, look));
            }
            (Some((index, pattern)), None) => {
                let place = element(index);
                // Another thing stands there, so that only the number is right.
                let place = place.split_once(", ").map_or(place.as_str(), |(number, _)| number);
                differences.push(Difference::lacking(place, &pattern.shown()));
            }
            (None, Some((index, value))) => differences.push(Difference::surplus(&element(index), value)),
            (None, None) => {}
        }
    }
    differences
}

fn differences_of_records(name: &str, pattern: &Pattern, got: &Map<String, Value>) -> Vec<Difference> {
    let Some(records) = got.get(name) else {
        return vec![Difference::said(format!("state: the sandbox has no list `{name}`"))];
    };
    let place = |index: usize| format!("state: record {} of {name}", index.saturating_add(1));
    match (pattern, records) {
        _ if fits(pattern, records, Look::Lists) => Vec::new(),
        (Pattern::List(all), Value::Array(records)) => {
            differences_of_lists(all, records, Look::Members, &place)
        }
        _ => vec![Difference::of(&format!("state: {name}"), pattern, records, Look::Lists)],
    }
}

/// `delivered`, or the word with its reason.
fn outcome(outcome: &Outcome) -> Value {
    let verdict = &outcome.verdict;
    verdict.why().map_or_else(|| verdict.name().into(), |why| json!({ verdict.name(): why }))
}

/// The line of a request, with its body when it has one.
fn request(made: &Made) -> Value {
    match &made.body {
        Some(body) => json!({"request": made.request, "body": body}),
        None => made.request.clone().into(),
    }
}

fn findings(seen: &Seen<'_>) -> Value {
    let lines = LineIndex::new(seen.text);
    let finding = |found: &Diagnostic| {
        let place = lines.position(found.primary.start);
        let members = [
            ("code", Some(found.code.id().into())),
            ("line", Some(place.line.into())),
            ("column", Some(place.column.into())),
            ("message", Some(found.message.clone().into())),
            ("help", found.help.clone().map(Value::from)),
        ];
        let members = members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        members.collect::<Map<_, _>>()
    };
    seen.found.iter().map(finding).map(Value::Object).collect()
}
