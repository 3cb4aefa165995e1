//! What became of an event.

use std::time::Duration;

use super::eval::Rejection;
use super::suppose::untold;
use super::trace::Trace;
use crate::model::Blame;

/// The end of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What became of the event.
    pub verdict: Verdict,
    /// What is to blame, if it was rejected or failed.
    pub blame: Blame,
    /// What the user should know although the event went through: a value left out, two keys that became one.
    pub notes: Vec<String>,
    /// Everything that was decided on the way.
    pub trace: Trace,
}

/// What became of the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All that the mapping asks for has been done.
    Delivered,
    /// The event is not meant for this destination.
    Skipped {
        /// One sentence.
        why: String,
    },
    /// The event is bad: sending it again cannot help.
    Rejected {
        /// One sentence.
        why: String,
    },
    /// The world is bad: sending it again later may help.
    Failed {
        /// One sentence.
        why: String,
        /// The wait that the destination asked for.
        retry_after: Option<Duration>,
        /// The HTTP status on which it failed, if there was one.
        status: Option<u16>,
        /// The mapping says that this answer is final (`fail`): somebody has to change something first.
        is_lasting: bool,
    },
}

impl From<Rejection<'_>> for Verdict {
    fn from(rejection: Rejection<'_>) -> Self {
        if rejection.is_pending() { untold(rejection) } else { Verdict::rejected(rejection.why()) }
    }
}

impl Verdict {
    /// A failure that no answer of the destination decided.
    #[must_use]
    pub fn failed(why: impl Into<String>) -> Self {
        Verdict::Failed { why: why.into(), retry_after: None, status: None, is_lasting: false }
    }

    pub(super) fn rejected(why: impl Into<String>) -> Self {
        Verdict::Rejected { why: why.into() }
    }

    /// `delivered`, `skipped`, `rejected` or `failed`, as output and case files spell it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Delivered => "delivered",
            Verdict::Skipped { .. } => "skipped",
            Verdict::Rejected { .. } => "rejected",
            Verdict::Failed { .. } => "failed",
        }
    }

    /// The verdict with a reason that cannot forge lines or control a terminal: events and replies may bring anything.
    pub(super) fn on_one_line(self) -> Self {
        let plain = |why: String| -> String {
            why.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
        };
        match self {
            Verdict::Delivered => Verdict::Delivered,
            Verdict::Skipped { why } => Verdict::Skipped { why: plain(why) },
            Verdict::Rejected { why } => Verdict::Rejected { why: plain(why) },
            Verdict::Failed { why, retry_after, status, is_lasting } => {
                Verdict::Failed { why: plain(why), retry_after, status, is_lasting }
            }
        }
    }

    /// Why, for all but delivered events.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        match self {
            Verdict::Delivered => None,
            Verdict::Skipped { why } | Verdict::Rejected { why } | Verdict::Failed { why, .. } => Some(why),
        }
    }
}
