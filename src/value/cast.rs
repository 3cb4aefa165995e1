//! Types that a mapping can ask for, and the casts to them.

use std::fmt;

use bumpalo::collections::String as ArenaString;
use serde_json::{Number, Value};

use super::address::{is_email, is_phone, is_url};
use super::calendar::{self, date, datetime};
use crate::json::{Arena, Datum, Kind, UNKNOWN, formatted, write};

/// A type that a row can ask for with `as:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text; numbers and booleans become text.
    String,
    /// A whole number of any length; text of digits becomes one.
    Integer,
    /// A number; text that spells one becomes one.
    Number,
    /// True or false; the texts `true` and `false` become one.
    Boolean,
    /// A day, `2024-05-01`; the day of a date with time.
    Date,
    /// A moment in RFC 3339; seconds or milliseconds since 1970 become one.
    DateTime,
    /// An e-mail address, without surrounding blanks.
    Email,
    /// A telephone number: digits with the usual signs between them.
    Phone,
    /// An `http` or `https` address.
    Url,
    /// Text, a number, true or false.
    Scalar,
    /// An object.
    Object,
    /// A list; a single value becomes a list of one.
    List(Box<Type>),
    /// One of these texts.
    Enum(Vec<String>),
}

/// Why a cast failed. Shows kinds, never the value, which may be personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadCast<'t> {
    expected: &'t Type,
    found: &'static str,
}

impl fmt::Display for BadCast<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "expected {}, found {}", self.expected.describe(), self.found)
    }
}

impl std::error::Error for BadCast<'_> {}

impl Type {
    /// Types without parameters, as `as:` spells them.
    pub const PLAIN: [(&'static str, Type); 11] = [
        ("string", Type::String),
        ("integer", Type::Integer),
        ("number", Type::Number),
        ("boolean", Type::Boolean),
        ("date", Type::Date),
        ("datetime", Type::DateTime),
        ("email", Type::Email),
        ("phone", Type::Phone),
        ("url", Type::Url),
        ("scalar", Type::Scalar),
        ("object", Type::Object),
    ];

    /// The type of a plain name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Type> {
        Self::PLAIN.iter().find(|(known, _)| *known == name).map(|(_, kind)| kind.clone())
    }

    /// As `as:` spells it.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Type::List(element) => format!("[{}]", element.written()),
            Type::Enum(words) => format!("{{enum: [{}]}}", words.join(", ")),
            plain => Self::PLAIN
                .iter()
                .find(|(_, kind)| kind == plain)
                .map_or_else(String::new, |(name, _)| (*name).to_owned()),
        }
    }

    /// What a value of this type is, in words that fit behind "expected".
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Type::String => "text".into(),
            Type::Integer => "a whole number".into(),
            Type::Number => "a number".into(),
            Type::Boolean => "true or false".into(),
            Type::Date => "a date like 2024-05-01".into(),
            Type::DateTime => "a date and time like 2024-05-01T10:00:00Z".into(),
            Type::Email => "an e-mail address".into(),
            Type::Phone => "a telephone number".into(),
            Type::Url => "an http address".into(),
            Type::Scalar => "text, a number, true or false".into(),
            Type::Object => "an object".into(),
            Type::List(of) => format!("a list ({} in it)", of.describe()),
            Type::Enum(words) => format!("one of {}", words.join(", ")),
        }
    }

    /// The value as this type. What already fits stays as it is written.
    ///
    /// # Errors
    /// [`BadCast`] when the value is of another kind and has no faithful form in this type.
    pub(crate) fn cast<'a>(&self, datum: Datum<'a>, arena: &'a Arena) -> Result<Datum<'a>, BadCast<'_>> {
        let fitting = match self {
            Type::String => datum.scalar().map(Datum::Text),
            Type::Integer => integer(datum, arena),
            Type::Number => number(datum, arena),
            Type::Boolean => boolean(datum, arena),
            Type::Date => date(datum, arena),
            Type::DateTime => datetime(datum, arena),
            Type::Email => trimmed(datum, is_email, arena),
            Type::Phone => datum
                .scalar()
                .filter(|text| is_phone(text.characters(arena)))
                .map(|text| text.part(text.characters(arena)))
                .map(Datum::Text),
            Type::Url => trimmed(datum, is_url, arena),
            Type::Scalar => datum.scalar().map(|_| datum),
            Type::Object => matches!(datum, Datum::Object(_)).then_some(datum),
            Type::List(of) => return list(of, datum, arena),
            Type::Enum(words) => match datum {
                Datum::Text(text) if words.iter().any(|word| word == text.characters(arena)) => Some(datum),
                _ => None,
            },
        };
        fitting.ok_or_else(|| BadCast { expected: self, found: datum.kind() })
    }

    /// Whether a value of a kind is surely of this type.
    #[inline]
    pub(crate) fn takes_as_it_is(&self, kind: Kind) -> bool {
        match self {
            Type::String => kind == Kind::Text,
            Type::Object => kind == Kind::Object,
            Type::Boolean => matches!(kind, Kind::True | Kind::False),
            Type::Number => kind == Kind::Number,
            Type::Scalar => matches!(kind, Kind::Text | Kind::Number | Kind::True | Kind::False),
            _ => false,
        }
    }

    /// Whether a scalar of a kind, given as it is written, is surely of this type.
    pub(crate) fn keeps(&self, kind: Kind, written: &str) -> bool {
        match (self, kind) {
            (Type::Integer, Kind::Number) => is_integer(written),
            (Type::Email, Kind::Text) => is_email(written),
            (Type::Phone, Kind::Text) => is_phone(written),
            (Type::Url, Kind::Text) => is_url(written),
            (Type::DateTime, Kind::Text) => calendar::is_usual_moment(written),
            (Type::Enum(words), Kind::Text) => words.iter().any(|word| word == written),
            _ => false,
        }
    }

    /// The value as this type, as a tree of its own.
    ///
    /// # Errors
    /// As for events: the value has no faithful form in this type.
    pub fn cast_value(&self, value: &Value) -> Result<Value, BadCast<'_>> {
        Ok(self.cast(Datum::of(value), &Arena::new())?.to_value())
    }

    /// The plain type that fits a scalar best: `boolean`, `integer`, `number`, `date`, `datetime` or `string`.
    #[must_use]
    pub fn of_value(value: &Value) -> &'static str {
        Self::of_scalar(Datum::of(value), &Arena::new())
    }

    /// The same for a value where it stands.
    pub(crate) fn of_scalar<'a>(datum: Datum<'a>, arena: &'a Arena) -> &'static str {
        match datum {
            Datum::Bool(_) => "boolean",
            Datum::Number(_) => match integer(datum, arena) {
                Some(Datum::Number(digits)) if digits.parse::<i64>().is_ok() => "integer",
                // More digits than destinations keep in a number are an identifier.
                Some(_) => "string",
                None => "number",
            },
            Datum::Text(text) if calendar::is_date(text.characters(arena)) => "date",
            Datum::Text(text) if calendar::is_moment(text.characters(arena)) => "datetime",
            _ => "string",
        }
    }
}

fn list<'a, 't>(of: &'t Type, datum: Datum<'a>, arena: &'a Arena) -> Result<Datum<'a>, BadCast<'t>> {
    let single = [datum];
    let items = match datum {
        Datum::List(whole) => whole.items(arena),
        _ => &single,
    };
    let mut text = ArenaString::new_in(arena);
    for item in items {
        text.push(if text.is_empty() { '[' } else { ',' });
        write(&mut text, of.cast(*item, arena)?, arena);
    }
    text.push_str(if text.is_empty() { "[]" } else { "]" });
    Ok(Datum::made(text.into_bump_str(), UNKNOWN, arena))
}

fn integer<'a>(datum: Datum<'a>, arena: &'a Arena) -> Option<Datum<'a>> {
    match datum {
        Datum::Number(digits) if is_integer(digits) => Some(datum),
        Datum::Number(digits) => {
            // `5.0` and `5e0` are the whole number 5; beyond 2^53 such a spelling no longer says which one.
            let float = digits.parse::<f64>().ok()?;
            let is_whole = float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0;
            let digits = is_whole.then(|| formatted(format_args!("{float:.0}"), arena))?;
            is_integer(digits).then_some(Datum::Number(digits))
        }
        Datum::Text(text) => {
            let digits = text.characters(arena).trim();
            is_integer(digits).then_some(Datum::Number(digits))
        }
        _ => None,
    }
}

fn number<'a>(datum: Datum<'a>, arena: &'a Arena) -> Option<Datum<'a>> {
    match datum {
        Datum::Number(_) => Some(datum),
        Datum::Text(text) => {
            let digits = text.characters(arena).trim();
            digits.parse::<Number>().ok().map(|_| Datum::Number(digits))
        }
        _ => None,
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
}

fn boolean<'a>(datum: Datum<'a>, arena: &'a Arena) -> Option<Datum<'a>> {
    match datum {
        Datum::Bool(_) => Some(datum),
        Datum::Text(text) => {
            let word = text.characters(arena);
            let is = |flag: &str| word.eq_ignore_ascii_case(flag);
            (is("true") || is("false")).then(|| Datum::Bool(is("true")))
        }
        _ => None,
    }
}

/// A text that fits once the blanks around it are gone.
fn trimmed<'a>(datum: Datum<'a>, fits: fn(&str) -> bool, arena: &'a Arena) -> Option<Datum<'a>> {
    let Datum::Text(text) = datum else { return None };
    let characters = text.characters(arena);
    let trimmed = characters.trim();
    let kept = if trimmed.len() == characters.len() { text } else { text.part(trimmed) };
    fits(trimmed).then_some(Datum::Text(kept))
}

#[cfg(test)]
mod tests {
    use super::Type;
    use serde_json::{Value, json};

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a line a test")]
    fn check(kind: Type, value: Value, expected: Option<&str>) {
        assert_eq!(kind.cast_value(&value).ok().map(|cast| cast.to_string()).as_deref(), expected);
    }

    #[test]
    fn integers_keep_all_digits() {
        let long: Value = serde_json::from_str("123456789012345678901234567890").unwrap();
        check(Type::Integer, long, Some("123456789012345678901234567890"));
        check(Type::Integer, json!("9007199254740993"), Some("9007199254740993"));
    }

    #[test]
    fn a_whole_float_is_an_integer() {
        check(Type::Integer, json!(5.0), Some("5"));
        check(Type::Integer, json!(5.5), None);
    }

    #[test]
    fn leading_zeros_are_not_a_number() {
        check(Type::Integer, json!("007"), None);
        check(Type::Integer, json!(""), None);
        check(Type::Integer, json!("-"), None);
    }

    #[test]
    fn scalars_become_text_and_objects_do_not() {
        check(Type::String, json!(7), Some("\"7\""));
        check(Type::String, json!(false), Some("\"false\""));
        check(Type::String, json!({}), None);
        check(Type::String, json!(null), None);
    }

    #[test]
    fn only_the_words_are_booleans() {
        check(Type::Boolean, json!("TRUE"), Some("true"));
        check(Type::Boolean, json!(1), None);
        check(Type::Boolean, json!("yes"), None);
    }

    #[test]
    fn e_mail_addresses() {
        check(Type::Email, json!(" ada+x@acme.test "), Some("\"ada+x@acme.test\""));
        for bad in ["ada", "@acme.test", "a@b@c", "a b@c.d", "a\"b@c.d", "a@b..c", "a@b.c\r\nX: y"] {
            check(Type::Email, json!(bad), None);
        }
    }

    #[test]
    fn a_single_value_is_a_list_of_one() {
        check(Type::List(Box::new(Type::String)), json!("a"), Some("[\"a\"]"));
        check(Type::List(Box::new(Type::String)), json!(["a", 1]), Some("[\"a\",\"1\"]"));
        check(Type::List(Box::new(Type::String)), json!([{}]), None);
    }

    #[test]
    fn telephone_numbers_and_addresses() {
        check(Type::Phone, json!("+49 (30) 123-456"), Some("\"+49 (30) 123-456\""));
        check(Type::Phone, json!(49_301_234), Some("\"49301234\""));
        check(Type::Phone, json!("call me"), None);
        check(Type::Url, json!("https://acme.test/a"), Some("\"https://acme.test/a\""));
        check(Type::Url, json!("javascript:alert(1)"), None);
    }

    #[test]
    fn best_type_of_a_scalar() {
        for (value, kind) in [
            (json!(true), "boolean"),
            (json!(7), "integer"),
            (json!(u64::MAX), "string"),
            (json!(7.5), "number"),
            (json!("2024-05-01"), "date"),
            (json!("2024-05-01T10:00:00Z"), "datetime"),
            (json!("12"), "string"),
            (json!("2024"), "string"),
        ] {
            assert_eq!(Type::of_value(&value), kind, "{value}");
        }
    }
}
