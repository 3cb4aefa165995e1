//! Values of events, settings and replies: types and casts, walks into them, secrets.
//!
//! A value is a [`serde_json::Value`] throughout: numbers keep the digits they were written with and objects keep
//! the order of their keys. This module knows nothing of mappings.

mod calendar;
mod cast;
mod secret;
mod walk;

pub use cast::{BadCast, Type};
pub use secret::Secret;
pub use walk::{Segment, Walk};

pub use calendar::same_moment;

use serde_json::Value;

/// What a value is, in the words of the mapping language: `text`, `whole number`, …
#[must_use]
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_i64() || number.is_u64() => "a whole number",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Whether a value is the empty text, the empty list or the empty object.
#[must_use]
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// Whether two values are the same: numbers by what they are worth, everything else by what it is.
#[must_use]
pub fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i128(), b.as_i128()) {
            (Some(a), Some(b)) => a == b,
            // Too long for 128 bits: the digits themselves.
            _ if is_digits(a) && is_digits(b) => a.to_string() == b.to_string(),
            _ => a.as_f64().is_some_and(|a| Some(a) == b.as_f64()),
        },
        _ => left == right,
    }
}

fn is_digits(number: &serde_json::Number) -> bool {
    number.to_string().trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit())
}

/// The text of a scalar as a template or a URL shows it; `None` for null, lists and objects.
#[must_use]
pub fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
