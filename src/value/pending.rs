//! Values that a destination gives only once something has been done there: a plan has a mark in their place.
//!
//! A mark is a text between two characters that stand in no interchange of text, so that it goes through rows, templates,
//! paths and bodies as any other text does, and is found again behind them. It names the output that it stands for.
//!
//! Source: Unicode 17.0, section 23.7 (noncharacters are for internal use).

use serde_json::Value;

use crate::json::{Datum, Whole};

/// Begins the mark of a value that there will be for sure.
const SURE: char = '\u{fdd0}';
/// Begins the mark of a value that there may be.
const POSSIBLE: char = '\u{fdd2}';
const END: char = '\u{fdd1}';

/// What people see in place of a mark.
pub(crate) const SHOWN: &str = "(known after apply)";

/// The mark of a value; `is_sure` when there will be one whatever happens.
pub(crate) fn mark(name: &str, is_sure: bool) -> String {
    format!("{}{name}{END}", if is_sure { SURE } else { POSSIBLE })
}

/// Whether a text has a mark in it.
pub(crate) fn is_marked(text: &str) -> bool {
    // One character at a time is looked for by its bytes.
    text.contains(SURE) || text.contains(POSSIBLE)
}

/// Whether a text is a mark of a value that there may be.
pub(crate) fn is_possible(text: &str) -> bool {
    text.starts_with(POSSIBLE) && text.ends_with(END)
}

/// The same mark for a value that is there for sure.
pub(crate) fn made_sure(text: &str) -> String {
    text.replace(POSSIBLE, &SURE.to_string())
}

/// A text as people read it.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once([SURE, POSSIBLE]) {
        shown.push_str(before);
        shown.push_str(SHOWN);
        rest = behind.split_once(END).map_or("", |(_, behind)| behind);
    }
    shown + rest
}

/// Whether a value is a mark or has one in it.
pub(crate) fn is_pending(value: Datum<'_>) -> bool {
    match value {
        Datum::Text(text) => is_marked(text.written),
        Datum::List(whole) | Datum::Object(whole) => match whole {
            Whole::Written(written) => is_marked(written.text),
            Whole::Tree(tree, _) => has_mark(tree),
        },
        Datum::Null | Datum::Bool(_) | Datum::Number(_) => false,
    }
}

/// Whether a tree has a mark in it, its keys included.
pub(crate) fn has_mark(value: &Value) -> bool {
    match value {
        Value::String(text) => is_marked(text),
        Value::Array(items) => items.iter().any(has_mark),
        Value::Object(members) => members.iter().any(|(key, member)| is_marked(key) || has_mark(member)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a text fits another one that may have marks, each of which stands for any text.
pub(crate) fn text_fits(planned: &str, text: &str) -> bool {
    if !is_marked(planned) {
        return planned == text;
    }
    let mut pieces = Vec::new();
    let mut rest = planned;
    while let Some((before, behind)) = rest.split_once([SURE, POSSIBLE]) {
        pieces.push(before);
        rest = behind.split_once(END).map_or("", |(_, behind)| behind);
    }
    let Some(mut left) = pieces.first().and_then(|first| text.strip_prefix(*first)) else { return false };
    for piece in pieces.iter().skip(1) {
        let Some((_, behind)) = left.split_once(*piece) else { return false };
        left = behind;
    }
    left.ends_with(rest)
}

/// Whether a value fits a planned one, in which each mark stands for any value.
pub(crate) fn fits(planned: &Value, value: &Value) -> bool {
    match (planned, value) {
        (Value::String(text), _) if is_mark(text) => true,
        (Value::String(planned), Value::String(text)) => text_fits(planned, text),
        (Value::Array(planned), Value::Array(items)) => {
            planned.len() == items.len()
                && planned.iter().zip(items).all(|(planned, item)| fits(planned, item))
        }
        (Value::Object(planned), Value::Object(members)) => {
            let is_there = |(key, planned): (&String, &Value)| match members.get(key) {
                Some(member) => fits(planned, member),
                None => may_be_absent(planned),
            };
            planned.iter().all(is_there) && members.keys().all(|key| planned.contains_key(key))
        }
        _ => planned == value,
    }
}

/// A member that nobody promised: the mark of a possible value, or an object of nothing else.
fn may_be_absent(planned: &Value) -> bool {
    match planned {
        Value::String(text) => is_possible(text),
        Value::Object(members) => !members.is_empty() && members.values().all(may_be_absent),
        _ => false,
    }
}

/// Whether a text is one mark and nothing else.
pub(crate) fn is_mark(text: &str) -> bool {
    text.starts_with([SURE, POSSIBLE]) && text.find(END) == text.len().checked_sub(END.len_utf8())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(planned: &Value, value: &Value, expected: bool) {
        assert_eq!(fits(planned, value), expected, "{planned} {value}");
    }

    #[test]
    fn a_mark_is_shown_in_words() {
        let id = mark("user.id", true);
        assert_eq!(shown(&format!("/users/{id}/x/{id}")), "/users/(known after apply)/x/(known after apply)");
        assert_eq!(shown("plain"), "plain");
        assert!(is_possible(&mark("a", false)) && !is_possible(&id));
        assert_eq!(made_sure(&mark("a", false)), mark("a", true));
    }

    #[test]
    fn a_mark_fits_whatever_comes() {
        let id = mark("user.id", true);
        check(&json!({"id": id}), &json!({"id": 7}), true);
        check(&json!({"id": id}), &json!({}), false);
        check(&json!({"id": id}), &json!({"id": 7, "name": "Ada"}), false);
        check(&json!(format!("user {id}!")), &json!("user 7!"), true);
        check(&json!(format!("user {id}!")), &json!("team 7!"), false);
        check(&json!([id, 1]), &json!([{"a": 1}, 1]), true);
        check(&json!([id, 1]), &json!([{"a": 1}, 2]), false);
    }

    #[test]
    fn a_possible_value_may_be_absent() {
        let email = mark("user.email", false);
        check(&json!({"a": {"email": email}}), &json!({}), true);
        check(&json!({"a": {"email": email, "b": 1}}), &json!({}), false);
        check(&json!({"email": email}), &json!({"email": "x"}), true);
    }

    #[test]
    fn texts_fit_piece_by_piece() {
        let (a, b) = (mark("a", true), mark("b", true));
        assert!(text_fits(&format!("/users/{a}/identities/{b}/make"), "/users/7/identities/8/make"));
        assert!(!text_fits(&format!("/users/{a}/identities/{b}/make"), "/users/7/identities/8"));
        assert!(text_fits("/users", "/users") && !text_fits("/users", "/users/7"));
    }
}
