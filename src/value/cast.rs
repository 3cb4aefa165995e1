//! Types that a mapping can ask for, and the casts to them.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Number, Value};

use super::calendar::{self, date, datetime};
use super::kind_of;

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
pub struct BadCast {
    expected: String,
    found: &'static str,
}

impl fmt::Display for BadCast {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "expected {}, found {}", self.expected, self.found)
    }
}

impl std::error::Error for BadCast {}

type Cast<'a> = Option<Cow<'a, Value>>;

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

    /// The value as this type. Borrows what already fits.
    ///
    /// # Errors
    /// [`BadCast`] when the value is of another kind and has no faithful form in this type.
    pub fn cast<'a>(&self, value: &'a Value) -> Result<Cow<'a, Value>, BadCast> {
        let fitting = match self {
            Type::String => text(value),
            Type::Integer => integer(value),
            Type::Number => number(value),
            Type::Boolean => boolean(value),
            Type::Date => date(value),
            Type::DateTime => datetime(value),
            Type::Email => checked_text(value, is_email),
            Type::Phone => text(value).and_then(|text| {
                let fits = text.as_str().is_some_and(is_phone);
                fits.then_some(text)
            }),
            Type::Url => checked_text(value, is_url),
            Type::Scalar => {
                (!value.is_null() && !value.is_object() && !value.is_array()).then_some(Cow::Borrowed(value))
            }
            Type::Object => value.is_object().then_some(Cow::Borrowed(value)),
            Type::List(of) => return list(of, value),
            Type::Enum(words) => {
                let known = value.as_str().is_some_and(|text| words.iter().any(|word| word == text));
                known.then_some(Cow::Borrowed(value))
            }
        };
        fitting.ok_or_else(|| BadCast { expected: self.describe(), found: kind_of(value) })
    }

    /// The plain type that fits a scalar best: `boolean`, `integer`, `number`, `date`, `datetime` or `string`.
    #[must_use]
    pub fn of_scalar(value: &Value) -> &'static str {
        match value {
            Value::Bool(_) => "boolean",
            Value::Number(_) => match integer(value) {
                Some(whole) if whole.as_i64().is_some() => "integer",
                // More digits than destinations keep in a number are an identifier.
                Some(_) => "string",
                None => "number",
            },
            Value::String(text) if calendar::is_date(text) => "date",
            Value::String(text) if calendar::is_moment(text) => "datetime",
            _ => "string",
        }
    }
}

fn list<'a>(of: &Type, value: &'a Value) -> Result<Cow<'a, Value>, BadCast> {
    let Value::Array(items) = value else {
        return Ok(Cow::Owned(Value::Array(vec![of.cast(value)?.into_owned()])));
    };
    let cast: Result<Vec<Value>, BadCast> =
        items.iter().map(|item| of.cast(item).map(Cow::into_owned)).collect();
    Ok(Cow::Owned(Value::Array(cast?)))
}

fn text(value: &Value) -> Cast<'_> {
    match value {
        Value::String(_) => Some(Cow::Borrowed(value)),
        _ => super::scalar_text(value).map(|text| Cow::Owned(Value::String(text))),
    }
}

fn integer(value: &Value) -> Cast<'_> {
    match value {
        Value::Number(number) => {
            let digits = number.to_string();
            if is_integer(&digits) {
                return Some(Cow::Borrowed(value));
            }
            // `5.0` and `5e0` are the whole number 5; beyond 2^53 such a spelling no longer says which one.
            let float = number
                .as_f64()
                .filter(|float| float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0)?;
            parsed(&format!("{float:.0}"))
        }
        Value::String(text) if is_integer(text.trim()) => parsed(text.trim()),
        _ => None,
    }
}

fn number(value: &Value) -> Cast<'_> {
    match value {
        Value::Number(_) => Some(Cow::Borrowed(value)),
        Value::String(text) => parsed(text.trim()),
        _ => None,
    }
}

fn parsed(text: &str) -> Cast<'static> {
    text.parse::<Number>().ok().map(|number| Cow::Owned(Value::Number(number)))
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
}

fn boolean(value: &Value) -> Cast<'_> {
    match value {
        Value::Bool(_) => Some(Cow::Borrowed(value)),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(Cow::Owned(Value::Bool(true))),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(Cow::Owned(Value::Bool(false))),
        _ => None,
    }
}

fn checked_text(value: &Value, fits: fn(&str) -> bool) -> Cast<'_> {
    let text = value.as_str()?;
    let trimmed = text.trim();
    if !fits(trimmed) {
        return None;
    }
    Some(if trimmed.len() == text.len() {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(Value::String(trimmed.into()))
    })
}

/// One `@` with something on both sides, nothing that a header, a query or a search syntax would read as its own.
fn is_email(text: &str) -> bool {
    let strange = |character: char| {
        character.is_whitespace() || character.is_control() || "\"(),:;<>[\\]".contains(character)
    };
    let Some((local, domain)) = text.split_once('@') else { return false };
    text.len() <= 254
        && !local.is_empty()
        && !domain.contains('@')
        && !text.contains(strange)
        && domain.split('.').all(|label| !label.is_empty())
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (3..=20).contains(&digits)
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-(). /x".contains(&byte))
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.contains(|character: char| character.is_whitespace() || character.is_control())
    })
}

#[cfg(test)]
mod tests {
    use super::Type;
    use serde_json::{Value, json};

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a line a test")]
    fn check(kind: Type, value: Value, expected: Option<&str>) {
        assert_eq!(kind.cast(&value).ok().map(|cast| cast.to_string()).as_deref(), expected);
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
            assert_eq!(Type::of_scalar(&value), kind, "{value}");
        }
    }
}
