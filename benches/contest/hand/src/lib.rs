//! What `mappings/zendesk.yaml` does with an event before anything is sent, written by hand over a parsed event.
//!
//! This is what a good Rust programmer would write who knows the mapping by heart: each object is gone through once,
//! the body is written straight to the buffer, and nothing is copied that needs no change. Settings are the default
//! ones. Texts of reasons are those of the engine.

mod casts;
mod organization;
mod parts;
mod rest;
mod user;

use std::borrow::Cow;
use std::io::Write;

use serde_json::Value;

pub use casts::{Whole, email_of, is_moment, moment_of, whole};
pub use rest::made_valid;

use parts::Parts;

/// Why nothing is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The event is bad.
    Rejected(Cow<'static, str>),
    /// The event is not for this destination.
    Skipped(Cow<'static, str>),
}

/// Refuses an event with a fixed reason.
pub const fn rejected(why: &'static str) -> Refused {
    Refused::Rejected(Cow::Borrowed(why))
}

/// Appends the body that the event gives; `false` when it gives none before an answer is there.
pub fn prepare(event: &Value, out: &mut Vec<u8>) -> Result<bool, Refused> {
    let Value::Object(members) = event else {
        return Err(Refused::Rejected(format!("the event is not an object but {}", kind_of(event)).into()));
    };
    let event = Parts::of(members);
    if event.is_excluded() {
        return Err(Refused::Skipped(Cow::Borrowed("the event's integrations exclude ZENDESK")));
    }
    let kind = match event.kind {
        None | Some(Value::Null) => return Err(rejected("the event has no type")),
        Some(Value::String(kind)) if kind.is_empty() => return Err(rejected("the event has no type")),
        Some(Value::String(kind)) => kind,
        Some(other) => {
            let why = format!("the event's type is not text but {}", kind_of(other));
            return Err(Refused::Rejected(why.into()));
        }
    };
    if kind.eq_ignore_ascii_case("identify") {
        user::identify(&event, out)
    } else if kind.eq_ignore_ascii_case("track") {
        user::track(&event, out)
    } else if kind.eq_ignore_ascii_case("group") {
        organization::group(&event, out)
    } else {
        let shown: String = kind.to_lowercase().chars().take(60).collect();
        Err(Refused::Rejected(format!("Event type {shown} is not supported").into()))
    }
}

/// Neither null nor empty.
fn filled(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    })
}

/// A filled value that can be text.
fn text_value<'v>(value: Option<&'v Value>, row: &str) -> Result<Option<&'v Value>, Refused> {
    match filled(value) {
        Some(value @ (Value::Array(_) | Value::Object(_))) => Err(bad(row, "text", value)),
        value => Ok(value),
    }
}

fn bad(row: &str, expected: &str, found: &Value) -> Refused {
    Refused::Rejected(format!("{row}: expected {expected}, found {}", kind_of(found)).into())
}

fn kind_of(value: &Value) -> &'static str {
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

/// Writes a scalar as a JSON text.
fn write_text(out: &mut Vec<u8>, value: &Value) {
    if let Value::String(_) = value {
        write_value(out, value);
    } else {
        out.push(b'"');
        write_value(out, value);
        out.push(b'"');
    }
}

fn write_value(out: &mut Vec<u8>, value: &Value) {
    // A value is JSON, and a vector takes all that is written to it.
    let _ = serde_json::to_writer(out, value);
}

fn write_str(out: &mut Vec<u8>, text: &str) {
    let _ = serde_json::to_writer(out, text);
}

fn write_digits(out: &mut Vec<u8>, digits: impl std::fmt::Display) {
    let _ = write!(out, "{digits}");
}
