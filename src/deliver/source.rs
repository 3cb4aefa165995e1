//! Where events come from, and who is told what became of them: files, or a broker that gives an event out again until it
//! hears of its end.
//!
//! ```text
//! Source ─ next ─▶ Arrived ─▶ order ─▶ Ticket: begin ─▶ run, again if it fails ─▶ Ticket: settle
//! ```

use std::fmt;
use std::future::{Future, ready};
use std::time::Duration;

use super::input::Line;
use super::stream::Finished;
use super::summary::NotSent;

/// Gives out events, in their order.
pub trait Source: Send {
    /// Stands for one event until its end.
    type Ticket: Ticket;

    /// The next event; `None` at the end. A call that is given up and made again loses nothing.
    ///
    /// # Errors
    /// The source broke off; what it gave out before counts.
    fn next(&mut self) -> impl Future<Output = Option<Result<Arrived<Self::Ticket>, SourceError>>> + Send;

    /// Nothing more is wanted. All tickets are settled or dropped before this is called. How many events were not given
    /// out, if the source counts them.
    fn close(&mut self) -> impl Future<Output = Option<NotSent>> + Send;

    /// Whether events are wanted again that the journal has as finished.
    fn repeats(&self) -> bool {
        false
    }
}

/// An event that a source has given out.
#[derive(Debug)]
pub struct Arrived<T> {
    /// Where it stands, and the event if it is one.
    pub line: Line,
    /// Somebody may have begun with it before, and nobody knows how far that went.
    pub is_in_doubt: bool,
    /// Its ticket.
    pub ticket: T,
}

/// Stands for an event that was given out. Dropped without being settled, the event is given out again some time.
///
/// What is not said otherwise is so for a source whose events are always ours, and that needs to hear of nothing.
pub trait Ticket: Send + Sync + 'static {
    /// Begins with the event; from now on it is in doubt for whoever gets it after us. `false`: it is no longer ours.
    fn begin(&self) -> impl Future<Output = bool> + Send {
        ready(true)
    }

    /// Whether the event is still ours.
    fn is_held(&self) -> bool {
        true
    }

    /// The event has come to an end; returns when the source knows that for good.
    ///
    /// # Errors
    /// The source cannot be told.
    fn settle(&self, end: End<'_>) -> impl Future<Output = Result<(), SourceError>> + Send {
        let _ = end;
        ready(Ok(()))
    }
}

/// How an event ended, for its source.
#[derive(Clone, Copy, Debug)]
pub enum End<'f> {
    /// Delivered or skipped.
    Done,
    /// Rejected, or failed too often: it is kept with its reason and not given out again.
    Dead(&'f Finished),
    /// Failed, and will be tried again, by us or another.
    Again {
        /// Not earlier than in this time.
        after: Duration,
    },
}

/// A source that cannot be read, or cannot be told something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceError(String);

impl SourceError {
    /// An error, in words for people.
    pub fn new(why: impl fmt::Display) -> Self {
        Self(why.to_string())
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for SourceError {}
