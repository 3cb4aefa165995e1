//! Patterns: expected values, with words for what may vary.
//!
//! In: a value of a case file. Out: a [`Pattern`], or what is wrong with its words, so that reading can point at them.
//! A map with one key that begins with `$` is a word; all else means itself.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value, json};

use crate::diag::{listed, quoted};

/// The words there are.
const WORDS: &[&str] = &["$any", "$contains", "$unordered", "$exactly"];

/// An expected value.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::case) enum Pattern {
    /// Null, true, false, a number or a text.
    Scalar(Value),
    /// So many elements, in this order.
    List(Vec<Pattern>),
    /// These members and no others.
    Map(Vec<(String, Pattern)>),
    /// `$any`: a value of a sort.
    Any(Sort),
    /// `$contains`: a map with at least these members, a list with at least these elements, a text with this in it.
    Contains(Box<Pattern>),
    /// `$unordered`: a list of these, in any order.
    Unordered(Vec<Pattern>),
    /// `$exactly`: this very value, words and all.
    Exactly(Value),
}

/// What `$any` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::case) enum Sort {
    /// Anything but null.
    Thing,
    String,
    Number,
    Integer,
    Boolean,
    List,
    Object,
}

/// The sorts by their names.
const SORTS: [(&str, Sort); 6] = [
    ("string", Sort::String),
    ("number", Sort::Number),
    ("integer", Sort::Integer),
    ("boolean", Sort::Boolean),
    ("list", Sort::List),
    ("object", Sort::Object),
];

impl Sort {
    /// Whether a value is of this sort.
    pub(super) fn takes(self, value: &Value) -> bool {
        match self {
            Sort::Thing => !value.is_null(),
            Sort::String => value.is_string(),
            Sort::Number => value.is_number(),
            Sort::Integer => value.is_i64() || value.is_u64(),
            Sort::Boolean => value.is_boolean(),
            Sort::List => value.is_array(),
            Sort::Object => value.is_object(),
        }
    }

    fn shown(self) -> Value {
        let name = SORTS.iter().find(|(_, sort)| *sort == self).map(|(name, _)| *name);
        name.map_or(Value::Bool(true), Value::from)
    }
}

impl Pattern {
    /// The pattern as it stands in a file.
    pub(super) fn shown(&self) -> Value {
        let list = |all: &[Pattern]| all.iter().map(Pattern::shown).collect::<Value>();
        match self {
            Pattern::Scalar(value) => value.clone(),
            Pattern::List(all) => list(all),
            Pattern::Map(members) => {
                members.iter().map(|(key, value)| (key.clone(), value.shown())).collect::<Map<_, _>>().into()
            }
            Pattern::Any(sort) => json!({"$any": sort.shown()}),
            Pattern::Contains(inner) => json!({"$contains": inner.shown()}),
            Pattern::Unordered(all) => json!({"$unordered": list(all)}),
            Pattern::Exactly(value) => json!({"$exactly": value}),
        }
    }

    /// Whether it is about a text alone.
    pub(super) fn is_about_text(&self) -> bool {
        match self {
            Pattern::Scalar(value) | Pattern::Exactly(value) => value.is_string(),
            Pattern::Any(sort) => *sort == Sort::String,
            Pattern::Contains(inner) => inner.is_about_text(),
            Pattern::List(_) | Pattern::Map(_) | Pattern::Unordered(_) => false,
        }
    }

    /// Whether it takes everything, or everything that can stand in its place.
    pub(super) fn takes_all(&self) -> bool {
        match self {
            Pattern::Any(sort) => matches!(sort, Sort::Thing | Sort::List | Sort::Object | Sort::String),
            Pattern::Contains(inner) => match &**inner {
                Pattern::List(all) => all.is_empty(),
                Pattern::Map(members) => members.is_empty(),
                Pattern::Scalar(text) => text.as_str() == Some(""),
                _ => false,
            },
            _ => false,
        }
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PatternVisitor)
    }
}

struct PatternVisitor;

impl<'de> Visitor<'de> for PatternVisitor {
    type Value = Pattern;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Pattern, E> {
        Ok(Pattern::Scalar(Value::Null))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Pattern, E> {
        Ok(Pattern::Scalar(truth.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Pattern, E> {
        Ok(Pattern::Scalar(number.into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Pattern, E> {
        Ok(Pattern::Scalar(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Pattern, E> {
        Ok(Pattern::Scalar(Number::from_f64(number).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Pattern, E> {
        Ok(Pattern::Scalar(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Pattern, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = list.next_element()? {
            all.push(element);
        }
        Ok(Pattern::List(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pattern, A::Error> {
        let mut members: Vec<(String, Pattern)> = Vec::new();
        let mut word = None;
        while let Some(key) = map.next_key::<String>()? {
            if !key.starts_with('$') {
                members.push((key, map.next_value()?));
                continue;
            }
            let value = match key.as_str() {
                "$any" => Pattern::Any(map.next_value::<Sort>()?),
                "$contains" => Pattern::Contains(Box::new(map.next_value::<Container>()?.0)),
                "$unordered" => Pattern::Unordered(map.next_value()?),
                "$exactly" => Pattern::Exactly(map.next_value()?),
                _ => return Err(A::Error::unknown_field(&key, WORDS)),
            };
            if word.replace((key, value)).is_some() {
                break;
            }
        }
        match word {
            Some((_, pattern)) if members.is_empty() && map.next_key::<String>()?.is_none() => Ok(pattern),
            Some((key, _)) => Err(A::Error::custom(format!("{} stands alone in its map", quoted(&key)))),
            None => Ok(Pattern::Map(members)),
        }
    }
}

impl<'de> Deserialize<'de> for Sort {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let named = SORTS.iter().find(|(name, _)| value.as_str() == Some(name)).map(|(_, sort)| *sort);
        let sort = if value == Value::Bool(true) { Some(Sort::Thing) } else { named };
        let names = SORTS.map(|(name, _)| name);
        sort.ok_or_else(|| D::Error::custom(format!("`$any` takes `true` or one of {}", listed(&names))))
    }
}

/// What `$contains` takes.
struct Container(Pattern);

impl<'de> Deserialize<'de> for Container {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pattern = Pattern::deserialize(deserializer)?;
        match &pattern {
            Pattern::List(_) | Pattern::Map(_) => Ok(Self(pattern)),
            Pattern::Scalar(value) if value.is_string() => Ok(Self(pattern)),
            _ => Err(D::Error::custom("`$contains` takes a map, a list or a text")),
        }
    }
}
