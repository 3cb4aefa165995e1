//! What an examination says about a value: where it came from, what else could have given it.

use std::fmt::Write;
use std::sync::Arc;

use serde_json::Value;

use super::super::trace::Entry;
use crate::diag::Span;
use crate::value::{Segment, Walk};

/// What a row or a name gives, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// `table.row`, or the name.
    pub row: Arc<str>,
    /// Where it is written.
    pub at: Span,
    /// What came of it.
    pub outcome: Outcome,
    /// Its `when:`, with what that saw.
    pub conditions: Vec<Entry>,
    /// Its `when:` holds, or it has none.
    pub holds: bool,
    /// Where its value can come from.
    pub source: Source,
    /// No candidate won, so that the default did.
    pub is_default: bool,
    /// Type that it must have, in words.
    pub cast: Option<String>,
    /// A `map:` replaces values.
    pub is_mapped: bool,
}

/// What came of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A value.
    Value(Value),
    /// None, so that it is left out.
    Nothing,
    /// The event is rejected, and why.
    Refused(String),
    /// It depends on answers of the destination.
    Late,
}

/// Where a value can come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The mapping itself.
    Constant,
    /// Candidates; the first that counts wins.
    Candidates(Vec<Candidate>),
    /// Elements of a list.
    Each {
        /// The list, as the mapping spells it.
        list: Arc<str>,
        /// What is taken of an element.
        from: Vec<Arc<str>>,
    },
    /// A template and its variables.
    Text(Vec<Made>),
    /// A list made of rows.
    List(Vec<Made>),
}

/// One candidate of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// As the mapping spells it.
    pub text: Arc<str>,
    /// What became of it.
    pub fate: Fate,
    /// What it found; `None` is missing, or not looked at.
    pub found: Option<Value>,
    /// The name that it goes through.
    pub via: Option<Box<Made>>,
    /// Where in the event it leads.
    pub(crate) path: Option<Walk>,
    /// A cast, a `map:` or a cut gives another value than the event has.
    pub is_changed: bool,
}

/// What became of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Its value counts.
    Won,
    /// Nothing is there.
    Missing,
    /// Null is there, which does not count.
    Null,
    /// Something empty is there, which does not count.
    Empty,
    /// Its value does not fit, and why.
    Misfit(String),
    /// The event is rejected because of it, and why.
    Refused(String),
    /// A member of the rest that is not sent, and why.
    LeftOut(&'static str),
    /// One in front of it won, or the row's condition does not hold.
    Unasked,
    /// It depends on answers of the destination.
    Late,
}

impl Made {
    /// The candidate that won.
    #[must_use]
    pub fn winner(&self) -> Option<&Candidate> {
        let Source::Candidates(candidates) = &self.source else { return None };
        candidates.iter().find(|candidate| candidate.fate == Fate::Won)
    }

    /// Something is to be told beside its value: a candidate that was looked at and lost, a default, a condition.
    #[must_use]
    pub fn is_eventful(&self) -> bool {
        let lost = |candidate: &Candidate| {
            !matches!(candidate.fate, Fate::Won | Fate::Unasked)
                || candidate.via.as_ref().is_some_and(|via| via.is_eventful())
        };
        match &self.source {
            Source::Candidates(candidates) if candidates.iter().any(lost) => true,
            _ => self.is_default || self.is_mapped || !self.conditions.is_empty(),
        }
    }

    /// Where in the event its value stands, as `JSONPath` (RFC 9535); `None` for what comes from elsewhere.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        self.origin().map(|(path, _)| format!("${}", steps(&path.0)))
    }

    /// Its value is not the one that stands in the event.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.origin().is_none_or(|(_, is_changed)| is_changed)
    }

    /// Where in the event its only candidate leads, whether it won or not.
    pub(crate) fn candidate_path(&self) -> Option<&Walk> {
        match &self.source {
            Source::Candidates(candidates) => candidates.first().and_then(|one| one.path.as_ref()),
            _ => None,
        }
    }

    pub(crate) fn origin(&self) -> Option<(&Walk, bool)> {
        let winner = self.winner()?;
        winner.path.as_ref().map(|path| (path, winner.is_changed))
    }
}

impl Candidate {
    /// One that was not looked at.
    pub(crate) fn without_value(text: Arc<str>, fate: Fate) -> Self {
        Candidate { text, fate, found: None, via: None, path: None, is_changed: false }
    }

    /// Where in the event it leads, as `JSONPath` (RFC 9535).
    #[must_use]
    pub fn source(&self) -> Option<String> {
        self.path.as_ref().map(|path| format!("${}", steps(&path.0)))
    }
}

/// Steps of a path as `JSONPath`: `.key`, `['last seen']`, `[0]`.
pub(crate) fn steps(walk: &[Segment]) -> String {
    let mut text = String::new();
    for segment in walk {
        let _ = match segment {
            Segment::Key(key) if is_plain(key) => write!(text, ".{key}"),
            Segment::Key(key) => write!(text, "['{}']", escaped(key)),
            Segment::Index(index) => write!(text, "[{index}]"),
        };
    }
    text
}

fn is_plain(key: &str) -> bool {
    let is_first = |character: char| character.is_ascii_alphabetic() || character == '_';
    key.starts_with(is_first)
        && key.chars().all(|character| is_first(character) || character.is_ascii_digit())
}

/// A key between single quotes (RFC 9535, section 2.3.1.1).
fn escaped(key: &str) -> String {
    let mut text = String::new();
    for character in key.chars() {
        match character {
            '\'' => text.push_str("\\'"),
            '\\' => text.push_str("\\\\"),
            control if control.is_control() => {
                let _ = write!(text, "\\u{:04x}", u32::from(control));
            }
            other => text.push(other),
        }
    }
    text
}
