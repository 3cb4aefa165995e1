//! Values of events, settings and replies: types and casts, walks into them, secrets.
//!
//! Values are looked at where they stand ([`crate::json`]): numbers keep the digits they were written with and objects
//! keep the order of their keys. This module knows nothing of mappings.

mod address;
mod calendar;
mod cast;
mod day;
pub(crate) mod pending;
mod secret;
mod walk;

pub use cast::{BadCast, Type};
pub use day::Day;
pub use secret::Secret;
pub use walk::{Segment, Walk};

pub(crate) use address::without_emails;
pub(crate) use calendar::same_moment;

use crate::json::{Arena, Datum, Text};

/// Whether two values are the same: numbers by what they are worth, everything else by what it is.
pub(crate) fn same<'a>(left: Datum<'a>, right: Datum<'a>, arena: &'a Arena) -> bool {
    match (left, right) {
        (Datum::Null, Datum::Null) => true,
        (Datum::Bool(left), Datum::Bool(right)) => left == right,
        (Datum::Number(left), Datum::Number(right)) => left == right || same_number(left, right),
        (Datum::Text(left), Datum::Text(right)) => {
            are_near(left, right) && left.characters(arena) == right.characters(arena)
        }
        (Datum::List(_), Datum::List(_)) | (Datum::Object(_), Datum::Object(_)) => {
            left.to_value() == right.to_value()
        }
        _ => false,
    }
}

/// Whether two texts are near enough in length to be the same, whatever their escapes and the case of their letters.
/// So a long text that is compared with many short ones is not unescaped for each.
fn are_near(left: Text<'_>, right: Text<'_>) -> bool {
    // Six bytes of an escape for one, three of a letter for one of the other case.
    const MOST: usize = 6 * 3;
    let (left, right) = (left.written.len(), right.written.len());
    left <= right.saturating_mul(MOST) && right <= left.saturating_mul(MOST)
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
    match (left.scalar(), right.scalar()) {
        (Some(left), Some(right)) => {
            if !are_near(left, right) {
                return false;
            }
            let (left, right) = (left.characters(arena), right.characters(arena));
            left == right
                || (!left.is_ascii() || !right.is_ascii() || left.len() == right.len())
                    && left.to_lowercase() == right.to_lowercase()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{same, same_text};
    use crate::json::{Arena, Datum, Text};

    #[test]
    fn a_long_text_is_not_unescaped_for_every_short_one() {
        let long = "\\u0061".repeat(10_000);
        let (long, short) = (Datum::Text(Text::of_json(&long, true)), Datum::Text(Text::plain("a")));
        let arena = Arena::new();
        for _ in 0..1_000 {
            assert!(!same(long, short, &arena) && !same_text(short, long, &arena));
        }
        assert!(arena.allocated_bytes() < 10_000, "{}", arena.allocated_bytes());
    }

    #[test]
    fn texts_are_the_same_however_they_are_written() {
        let arena = Arena::new();
        let escaped = |text| Datum::Text(Text::of_json(text, true));
        let plain = |text| Datum::Text(Text::plain(text));
        assert!(same(escaped("\\u0061\\n"), plain("a\n"), &arena));
        assert!(same(plain(""), plain(""), &arena) && !same(plain(""), plain("a"), &arena));
        // The Kelvin sign has three bytes, a small k one.
        assert!(same_text(escaped("\\u006b"), plain("\u{212a}"), &arena));
        assert!(same_text(escaped("\\u004b\\u004b"), plain("kk"), &arena));
    }
}
