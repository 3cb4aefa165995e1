//! What of a mapping tests can cover: each row, candidate, condition, error line and step, with its place.
//!
//! In: a mapping that compiles, and its document. Out: points in the order of the file; one that no event can come to
//! is proven so and says why. Knows nothing of runs: what was used is counted elsewhere, by the same places.

mod contexts;
mod lines;
mod list;
mod rows;

use crate::diag::{Diagnostics, Span};
use crate::model::{self, Mapping, Used};
use crate::source::{self, Document};

/// What kind of part a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PointKind {
    /// A flow that takes an event.
    Flow,
    /// A step that is carried out, or left out.
    Step,
    /// One of several requests of a step.
    Request,
    /// A row that has a value, or a rest that sends something.
    Row,
    /// One of several candidates of a row, or its default.
    Candidate,
    /// An entry of the `map:` of a row.
    Replacement,
    /// What a row does with a value that is missing, does not fit, or is too long.
    Exception,
    /// A condition that holds, or does not.
    Condition,
    /// A test in a condition that holds, or does not.
    Test,
    /// A line of an error table.
    ErrorLine,
}

impl PointKind {
    /// All kinds, from the whole to the parts.
    pub const ALL: [PointKind; 10] = [
        PointKind::Flow,
        PointKind::Step,
        PointKind::Request,
        PointKind::Row,
        PointKind::Candidate,
        PointKind::Replacement,
        PointKind::Exception,
        PointKind::Condition,
        PointKind::Test,
        PointKind::ErrorLine,
    ];

    /// Its points, in words for people.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            PointKind::Flow => "flows",
            PointKind::Step => "steps",
            PointKind::Request => "requests",
            PointKind::Row => "rows",
            PointKind::Candidate => "candidates",
            PointKind::Replacement => "replacements",
            PointKind::Exception => "exceptions",
            PointKind::Condition => "conditions",
            PointKind::Test => "tests in conditions",
            PointKind::ErrorLine => "error lines",
        }
    }

    /// Its name for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PointKind::Flow => "flow",
            PointKind::Step => "step",
            PointKind::Request => "request",
            PointKind::Row => "row",
            PointKind::Candidate => "candidate",
            PointKind::Replacement => "replacement",
            PointKind::Exception => "exception",
            PointKind::Condition => "condition",
            PointKind::Test => "test",
            PointKind::ErrorLine => "error_line",
        }
    }
}

/// Something that a test can cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// What kind of part it is.
    pub kind: PointKind,
    /// Where people look for it.
    pub at: Span,
    /// Where its uses are counted.
    pub place: Span,
    /// Which uses of that place.
    pub used: Used,
    /// What it is, in a few words: `row user.name`.
    pub what: String,
    /// Why no event can come to it, where that is proven.
    pub idle: Option<&'static str>,
    /// Place and use of what it is a part of: without that one, it has none.
    pub within: Option<(Span, Used)>,
}

impl Point {
    /// What is to be said when it was not covered: `never had a value`.
    #[must_use]
    pub fn lack(&self) -> &'static str {
        match self.used {
            Used::Taken => "took no event",
            Used::Ran => "was never carried out",
            Used::LeftOut => "was never left out",
            Used::Asked => "was never asked",
            Used::Made => "never had a value",
            Used::Candidate(_) => "never won",
            Used::Default | Used::Replaced(_) => "was never used",
            Used::Lacking => "was never without a value",
            Used::Unfit => "never had a value that does not fit",
            Used::Cut => "was never cut",
            Used::Sent => "never sent anything",
            Used::Held => "never held",
            Used::Failed => "always held",
            Used::Met(_) => "was never met",
        }
    }

    /// Its side of what it is a point of, in a word or two: `held`.
    #[must_use]
    pub fn side(&self) -> &'static str {
        match self.used {
            Used::Taken => "taken",
            Used::Ran => "carried out",
            Used::LeftOut => "left out",
            Used::Asked => "asked",
            Used::Made => "had a value",
            Used::Candidate(_) => "won",
            Used::Default | Used::Replaced(_) => "used",
            Used::Lacking => "without a value",
            Used::Unfit => "did not fit",
            Used::Cut => "cut",
            Used::Sent => "sent",
            Used::Held => "held",
            Used::Failed => "did not hold",
            Used::Met(_) => "met",
        }
    }
}

/// All points of the text of a mapping; none when it cannot be read, of which its compiler has told.
#[must_use]
pub fn points(text: &str) -> Vec<Point> {
    let mut unread = Diagnostics::new();
    let Some(document) = source::read(text, &mut unread) else { return Vec::new() };
    model::lower(&document, &mut unread).map_or_else(Vec::new, |mapping| of(&document, &mapping))
}

fn of(document: &Document, mapping: &Mapping) -> Vec<Point> {
    let scope = super::scope::Scope::new(mapping, document, None);
    let mut points = list::all(&scope);
    points.sort_by_key(|point| (point.at.start, point.kind, point.used));
    points
}

#[cfg(test)]
mod tests;
