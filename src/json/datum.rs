//! A JSON value that is looked at where it stands: in a text, in a tree, or in the arena of a run.

use std::borrow::Cow;

use bumpalo::collections::String as ArenaString;
use serde_json::Value;

use super::Arena;
use super::scan::{Kind, Token, unescape};

/// Stands for a number of levels that is not known.
pub(crate) const UNKNOWN: u8 = u8::MAX;

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
pub(crate) enum Whole<'a> {
    /// In a tree, and captured in a slot or not.
    Tree(&'a Value, Option<Slot>),
    Written(&'a Written<'a>),
}

/// A list or an object in a JSON text that has been validated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<'a> {
    /// All of it.
    pub(crate) text: &'a str,
    /// It has neither blanks nor escapes.
    pub(crate) is_clean: bool,
    /// None of its objects has a key twice, for sure.
    pub(crate) is_distinct: bool,
    /// How many lists and objects stand in one another in it, at the most; 255 if that is not known.
    pub(crate) levels: u8,
    /// The slot that it was captured in.
    pub(crate) slot: Option<Slot>,
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
        Self::captured(value, None)
    }

    /// A node of a tree that was captured in a slot.
    #[inline]
    pub(crate) fn captured(value: &'a Value, slot: Option<Slot>) -> Self {
        match value {
            Value::Null => Datum::Null,
            Value::Bool(flag) => Datum::Bool(*flag),
            Value::Number(number) => Datum::Number(number.as_str()),
            Value::String(text) => Datum::Text(Text::plain(text)),
            Value::Array(_) => Datum::List(Whole::Tree(value, slot)),
            Value::Object(_) => Datum::Object(Whole::Tree(value, slot)),
        }
    }

    /// A value in a JSON text.
    #[inline]
    pub(crate) fn of_token(token: Token, scanned: &'a str, slot: Option<Slot>, arena: &'a Arena) -> Self {
        match token.kind {
            Kind::Null => Datum::Null,
            Kind::True => Datum::Bool(true),
            Kind::False => Datum::Bool(false),
            Kind::Number => Datum::Number(token.text(scanned)),
            Kind::Text => Datum::Text(Text::of_json(token.inside(scanned), !token.is_clean)),
            Kind::List | Kind::Object => {
                let Token { is_clean, is_distinct, levels, .. } = token;
                let written = Written { text: token.text(scanned), is_clean, is_distinct, levels, slot };
                let whole = Whole::Written(arena.alloc(written));
                if token.kind == Kind::List { Datum::List(whole) } else { Datum::Object(whole) }
            }
        }
    }

    /// An object or list that JSON text of our own makes; it has neither blanks nor double keys. At the most so many
    /// `levels` stand in one another in it.
    pub(crate) fn made(text: &'a str, levels: u8, arena: &'a Arena) -> Self {
        let is_clean = !text.contains('\\');
        let written = Written { text, is_clean, is_distinct: true, levels, slot: None };
        let whole = Whole::Written(arena.alloc(written));
        if text.starts_with('[') { Datum::List(whole) } else { Datum::Object(whole) }
    }

    /// The slot that it was captured in.
    #[inline]
    pub(crate) fn slot(self) -> Option<Slot> {
        match self {
            Datum::List(Whole::Tree(_, slot)) | Datum::Object(Whole::Tree(_, slot)) => slot,
            Datum::List(Whole::Written(written)) | Datum::Object(Whole::Written(written)) => written.slot,
            Datum::Null | Datum::Bool(_) | Datum::Number(_) | Datum::Text(_) => None,
        }
    }

    /// The tree that it is a list or an object of.
    pub(crate) fn tree(self) -> Option<&'a Value> {
        match self {
            Datum::List(Whole::Tree(value, _)) | Datum::Object(Whole::Tree(value, _)) => Some(value),
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

    /// The same value; a text by its characters, so that they need not be made each time it is compared.
    pub(crate) fn unescaped(self, arena: &'a Arena) -> Self {
        match self {
            Datum::Text(text) if text.form == Form::Escaped => {
                Datum::Text(Text::plain(text.characters(arena)))
            }
            _ => self,
        }
    }

    /// What it is in JSON.
    #[inline]
    pub(crate) fn shape(self) -> Kind {
        match self {
            Datum::Null => Kind::Null,
            Datum::Bool(true) => Kind::True,
            Datum::Bool(false) => Kind::False,
            Datum::Number(_) => Kind::Number,
            Datum::Text(_) => Kind::Text,
            Datum::List(_) => Kind::List,
            Datum::Object(_) => Kind::Object,
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
        match self {
            Whole::Tree(value, _) => Cow::Borrowed(value),
            // The text has been validated, so that reading it fails only for an object with the key that serde_json
            // keeps for its own numbers, or when a run has nested more than it reads: null stands for such a text.
            Whole::Written(written) => Cow::Owned(serde_json::from_str(written.text).unwrap_or_default()),
        }
    }

    fn is_empty(self) -> bool {
        match self {
            Whole::Tree(Value::Array(items), _) => items.is_empty(),
            Whole::Tree(Value::Object(members), _) => members.is_empty(),
            Whole::Tree(..) => false,
            Whole::Written(written) => is_empty_whole(written.text),
        }
    }
}

/// Whether nothing is in a list or an object: behind its bracket stands the other one, perhaps after blanks.
#[inline]
pub(super) fn is_empty_whole(text: &str) -> bool {
    let mut inside = text.bytes().skip(1).skip_while(u8::is_ascii_whitespace);
    matches!(inside.next(), Some(b']' | b'}') | None)
}
