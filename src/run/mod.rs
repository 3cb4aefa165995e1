//! Runs an event through a compiled mapping, without any I/O.
//!
//! A run is a resumable machine: [`start`] gives [`Step::Need`] with a request, or [`Step::Done`] with the outcome.
//! The driver answers the request and calls [`Run::resume`]. No clock, socket, file, environment or randomness is
//! read here, so one event with one list of answers gives the same bytes each time.

mod answers;
mod ask;
mod batch;
mod bulk;
mod call;
mod choose;
mod eval;
mod event;
mod examine;
mod imagine;
mod machine;
mod notes;
mod opening;
mod outcome;
mod prepare;
mod progress;
mod redact;
mod request;
mod session;
mod settle;
mod suppose;
#[cfg(feature = "http")]
pub(crate) mod together;
mod trace;

pub use crate::model::{Blame, Method};
pub use batch::{Counts, Envelope};
pub use bulk::Bulk;
pub use choose::takers;
pub use event::Event;
pub use examine::{
    Candidate, Examination, ExaminedStep, Fate, Leaf, Made, Outcome as MadeOutcome, Reached, Source, examine,
};
pub(crate) use examine::{key_of, steps as path_steps};
pub use imagine::{Imagined, imagine};
pub use machine::{Limits, Run, Step, start};
pub use outcome::{Outcome, Verdict};
pub use prepare::{Evaluator, Prepared, Refusal};
pub use request::{Answer, Body, HostShare, Limited, Once, Repeat, Request};
pub use session::{Auth, Pace, Session, SettingProblem, order_key};
pub(crate) use suppose::{Asked, Purpose, Supposed, waits_for};
pub use trace::{Entry, Trace};
