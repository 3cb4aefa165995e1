//! Differences between what is expected and what came, in lines for people.
//!
//! In: a pattern and the value that does not fit. Out: a heading that says where, and lines with what was expected and
//! what came, without what fits.

use std::fmt;

use serde_json::{Map, Value};
use similar::{ChangeTag, TextDiff};

use super::fit::{Look, aligned, fits, partners};
use super::pattern::Pattern;
use super::write;

/// Lines around a difference that are shown with it.
const CONTEXT: usize = 1;
/// Most lines of one difference.
const MOST_LINES: usize = 40;

/// A difference: where it is, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where, as in `request 2, POST /users, at body.name`.
    pub place: String,
    /// What, in the order in which it is read.
    pub lines: Vec<Line>,
}

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// What was expected.
    Expected(String),
    /// What came.
    Got(String),
    /// What is near, and as it should be.
    Same(String),
    /// Lines that are left out.
    Gap,
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Line::Expected(text) => write!(formatter, "- {text}"),
            Line::Got(text) => write!(formatter, "+ {text}"),
            Line::Same(text) => write!(formatter, "  {text}"),
            Line::Gap => formatter.write_str("  …"),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.place)?;
        self.lines.iter().try_for_each(|line| write!(formatter, "\n  {line}"))
    }
}

impl Difference {
    /// Something that is said in words.
    pub(in crate::case) fn said(words: impl fmt::Display) -> Self {
        Self { place: words.to_string(), lines: Vec::new() }
    }

    /// Something that should be there and is not.
    pub(super) fn lacking(place: &str, expected: &Value) -> Self {
        let lines = write::on_lines(expected, 0).into_iter().map(Line::Expected).collect();
        Self { place: format!("{place} is expected and did not come"), lines: cut(lines) }
    }

    /// Something that came and is not expected.
    pub(super) fn surplus(place: &str, got: &Value) -> Self {
        let lines = write::on_lines(got, 0).into_iter().map(Line::Got).collect();
        Self { place: format!("{place} is not expected"), lines: cut(lines) }
    }

    /// Something that came in another form.
    pub(super) fn of(place: &str, pattern: &Pattern, got: &Value, look: Look) -> Self {
        let (mut expected, mut got) = sides(pattern, got, look);
        let mut path = String::new();
        while let Some((key, left, right)) = only_difference(&expected, &got) {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&key);
            (expected, got) = (left, right);
        }
        let place = if path.is_empty() { place.to_owned() } else { format!("{place}, at {path}") };
        Self { place, lines: cut(lines_between(&expected, &got)) }
    }
}

/// What is expected and what came, with what fits made alike.
fn sides(pattern: &Pattern, got: &Value, look: Look) -> (Value, Value) {
    if fits(pattern, got, look) {
        return (pattern.shown(), pattern.shown());
    }
    match (pattern, got) {
        // Only one of them has a body.
        (Pattern::Scalar(_), Value::Object(got)) if look == Look::Request => {
            sides_of_maps(&[("request".to_owned(), pattern.clone())], got, Look::Strict)
        }
        (Pattern::Map(members), Value::String(_)) if look == Look::Request => {
            let got = Map::from_iter([("request".to_owned(), got.clone())]);
            sides_of_maps(members, &got, Look::Strict)
        }
        (Pattern::Map(members), Value::Object(got)) => sides_of_maps(members, got, look),
        (Pattern::List(all), Value::Array(got)) => sides_of_lists(all, got, look.at_elements()),
        (Pattern::Contains(inner), _) => match (&**inner, got) {
            (Pattern::Map(members), Value::Object(got)) => sides_of_maps(members, got, Look::Members),
            (Pattern::List(all), Value::Array(got)) => unordered_sides(all, got, look.at_elements()),
            _ => (pattern.shown(), got.clone()),
        },
        (Pattern::Unordered(all), Value::Array(got)) => unordered_sides(all, got, look.at_elements()),
        _ => (pattern.shown(), got.clone()),
    }
}

fn sides_of_maps(members: &[(String, Pattern)], got: &Map<String, Value>, look: Look) -> (Value, Value) {
    let (mut expected, mut came) = (Map::new(), Map::new());
    for (key, pattern) in members {
        let (left, right) = match got.get(key) {
            Some(value) => sides(pattern, value, look.at_members()),
            None if look.is_partial() => sides(pattern, &Value::Null, Look::Strict),
            None => {
                expected.insert(key.clone(), pattern.shown());
                continue;
            }
        };
        expected.insert(key.clone(), left);
        came.insert(key.clone(), right);
    }
    if !look.is_partial() {
        for (key, value) in got {
            came.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    (Value::Object(expected), Value::Object(came))
}

fn sides_of_lists(all: &[Pattern], got: &[Value], look: Look) -> (Value, Value) {
    let (mut expected, mut came) = (Vec::new(), Vec::new());
    for (pattern, value) in aligned(all, got, look) {
        match (pattern.and_then(|index| all.get(index)), value.and_then(|index| got.get(index))) {
            (Some(pattern), Some(value)) => {
                let (left, right) = sides(pattern, value, look);
                expected.push(left);
                came.push(right);
            }
            (pattern, value) => {
                expected.extend(pattern.map(Pattern::shown));
                came.extend(value.cloned());
            }
        }
    }
    (expected.into(), came.into())
}

fn unordered_sides(all: &[Pattern], got: &[Value], look: Look) -> (Value, Value) {
    let partners = partners(all, got, look);
    let (mut expected, mut came) = (Vec::new(), Vec::new());
    for (pattern, _) in all.iter().zip(&partners).filter(|(_, partner)| partner.is_some()) {
        expected.push(pattern.shown());
        came.push(pattern.shown());
    }
    let lonely = all.iter().zip(&partners).filter(|(_, partner)| partner.is_none());
    expected.extend(lonely.map(|(pattern, _)| pattern.shown()));
    let others = got.iter().enumerate().filter(|(index, _)| !partners.contains(&Some(*index)));
    came.extend(others.map(|(_, value)| value.clone()));
    (expected.into(), came.into())
}

/// The member in which two maps differ, if they differ in one only and both have it.
fn only_difference(expected: &Value, got: &Value) -> Option<(String, Value, Value)> {
    let (Value::Object(expected), Value::Object(got)) = (expected, got) else { return None };
    if expected.len() != got.len() {
        return None;
    }
    let mut differing = expected.iter().filter(|(key, value)| got.get(*key) != Some(*value));
    let (key, value) = differing.next()?;
    match (differing.next(), got.get(key)) {
        (None, Some(other)) => Some((key.clone(), value.clone(), other.clone())),
        _ => None,
    }
}

/// The lines of both sides; texts of several lines are compared line by line.
fn lines_between(expected: &Value, got: &Value) -> Vec<Line> {
    let lines = |value: &Value| match value.as_str() {
        Some(text) if text.contains('\n') => text.lines().map(visible).collect(),
        _ => write::on_lines(value, 0),
    };
    let (expected, got) = (lines(expected), lines(got));
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    let got: Vec<&str> = got.iter().map(String::as_str).collect();
    let diff = TextDiff::from_slices(&expected, &got);
    let mut shown = Vec::new();
    let mut end = 0;
    for group in diff.grouped_ops(CONTEXT) {
        if group.first().is_some_and(|first| first.old_range().start > end) {
            shown.push(Line::Gap);
        }
        for operation in &group {
            end = operation.old_range().end;
            shown.extend(diff.iter_changes(operation).map(|change| {
                let text = change.value().to_owned();
                match change.tag() {
                    ChangeTag::Equal => Line::Same(text),
                    ChangeTag::Delete => Line::Expected(text),
                    ChangeTag::Insert => Line::Got(text),
                }
            }));
        }
    }
    if end < expected.len() {
        shown.push(Line::Gap);
    }
    shown
}

/// A line without characters that control a terminal.
fn visible(line: &str) -> String {
    line.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

fn cut(mut lines: Vec<Line>) -> Vec<Line> {
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        lines.push(Line::Gap);
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(pattern: Value, got: &Value, look: Look, expected: &str) {
        let pattern: Pattern = serde_json::from_value(pattern).unwrap();
        assert_eq!(Difference::of("here", &pattern, got, look).to_string(), expected);
    }

    #[test]
    fn the_place_goes_down_to_what_differs() {
        let got = json!({"a": 1, "b": {"c": {"d": "x"}, "e": [1, 2]}});
        let pattern = json!({"a": {"$any": true}, "b": {"c": {"d": "z"}, "e": [1, 2]}});
        check(pattern, &got, Look::Strict, "here, at b.c.d\n  - z\n  + x");
    }

    #[test]
    fn what_fits_is_shown_as_it_was_expected_and_only_near_by() {
        let got = json!({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6});
        let pattern = json!({"a": 1, "b": 2, "c": 3, "d": 5, "e": {"$any": true}, "x": 7});
        let shown = "here\n    …\n    c: 3\n  - d: 5\n  + d: 4\n    e: {$any: true}\n  - x: 7\n  + f: 6";
        check(pattern, &got, Look::Strict, shown);
    }

    #[test]
    fn members_that_are_not_looked_at_are_not_shown() {
        let got = json!({"id": 7, "name": "Ada", "email": "a@acme.test"});
        check(
            json!({"name": "Bob", "email": null}),
            &got,
            Look::Members,
            "here\n  - name: Bob\n  - email: null\n  + name: Ada\n  + email: a@acme.test",
        );
    }

    #[test]
    fn lists_are_compared_by_their_elements() {
        check(
            json!({"a": ["x", "u"]}),
            &json!({"a": ["w", "x", "u"]}),
            Look::Strict,
            "here, at a\n  + - w\n    - x\n    …",
        );
        let pattern = json!({"$unordered": ["x", "u"]});
        check(pattern, &json!(["z", "x"]), Look::Strict, "here\n    - x\n  - - u\n  + - z");
    }

    #[test]
    fn texts_of_several_lines_are_compared_by_lines() {
        check(
            json!("a\nb\nc"),
            &json!("a\nx\u{7}\nc"),
            Look::Strict,
            "here\n    a\n  - b\n  + x\u{fffd}\n    c",
        );
    }

    #[test]
    fn a_body_that_is_not_expected_is_named() {
        let got = json!({"request": "POST /a", "body": {"b": 1}});
        check(json!("POST /a"), &got, Look::Request, "here\n    request: POST /a\n  + body:\n  +   b: 1");
    }

    #[test]
    fn long_differences_are_cut() {
        let long: Value = (0..100).collect();
        let shown = Difference::surplus("note 1", &long);
        assert_eq!((shown.lines.len(), shown.lines.last()), (MOST_LINES + 1, Some(&Line::Gap)));
        assert_eq!(shown.place, "note 1 is not expected");
    }
}
