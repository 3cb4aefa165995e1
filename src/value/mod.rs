//! Values of events, settings and replies: types and casts, walks into them, secrets.
//!
//! Values are looked at where they stand ([`crate::json`]): numbers keep the digits they were written with and objects
//! keep the order of their keys. This module knows nothing of mappings.

mod calendar;
mod cast;
mod day;
mod secret;
mod walk;

pub use cast::{BadCast, Type};
pub use day::Day;
pub use secret::Secret;
pub use walk::{Segment, Walk};

pub(crate) use calendar::same_moment;

use crate::json::{Arena, Datum};

/// Whether two values are the same: numbers by what they are worth, everything else by what it is.
pub(crate) fn same<'a>(left: Datum<'a>, right: Datum<'a>, arena: &'a Arena) -> bool {
    match (left, right) {
        (Datum::Null, Datum::Null) => true,
        (Datum::Bool(left), Datum::Bool(right)) => left == right,
        (Datum::Number(left), Datum::Number(right)) => left == right || same_number(left, right),
        (Datum::Text(left), Datum::Text(right)) => left.characters(arena) == right.characters(arena),
        (Datum::List(_), Datum::List(_)) | (Datum::Object(_), Datum::Object(_)) => {
            left.to_value() == right.to_value()
        }
        _ => false,
    }
}

fn same_number(left: &str, right: &str) -> bool {
    let is_digits = |number: &str| number.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
    match (left.parse::<i128>(), right.parse::<i128>()) {
        (Ok(left), Ok(right)) => left == right,
        // Too long for 128 bits: the digits themselves, which are not the same.
        _ if is_digits(left) && is_digits(right) => false,
        _ => left.parse::<f64>().is_ok_and(|left| Ok(left) == right.parse::<f64>()),
    }
}

/// Whether two scalars are the same text, whatever the case of their letters.
pub(crate) fn same_text<'a>(left: Datum<'a>, right: Datum<'a>, arena: &'a Arena) -> bool {
    match (left.scalar_text(arena), right.scalar_text(arena)) {
        (Some(left), Some(right)) => {
            left == right
                || (!left.is_ascii() || !right.is_ascii() || left.len() == right.len())
                    && left.to_lowercase() == right.to_lowercase()
        }
        _ => false,
    }
}
