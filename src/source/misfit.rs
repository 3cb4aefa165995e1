//! Misfits: why a value cannot become what a type wants, without a word about Rust or serde.
//!
//! In: complaints of serde. Out: a reason with the way to the value, relative to the piece being read.

use std::fmt;

use super::document::{Kind, Node};
use super::route::Segment;
use super::scalar::Scalar;
use crate::diag::quoted;
use serde::de::{Error, Expected, Unexpected};

/// Why a value was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// A value of another kind.
    Type { expected: String, found: String },
    /// A key that the map at the route does not have; the route leads to its value.
    UnknownKey { key: String, known: &'static [&'static str] },
    /// A key that the map at the route must have.
    MissingKey(&'static str),
    /// A word that is none of those allowed.
    UnknownWord { word: String, known: &'static [&'static str] },
    /// Anything else, in the words of whoever refused it.
    Other(String),
}

/// A refused value.
#[derive(Clone, Debug)]
pub(super) struct Misfit {
    /// From the value outwards: the last segment is the one nearest to the piece.
    route: Vec<Segment>,
    pub(super) reason: Reason,
}

impl Misfit {
    pub(super) fn new(reason: Reason) -> Self {
        Self { route: Vec::new(), reason }
    }

    /// A value that is not `expected`.
    pub(super) fn of_type(expected: &str, value: &Node) -> Self {
        Self::new(Reason::Type { expected: expected.to_owned(), found: describe(value) })
    }

    /// The same, seen from the map or list that holds the value.
    pub(super) fn below(mut self, segment: Segment) -> Self {
        self.route.push(segment);
        self
    }

    /// The way from the piece to the value.
    pub(super) fn route(&self) -> Vec<Segment> {
        self.route.iter().rev().cloned().collect()
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Type { expected, found } => write!(f, "expected {expected}, found {found}"),
            Reason::UnknownKey { key, .. } => write!(f, "unknown key {}", quoted(key)),
            Reason::MissingKey(key) => write!(f, "missing key {}", quoted(key)),
            Reason::UnknownWord { word, .. } => write!(f, "{} is not allowed", quoted(word)),
            Reason::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Misfit {}

impl Error for Misfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Reason::Other(message.to_string()))
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Reason::Type {
            expected: plain_words(&expected.to_string()),
            found: found_words(&unexpected),
        })
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let wanted = expected.to_string();
        let found = found_words(&unexpected);
        match range_of(&wanted) {
            Some(range) if matches!(unexpected, Unexpected::Signed(_) | Unexpected::Unsigned(_)) => {
                Self::new(Reason::Type { expected: format!("a whole number from {range}"), found })
            }
            _ => Self::new(Reason::Type { expected: plain_words(&wanted), found }),
        }
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        let found = if length == 1 { "1 element".to_owned() } else { format!("{length} elements") };
        Self::new(Reason::Type { expected: plain_words(&expected.to_string()), found })
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Self::new(Reason::UnknownWord { word: word.to_owned(), known })
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        Self::new(Reason::UnknownKey { key: key.to_owned(), known })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(Reason::MissingKey(key))
    }

    fn duplicate_field(key: &'static str) -> Self {
        Self::new(Reason::Other(format!("the key {} is given twice, once under another name", quoted(key))))
    }
}

/// What a value is, as in "text `three`".
pub(crate) fn describe(value: &Node) -> String {
    match value.scalar() {
        Some(Scalar::Null) => "nothing".to_owned(),
        Some(Scalar::Bool(truth)) => format!("`{truth}`"),
        Some(Scalar::Number(number)) => format!("number `{number}`"),
        Some(Scalar::Text(text)) => format!("text {}", quoted(text)),
        None if matches!(value.kind, Kind::List(_)) => "a list".to_owned(),
        None => "a map".to_owned(),
    }
}

fn found_words(unexpected: &Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Bool(truth) => format!("`{truth}`"),
        Unexpected::Unsigned(number) => format!("number `{number}`"),
        Unexpected::Signed(number) => format!("number `{number}`"),
        Unexpected::Float(number) => format!("number `{number}`"),
        Unexpected::Char(letter) => format!("text {}", quoted(&letter.to_string())),
        Unexpected::Str(text) => format!("text {}", quoted(text)),
        Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a map".to_owned(),
        Unexpected::UnitVariant => "a word".to_owned(),
        Unexpected::NewtypeVariant | Unexpected::StructVariant | Unexpected::TupleVariant => {
            "a map".to_owned()
        }
        _ => "something else".to_owned(),
    }
}

/// What a type expects, in words for the author of a mapping. Words of hand-written types stay as they are.
fn plain_words(expected: &str) -> String {
    let words = match expected {
        "a string" | "a borrowed string" | "string" | "str" => "text",
        "a character" | "char" => "one character",
        "a boolean" | "bool" => "true or false",
        "a sequence" | "an array" => "a list",
        "unit" | "null" => "nothing",
        "f32" | "f64" => "a number",
        _ if range_of(expected).is_some() => "a whole number",
        _ if starts_like(expected, &["struct ", "a map", "map"]) => "a map",
        _ if starts_like(expected, &["tuple ", "a tuple", "an array of", "fewer elements"]) => {
            "a list of another length"
        }
        _ if starts_like(expected, &["enum ", "variant "]) => "one of the words allowed here",
        _ if expected.contains("::") || expected.contains("struct") => "something else",
        _ => expected,
    };
    words.to_owned()
}

fn starts_like(text: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|beginning| text.starts_with(beginning))
}

/// The range of a type of whole numbers.
fn range_of(type_name: &str) -> Option<String> {
    let (least, most) = match type_name {
        "u8" => (0, u64::from(u8::MAX)),
        "u16" => (0, u64::from(u16::MAX)),
        "u32" => (0, u64::from(u32::MAX)),
        "u64" | "usize" | "u128" => (0, u64::MAX),
        "i8" => (i64::from(i8::MIN), 127),
        "i16" => (i64::from(i16::MIN), 32_767),
        "i32" => (i64::from(i32::MIN), 2_147_483_647),
        "i64" | "isize" | "i128" => (i64::MIN, 9_223_372_036_854_775_807),
        "a nonzero u8" | "a nonzero u16" | "a nonzero u32" | "a nonzero u64" | "a nonzero usize" => {
            (1, u64::MAX)
        }
        _ => return None,
    };
    Some(format!("{least} to {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_names_become_words() {
        let words =
            ["u32", "struct RawRow", "a sequence", "unit", "a string", "a selector or a map", "model::Row"];
        let plain: Vec<String> = words.iter().map(|word| plain_words(word)).collect();
        assert_eq!(
            plain,
            ["a whole number", "a map", "a list", "nothing", "text", "a selector or a map", "something else"]
        );
    }

    #[test]
    fn numbers_out_of_range_tell_the_range() {
        let misfit = Misfit::invalid_value(Unexpected::Unsigned(300), &"u8");
        assert_eq!(misfit.to_string(), "expected a whole number from 0 to 255, found number `300`");
    }

    #[test]
    fn the_route_is_built_from_inside() {
        let misfit = Misfit::custom("bad").below(Segment::Index(2)).below(Segment::Key("rows".into()));
        assert_eq!(misfit.route(), [Segment::Key("rows".into()), Segment::Index(2)]);
    }
}
