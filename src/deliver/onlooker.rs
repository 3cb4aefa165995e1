//! Whoever looks on while events are delivered: sees how each ended and by which answers, and takes no part.

use std::fmt;

use crate::diff::{Recording, Told};
use crate::run::{Event, Limits, Request, Run, Verdict};

/// Looks on while events of an account are delivered.
pub trait Onlooker: fmt::Debug + Send + Sync {
    /// An event has come to its end. Whoever waits for it waits for this too.
    fn saw(&self, ended: Ended<'_>);
}

/// An event that has come to its end.
#[derive(Debug)]
pub struct Ended<'a> {
    /// The event.
    pub event: Event,
    /// What its run asked and was told.
    pub recording: Recording,
    /// How it ended.
    pub verdict: &'a Verdict,
    /// The limits that its run had.
    pub limits: &'a Limits,
}

/// Writes down what a run is told, when somebody looks on.
pub(super) fn write_down(
    recording: &mut Option<Recording>,
    run: &Run,
    request: &Request,
    told: impl FnOnce() -> Told,
) {
    if let Some(recording) = recording {
        recording.add(run, request, told());
    }
}
