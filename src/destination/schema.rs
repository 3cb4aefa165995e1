//! What a value in a request or a reply may be.
//!
//! In: one schema of a document, read. Out: what is known about a member, which kinds of values are taken. Must not know
//! where the schema came from, nor what it is compared with.

use std::sync::Arc;

use indexmap::IndexMap;
use regex::Regex;
use serde_json::Value;

/// Kind of a JSON value, as JSON Schema tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// Text.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// All kinds: as schemas spell them, in plain words.
    pub(super) const ALL: [(&'static str, Kind, &'static str); 7] = [
        ("null", Kind::Null, "null"),
        ("boolean", Kind::Boolean, "true or false"),
        ("integer", Kind::Integer, "a whole number"),
        ("number", Kind::Number, "a number"),
        ("string", Kind::String, "text"),
        ("array", Kind::Array, "a list"),
        ("object", Kind::Object, "an object"),
    ];

    /// In plain words, as in "a whole number".
    #[must_use]
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind, _)| *kind == self).map_or("", |(.., words)| words)
    }

    /// Whether a value is of this kind.
    #[must_use]
    pub fn holds(self, value: &Value) -> bool {
        match self {
            Kind::Null => value.is_null(),
            Kind::Boolean => value.is_boolean(),
            Kind::Integer => {
                value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
            }
            Kind::Number => value.is_number(),
            Kind::String => value.is_string(),
            Kind::Array => value.is_array(),
            Kind::Object => value.is_object(),
        }
    }
}

/// What members beside the named ones are.
#[derive(Clone, Debug)]
pub enum Others {
    /// Anything.
    Any,
    /// There are none.
    None,
    /// Of this schema.
    Of(Arc<Schema>),
}

/// What a value may be. All that is said must hold.
#[derive(Clone, Debug)]
pub struct Schema {
    /// What it is for.
    pub about: Option<String>,
    /// Kinds; without any, all.
    pub kinds: Vec<Kind>,
    /// The only values, if there are only so many.
    pub values: Option<Vec<Value>>,
    /// What a text must match.
    pub pattern: Option<Regex>,
    /// Fewest and most characters of a text.
    pub length: (usize, Option<usize>),
    /// Fewest and most elements of a list.
    pub size: (usize, Option<usize>),
    /// Elements of a list.
    pub items: Option<Arc<Schema>>,
    /// Members by name, in the order of the document.
    pub members: IndexMap<String, Arc<Schema>>,
    /// Members that must be there.
    pub required: Vec<String>,
    /// Members beside these.
    pub others: Others,
    /// What the name of a member must be.
    pub names: Option<Arc<Schema>>,
    /// One of these must hold as well, unless there are none.
    pub any: Vec<Arc<Schema>>,
    /// What must not hold.
    pub not: Option<Arc<Schema>>,
    /// The destination sets it; what is sent is dropped.
    pub read_only: bool,
}

impl Default for Schema {
    fn default() -> Self {
        Self {
            about: None,
            kinds: Vec::new(),
            values: None,
            pattern: None,
            length: (0, None),
            size: (0, None),
            items: None,
            members: IndexMap::new(),
            required: Vec::new(),
            others: Others::Any,
            names: None,
            any: Vec::new(),
            not: None,
            read_only: false,
        }
    }
}

/// What a schema says about a member.
#[derive(Clone, Copy, Debug)]
pub enum Member<'s> {
    /// It has this schema.
    Known(&'s Schema),
    /// It may be there, and nothing is known about it.
    Free,
    /// There is no such member.
    Unknown,
    /// No member has such a name.
    BadName,
    /// The value is never an object.
    NoObject,
}

impl Schema {
    /// What it says about a member.
    #[must_use]
    pub fn member(&self, name: &str) -> Member<'_> {
        if !self.takes(Kind::Object) {
            return Member::NoObject;
        }
        if let Some(known) = self.members.get(name) {
            return Member::Known(known);
        }
        if self.names.as_ref().is_some_and(|names| names.misfits(&Value::from(name)).is_some()) {
            return Member::BadName;
        }
        match &self.others {
            Others::None => return Member::Unknown,
            Others::Of(schema) => return Member::Known(schema),
            Others::Any => {}
        }
        let by_any = self.any.iter().map(|schema| schema.member(name));
        by_any.min_by_key(Member::rank).unwrap_or(Member::Free)
    }

    /// What it says about an element of a list; `None` when it is never a list.
    #[must_use]
    pub fn element(&self) -> Option<Member<'_>> {
        if !self.takes(Kind::Array) {
            return None;
        }
        if let Some(items) = &self.items {
            return Some(Member::Known(items));
        }
        let by_any = self.any.iter().filter_map(|schema| schema.element());
        Some(by_any.min_by_key(Member::rank).unwrap_or(Member::Free))
    }

    /// Whether some value of a kind may fit.
    #[must_use]
    pub fn takes(&self, kind: Kind) -> bool {
        let is_taken = match kind {
            Kind::Number => self.kinds.iter().any(|own| matches!(own, Kind::Number | Kind::Integer)),
            Kind::Integer => self.kinds.iter().any(|own| matches!(own, Kind::Number | Kind::Integer)),
            _ => self.kinds.contains(&kind),
        };
        (self.kinds.is_empty() || is_taken)
            && self.values.as_ref().is_none_or(|values| values.iter().any(|value| kind.holds(value)))
            && (self.any.is_empty() || self.any.iter().any(|schema| schema.takes(kind)))
    }

    /// Names of the members that it knows.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        let by_any = self.any.iter().flat_map(|schema| schema.members.keys());
        self.members.keys().chain(by_any).map(String::as_str)
    }

    /// The kinds that it takes, in plain words.
    #[must_use]
    pub fn words(&self) -> String {
        let is_fraction_too = self.kinds.contains(&Kind::Number);
        let is_told = |kind: Kind| match kind {
            Kind::Integer => self.takes(kind) && !is_fraction_too && self.kinds.contains(&Kind::Integer),
            Kind::Number => self.takes(kind) && (is_fraction_too || !self.kinds.contains(&Kind::Integer)),
            _ => self.takes(kind),
        };
        let words: Vec<&str> =
            Kind::ALL.iter().filter(|(_, kind, _)| is_told(*kind)).map(|(.., words)| *words).collect();
        words.join(" or ")
    }
}

impl Member<'_> {
    /// What is known best comes first.
    fn rank(&self) -> u8 {
        match self {
            Member::Known(_) => 0,
            Member::Free => 1,
            Member::Unknown => 2,
            Member::BadName => 3,
            Member::NoObject => 4,
        }
    }
}
