//! Shapes: what is known about a value before any event comes.
//!
//! In: types, constants, and which of them a row makes. Out: the kinds that the value may have, whether it may be
//! missing, and its values when there are only so many. A shape may promise less than is true, never more.

use std::ops::{BitOr, BitOrAssign};

use regex::Regex;
use regex_syntax::hir::{Hir, HirKind};
use serde_json::Value;

use crate::destination::{Kind, Schema};
use crate::value::Type;

/// A set of kinds of JSON values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NONE: Kinds = Kinds(0);
    pub(super) const NULL: Kinds = Kinds(1);
    pub(super) const BOOLEAN: Kinds = Kinds(2);
    pub(super) const NUMBER: Kinds = Kinds(4);
    pub(super) const TEXT: Kinds = Kinds(8);
    pub(super) const LIST: Kinds = Kinds(16);
    pub(super) const OBJECT: Kinds = Kinds(32);
    pub(super) const SCALAR: Kinds = Kinds(2 | 4 | 8);
    pub(super) const ANY: Kinds = Kinds(63);

    /// Names of the kinds, for messages.
    const NAMES: [(Kinds, &'static str); 6] = [
        (Kinds::NULL, "null"),
        (Kinds::BOOLEAN, "true or false"),
        (Kinds::NUMBER, "a number"),
        (Kinds::TEXT, "text"),
        (Kinds::LIST, "a list"),
        (Kinds::OBJECT, "an object"),
    ];

    /// The kind of a value.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(_) => Self::NUMBER,
            Value::String(_) => Self::TEXT,
            Value::Array(_) => Self::LIST,
            Value::Object(_) => Self::OBJECT,
        }
    }

    /// The kinds of which a schema takes some values.
    pub(super) fn taken_by_schema(schema: &Schema) -> Self {
        let kinds = [
            (Kind::Null, Self::NULL),
            (Kind::Boolean, Self::BOOLEAN),
            (Kind::Number, Self::NUMBER),
            (Kind::String, Self::TEXT),
            (Kind::Array, Self::LIST),
            (Kind::Object, Self::OBJECT),
        ];
        let taken = kinds.into_iter().filter(|(kind, _)| schema.takes(*kind));
        taken.fold(Self::NONE, |all, (_, own)| all | own)
    }

    /// The kinds that both have.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The kinds that `other` lacks.
    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is none.
    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether there is one of `other` among them.
    pub(super) fn meets(self, other: Self) -> bool {
        !self.and(other).is_none()
    }

    /// In words, as in "text or a number".
    pub(super) fn words(self) -> String {
        let words: Vec<&str> =
            Self::NAMES.iter().filter(|(kind, _)| self.meets(*kind)).map(|(_, name)| *name).collect();
        words.join(" or ")
    }
}

impl BitOr for Kinds {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Kinds {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What is known about a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    /// Kinds that it may have when it is there.
    pub(super) kinds: Kinds,
    /// It may be missing.
    pub(super) missing: bool,
    /// It may be the empty text, list or object.
    pub(super) empty: bool,
    /// All values that it can have when it is there, if they are known.
    pub(super) values: Option<Vec<Value>>,
    /// What its text must be and must not be.
    pub(super) bounds: Option<Bounds>,
}

/// What a text is held to, as settings are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bounds {
    /// Regular expression for the whole text.
    pub(super) pattern: Option<String>,
    /// Texts that it must not be, blanks and case aside.
    pub(super) forbid: Vec<String>,
}

impl Bounds {
    /// Most characters of such a text, if they are known.
    pub(super) fn longest(&self) -> Option<usize> {
        longest(&regex_syntax::parse(self.pattern.as_ref()?).ok()?)
    }

    /// Whether a text is within them.
    pub(super) fn allow(&self, text: &str) -> bool {
        let fits = |pattern: &String| {
            Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(text))
        };
        self.pattern.as_ref().is_none_or(fits)
            && !self.forbid.iter().any(|word| text.trim().eq_ignore_ascii_case(word))
    }
}

/// Most characters that an expression matches.
fn longest(hir: &Hir) -> Option<usize> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(0),
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(|text| text.chars().count()),
        HirKind::Class(_) => Some(1),
        HirKind::Repetition(repetition) => {
            longest(&repetition.sub)?.checked_mul(usize::try_from(repetition.max?).ok()?)
        }
        HirKind::Capture(capture) => longest(&capture.sub),
        HirKind::Concat(parts) => parts.iter().try_fold(0_usize, |sum, part| sum.checked_add(longest(part)?)),
        HirKind::Alternation(ways) => ways.iter().map(longest).try_fold(0, |most, way| Some(most.max(way?))),
    }
}

impl Shape {
    /// Anything, or nothing.
    pub(super) fn anything() -> Self {
        Self { kinds: Kinds::ANY, missing: true, empty: true, values: None, bounds: None }
    }

    /// Always missing.
    pub(super) fn nothing() -> Self {
        Self { kinds: Kinds::NONE, missing: true, empty: false, values: Some(Vec::new()), bounds: None }
    }

    /// Always there, of one of these kinds.
    pub(super) fn of(kinds: Kinds) -> Self {
        Self { kinds, missing: false, empty: true, values: None, bounds: None }
    }

    /// Always there, one of these values.
    pub(super) fn one_of(values: Vec<Value>) -> Self {
        let kinds = values.iter().fold(Kinds::NONE, |kinds, value| kinds | Kinds::of(value));
        Self { kinds, missing: false, empty: values.iter().any(is_empty), values: Some(values), bounds: None }
    }

    /// The same, though it may be missing.
    pub(super) fn or_missing(self) -> Self {
        Self { missing: true, ..self }
    }

    /// What is one or the other; it may be missing where either may.
    pub(super) fn or(mut self, other: Self) -> Self {
        self.missing |= other.missing;
        self.kinds |= other.kinds;
        self.empty |= other.empty;
        self.bounds = self.bounds.filter(|bounds| Some(bounds) == other.bounds.as_ref());
        self.values = match (self.values, other.values) {
            (Some(mut values), Some(others)) => {
                for value in others {
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
                Some(values)
            }
            _ => None,
        };
        self
    }

    /// The same without some kinds, which count as missing.
    pub(super) fn drop_kinds(mut self, dropped: Kinds) -> Self {
        self.missing |= self.kinds.meets(dropped);
        self.kinds = self.kinds.without(dropped);
        if let Some(values) = &mut self.values {
            values.retain(|value| !dropped.meets(Kinds::of(value)));
        }
        self
    }

    /// The same where an empty value counts as missing.
    pub(super) fn drop_empty(mut self) -> Self {
        self.missing |= self.empty && self.kinds.meets(Kinds::TEXT | Kinds::LIST | Kinds::OBJECT);
        self.empty = false;
        if let Some(values) = &mut self.values {
            values.retain(|value| !is_empty(value));
        }
        self
    }

    /// What a cast makes of it, and whether the cast may fail.
    pub(super) fn cast(self, to: &Type) -> (Self, bool) {
        let may_fail = !self.kinds.without(never_fails(to) | Kinds::NULL).is_none();
        let values = self.values.map(|values| {
            values.iter().filter_map(|value| to.cast_value(value).ok()).collect::<Vec<Value>>()
        });
        let kinds = made_by(to, self.kinds);
        let values = values.or_else(|| match to {
            Type::Enum(words) => Some(words.iter().map(|word| Value::from(word.as_str())).collect()),
            _ => None,
        });
        let can_be_empty =
            matches!(to, Type::String | Type::Scalar | Type::Object | Type::List(_) | Type::Enum(_));
        let empty = match &values {
            Some(values) => values.iter().any(is_empty),
            None => can_be_empty && self.empty,
        };
        (Self { kinds, missing: self.missing, empty, values, bounds: None }, may_fail)
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// Kinds of which at least some values can be cast.
pub(super) fn taken_by(to: &Type) -> Kinds {
    match to {
        Type::String | Type::Scalar => Kinds::SCALAR,
        Type::Integer | Type::Number | Type::DateTime | Type::Phone => Kinds::NUMBER | Kinds::TEXT,
        Type::Boolean => Kinds::BOOLEAN | Kinds::TEXT,
        Type::Date | Type::Email | Type::Url | Type::Enum(_) => Kinds::TEXT,
        Type::Object => Kinds::OBJECT,
        Type::List(of) => Kinds::LIST | taken_by(of),
    }
}

/// Kinds of which every value can be cast.
fn never_fails(to: &Type) -> Kinds {
    match to {
        Type::String | Type::Scalar => Kinds::SCALAR,
        Type::Number => Kinds::NUMBER,
        Type::Boolean => Kinds::BOOLEAN,
        Type::Object => Kinds::OBJECT,
        Type::List(of) => never_fails(of),
        Type::Integer
        | Type::Date
        | Type::DateTime
        | Type::Email
        | Type::Phone
        | Type::Url
        | Type::Enum(_) => Kinds::NONE,
    }
}

/// Kinds that a cast gives.
pub(super) fn made_by(to: &Type, from: Kinds) -> Kinds {
    match to {
        Type::Integer | Type::Number => Kinds::NUMBER,
        Type::Boolean => Kinds::BOOLEAN,
        Type::Scalar => from.and(Kinds::SCALAR),
        Type::Object => Kinds::OBJECT,
        Type::List(_) => Kinds::LIST,
        _ => Kinds::TEXT,
    }
}
