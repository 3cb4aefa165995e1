//! A JSON value that is looked at where it stands: in a text, in a tree, or in the arena of a run.

use std::borrow::Cow;

use bumpalo::collections::String as ArenaString;
use serde_json::Value;

use super::Arena;
use super::scan::{Kind, Token, unescape};

/// Number of a place in events that a mapping reads.
pub(crate) type Slot = u32;

/// A JSON value, borrowed from wherever it is. Numbers keep their digits, texts the way they are written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Datum<'a> {
    Null,
    Bool(bool),
    /// Digits as they are written.
    Number(&'a str),
    Text(Text<'a>),
    List(Whole<'a>),
    Object(Whole<'a>),
}

/// A text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    pub(crate) written: &'a str,
    pub(crate) form: Form,
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// By its characters, of which JSON would escape some, or not.
    Plain,
    /// By its characters, none of which JSON escapes.
    Clean,
    /// As JSON writes it, with escapes.
    Escaped,
}

/// A list or an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whole<'a> {
    pub(crate) body: Body<'a>,
    /// The slot that it was captured in.
    pub(crate) slot: Option<Slot>,
}

/// Where a list or an object stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body<'a> {
    Tree(&'a Value),
    /// JSON text that has been validated.
    Text {
        text: &'a str,
        /// It has neither blanks nor escapes.
        is_clean: bool,
        /// How many lists and objects stand in one another, if that is known.
        levels: Option<u8>,
    },
}

impl<'a> Text<'a> {
    /// A text that is known by its characters.
    pub(crate) fn plain(written: &'a str) -> Self {
        Text { written, form: Form::Plain }
    }

    /// A text that JSON writes as it is.
    pub(crate) fn clean(written: &'a str) -> Self {
        Text { written, form: Form::Clean }
    }

    /// What stands between the quotes of a JSON text.
    pub(crate) fn of_json(written: &'a str, is_escaped: bool) -> Self {
        Text { written, form: if is_escaped { Form::Escaped } else { Form::Clean } }
    }

    /// Its characters.
    pub(crate) fn characters(self, arena: &'a Arena) -> &'a str {
        if self.form != Form::Escaped {
            return self.written;
        }
        let mut characters = ArenaString::with_capacity_in(self.written.len(), arena);
        // Writing to memory does not fail.
        let _ = unescape(self.written, &mut characters);
        characters.into_bump_str()
    }

    /// A part of its characters.
    pub(crate) fn part(self, part: &'a str) -> Self {
        match self.form {
            Form::Clean => Text::clean(part),
            Form::Plain | Form::Escaped => Text::plain(part),
        }
    }

    fn to_characters(self) -> String {
        self.characters(&Arena::new()).to_owned()
    }
}

impl<'a> Datum<'a> {
    /// A node of a tree.
    pub(crate) fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Datum::Null,
            Value::Bool(flag) => Datum::Bool(*flag),
            Value::Number(number) => Datum::Number(number.as_str()),
            Value::String(text) => Datum::Text(Text::plain(text)),
            Value::Array(_) => Datum::List(Whole { body: Body::Tree(value), slot: None }),
            Value::Object(_) => Datum::Object(Whole { body: Body::Tree(value), slot: None }),
        }
    }

    /// A value in a JSON text.
    pub(crate) fn of_token(token: Token<'a>) -> Self {
        let Token { kind, text, is_clean, levels } = token;
        let whole = Whole { body: Body::Text { text, is_clean, levels: Some(levels) }, slot: None };
        match kind {
            Kind::Null => Datum::Null,
            Kind::True => Datum::Bool(true),
            Kind::False => Datum::Bool(false),
            Kind::Number => Datum::Number(text),
            Kind::Text => Datum::Text(Text::of_json(between(text), !is_clean)),
            Kind::List => Datum::List(whole),
            Kind::Object => Datum::Object(whole),
        }
    }

    /// An object or list that JSON text of our own makes; it has neither blanks nor double keys.
    pub(crate) fn made(text: &'a str) -> Self {
        let body = Body::Text { text, is_clean: !text.contains('\\'), levels: None };
        let whole = Whole { body, slot: None };
        if text.starts_with('[') { Datum::List(whole) } else { Datum::Object(whole) }
    }

    /// The same, known to stand in a slot.
    pub(crate) fn in_slot(self, slot: Slot) -> Self {
        match self {
            Datum::List(whole) => Datum::List(Whole { slot: Some(slot), ..whole }),
            Datum::Object(whole) => Datum::Object(Whole { slot: Some(slot), ..whole }),
            scalar => scalar,
        }
    }

    /// How many lists and objects stand in one another in it, if that is known.
    pub(crate) fn levels(self) -> Option<u32> {
        match self {
            Datum::List(Whole { body: Body::Text { levels, .. }, .. })
            | Datum::Object(Whole { body: Body::Text { levels, .. }, .. }) => levels.map(u32::from),
            Datum::List(_) | Datum::Object(_) => None,
            Datum::Null | Datum::Bool(_) | Datum::Number(_) | Datum::Text(_) => Some(0),
        }
    }

    /// The slot that it was captured in.
    pub(crate) fn slot(self) -> Option<Slot> {
        match self {
            Datum::List(whole) | Datum::Object(whole) => whole.slot,
            _ => None,
        }
    }

    /// The tree that it is a list or an object of.
    pub(crate) fn tree(self) -> Option<&'a Value> {
        match self {
            Datum::List(Whole { body: Body::Tree(value), .. })
            | Datum::Object(Whole { body: Body::Tree(value), .. }) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn is_null(self) -> bool {
        matches!(self, Datum::Null)
    }

    /// Whether it is a list or an object.
    pub(crate) fn is_whole(self) -> bool {
        matches!(self, Datum::List(_) | Datum::Object(_))
    }

    /// Whether it is the empty text, the empty list or the empty object.
    pub(crate) fn is_empty(self) -> bool {
        match self {
            Datum::Text(text) => text.written.is_empty(),
            Datum::List(whole) | Datum::Object(whole) => whole.is_empty(),
            Datum::Null | Datum::Bool(_) | Datum::Number(_) => false,
        }
    }

    /// The text of a scalar as a template or a URL shows it; `None` for null, lists and objects.
    pub(crate) fn scalar_text(self, arena: &'a Arena) -> Option<&'a str> {
        Some(self.scalar()?.characters(arena))
    }

    /// A scalar as text; `None` for null, lists and objects.
    pub(crate) fn scalar(self) -> Option<Text<'a>> {
        match self {
            Datum::Text(text) => Some(text),
            Datum::Number(digits) => Some(Text::clean(digits)),
            Datum::Bool(flag) => Some(Text::clean(if flag { "true" } else { "false" })),
            Datum::Null | Datum::List(_) | Datum::Object(_) => None,
        }
    }

    /// What it is, in the words of the mapping language: `text`, `a whole number`, …
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Datum::Null => "null",
            Datum::Bool(_) => "true or false",
            Datum::Number(digits) if digits.parse::<i64>().is_ok() || digits.parse::<u64>().is_ok() => {
                "a whole number"
            }
            Datum::Number(_) => "a number",
            Datum::Text(_) => "text",
            Datum::List(_) => "a list",
            Datum::Object(_) => "an object",
        }
    }

    /// A tree of its own. What a text says twice counts the second time.
    pub(crate) fn to_value(self) -> Value {
        match self {
            Datum::Null => Value::Null,
            Datum::Bool(flag) => Value::Bool(flag),
            Datum::Number(digits) => digits.parse().map_or(Value::Null, Value::Number),
            Datum::Text(text) => Value::String(text.to_characters()),
            Datum::List(whole) | Datum::Object(whole) => whole.value().into_owned(),
        }
    }
}

impl<'a> Whole<'a> {
    /// It as a tree.
    pub(crate) fn value(self) -> Cow<'a, Value> {
        match self.body {
            Body::Tree(value) => Cow::Borrowed(value),
            // The text has been validated, so that reading it cannot fail.
            Body::Text { text, .. } => Cow::Owned(serde_json::from_str(text).unwrap_or_default()),
        }
    }

    fn is_empty(self) -> bool {
        match self.body {
            Body::Tree(Value::Array(items)) => items.is_empty(),
            Body::Tree(Value::Object(members)) => members.is_empty(),
            Body::Tree(_) => false,
            Body::Text { text, .. } => between(text).bytes().all(|byte| byte.is_ascii_whitespace()),
        }
    }
}

/// What stands between the first and the last byte.
fn between(text: &str) -> &str {
    text.get(1..text.len().saturating_sub(1)).unwrap_or_default()
}
