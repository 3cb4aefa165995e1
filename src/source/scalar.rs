//! Bare scalars: what a word without quotes stands for.
//!
//! In: the text of a scalar. Out: its value, exactly as `serde_yaml` sees it (YAML 1.2 core, so `yes` is text, plus
//! `0b11`). Must not know where the scalar stands.

use std::num::ParseIntError;

use serde_yaml::{Number, Value};

/// What a scalar stands for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(&'a str),
}

/// The value of a bare scalar: nothing, true or false, a number, else text.
#[must_use]
pub(super) fn resolve(text: &str) -> Scalar<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" => Scalar::Bool(true),
        "false" | "False" | "FALSE" => Scalar::Bool(false),
        _ => number(text).map_or(Scalar::Text(text), Scalar::Number),
    }
}

impl From<Scalar<'_>> for Value {
    fn from(scalar: Scalar<'_>) -> Self {
        match scalar {
            Scalar::Null => Value::Null,
            Scalar::Bool(truth) => Value::Bool(truth),
            Scalar::Number(number) => Value::Number(number),
            Scalar::Text(text) => Value::String(text.to_owned()),
        }
    }
}

/// Whether a text may be a number; no number begins in another way.
fn begins_like_number(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.'))
}

/// Whether a bare scalar is digits that begin with 0, and therefore text.
pub(super) fn has_leading_zero(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a bare scalar is a word that other YAML readers take for true or false.
pub(super) fn is_yes_no_word(text: &str) -> bool {
    const WORDS: [&str; 6] = ["yes", "no", "on", "off", "y", "n"];
    text.len() <= 3 && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a bare scalar is a whole number that 64 bits cannot hold.
pub(super) fn is_too_large(text: &str) -> bool {
    if !begins_like_number(text) {
        return false;
    }
    if has_leading_zero(text) || unsigned(text, u64::from_str_radix).is_some() || negative(text).is_some() {
        return false;
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (digits, radix) = match digits.split_at_checked(2) {
        Some(("0x", rest)) => (rest, 16),
        Some(("0o", rest)) => (rest, 8),
        Some(("0b", rest)) => (rest, 2),
        _ => (digits, 10),
    };
    !digits.is_empty() && digits.chars().all(|letter| letter.is_digit(radix))
}

fn number(text: &str) -> Option<Number> {
    if !begins_like_number(text) {
        return None;
    }
    if let Some(whole) = unsigned(text, u64::from_str_radix) {
        return Some(whole.into());
    }
    if let Some(whole) = negative(text) {
        return Some(whole.into());
    }
    if is_too_large(text) || has_leading_zero(text) {
        return None;
    }
    float(text).map(Number::from)
}

fn unsigned<T>(text: &str, from_radix: fn(&str, u32) -> Result<T, ParseIntError>) -> Option<T> {
    let bare = text.strip_prefix('+').unwrap_or(text);
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = bare.strip_prefix(prefix)
            && !digits.starts_with(['+', '-'])
            && let Ok(whole) = from_radix(digits, radix)
        {
            return Some(whole);
        }
    }
    if bare.starts_with(['+', '-']) || has_leading_zero(text) {
        return None;
    }
    from_radix(bare, 10).ok()
}

fn negative(text: &str) -> Option<i64> {
    let bare = text.strip_prefix('-')?;
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = bare.strip_prefix(prefix)
            && let Ok(whole) = i64::from_str_radix(&format!("-{digits}"), radix)
        {
            return Some(whole);
        }
    }
    if has_leading_zero(text) { None } else { text.parse().ok() }
}

fn float(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        "-.inf" | "-.Inf" | "-.INF" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    let bare = text.strip_prefix('+').unwrap_or(text);
    match bare {
        ".inf" | ".Inf" | ".INF" => Some(f64::INFINITY),
        _ if bare.len() < text.len() && bare.starts_with(['+', '-']) => None,
        _ => bare.parse().ok().filter(|float: &f64| float.is_finite()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_as_serde_yaml_does() {
        let words = "~ null Null nULL true True tRUE false no yes on Off y 0 -0 +0 1 -1 +1 ++1 +-1 017 -017 +017 00 08 0o17 \
             0o8 -0o17 0x1F -0x1F +0x1F 0x 0x-1 0x+1 0xg 0b11 -0b1 0b2 1_000 1.5 -1.5 +1.5 1. .5 . 1e3 1e400 -1e400 1E-3 .inf \
             -.inf +.inf -.INF .nan .NaN inf nan infinity 18446744073709551615 -9223372036854775808 0.0 -0.0 00.5 1:20 \
             2027-04-30 $.a.b 0x_1 --1 -+1 -0x-1 -0x+1 -0b+1 0o+7";
        for word in words.split_whitespace() {
            let theirs: Value = serde_yaml::from_str(word).unwrap();
            assert_eq!(Value::from(resolve(word)), theirs, "{word}");
        }
    }

    #[test]
    fn large_numbers() {
        for word in [
            "18446744073709551616",
            "-9223372036854775809",
            "+99999999999999999999999",
            "0xFFFFFFFFFFFFFFFFF",
        ] {
            assert!(is_too_large(word), "{word}");
        }
        for word in [
            "18446744073709551615",
            "-1",
            "017",
            "1e30",
            "abc",
            "",
            "-",
            "0x",
            "00000000000000000000000000000",
        ] {
            assert!(!is_too_large(word), "{word}");
        }
    }

    #[test]
    fn words_that_look_like_booleans() {
        assert!(["yes", "No", "ON", "off", "y", "N"].into_iter().all(is_yes_no_word));
        assert!(!["true", "nope", "", "ö", "yess"].into_iter().any(is_yes_no_word));
    }
}
