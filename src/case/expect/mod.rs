//! What must come of a case: expected values, how they are held against what came, what differs, and how a file is
//! brought up to date.
//!
//! In: the `expect:` of a case file and what the case did. Out: differences, or edits. Must not know how a case is run.

mod check;
mod difference;
mod fit;
mod layout;
mod part;
mod pattern;
mod update;
mod write;

pub use difference::{Difference, Line};

pub(super) use check::check;
pub(super) use part::{Part, Seen, parts};
pub(super) use update::{Extent, mend};

#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Deserialize;

use pattern::Pattern;

#[cfg(feature = "cli")]
use super::schema::{AnyFindings, AnyLists, AnyNotes, AnyOutcome, AnyOutcomes, AnyRequests};

/// What is expected; what is not named is not looked at. Each value may be a word for what may vary: `$any`,
/// `$contains`, `$unordered`, `$exactly`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "expect"))]
#[serde(deny_unknown_fields, default)]
pub(super) struct Expected {
    /// Outcome of the only event: a word, or the word with its reason.
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyOutcome>"))]
    pub(super) outcome: Option<Pattern>,
    /// Outcomes of several events.
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyOutcomes>"))]
    pub(super) outcomes: Option<Pattern>,
    /// All requests, in order.
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyRequests>"))]
    pub(super) requests: Option<Pattern>,
    /// All requests that write, in order.
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyRequests>"))]
    pub(super) writes: Option<Pattern>,
    /// All notes, in order.
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyNotes>"))]
    pub(super) notes: Option<Pattern>,
    /// Lists of the sandbox afterwards: each named list has exactly these records, each with at least these members.
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyLists>"))]
    pub(super) state: Option<Pattern>,
    /// All findings about the mapping, in order.
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyFindings>"))]
    pub(super) diagnostics: Option<Pattern>,
}

impl Expected {
    /// Whether anything is expected of events.
    pub(super) fn looks_at_events(&self) -> bool {
        let parts = [&self.outcome, &self.outcomes, &self.notes];
        parts.iter().any(|part| part.is_some()) || self.looks_at_destination()
    }

    /// Whether anything is expected of what the destination was asked, or holds.
    pub(super) fn looks_at_destination(&self) -> bool {
        [&self.requests, &self.writes, &self.state].iter().any(|part| part.is_some())
    }
}
