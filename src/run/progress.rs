//! How far a step has come: which of its requests is asked, in which round of its loop.

use std::sync::Arc;

use serde_json::Value;

use super::outcome::Verdict;
use super::request::Request;
use super::suppose::Foresight;
use crate::compile::{CallPlan, RequestPlan, StepKind, StepPlan};

/// A step that is being carried out.
#[derive(Debug)]
pub(super) struct Call {
    /// Rounds of the loop that are still to do, in reverse; `None` without a loop.
    pub(super) rounds: Option<Vec<Round>>,
    pub(super) element: Option<Value>,
    pub(super) phase: Phase,
    /// Pages of the reply that is being read.
    pub(super) pages: Vec<Arc<Value>>,
    pub(super) request: Option<Request>,
    /// Tries of the write that is being verified.
    pub(super) tries: u32,
    /// How the event ends unless the last try that it has is found to have arrived.
    pub(super) given_up: Option<Verdict>,
    /// What was said when the creation was refused.
    pub(super) refused: Option<String>,
    /// What a plan keeps about the step.
    pub(super) foresight: Foresight,
}

impl Call {
    /// A call that has asked nothing yet.
    pub(super) fn new(rounds: Option<Vec<Round>>, doubt: Option<String>) -> Self {
        Call {
            rounds,
            element: None,
            phase: Phase::Single,
            pages: Vec::new(),
            request: None,
            tries: 0,
            given_up: None,
            refused: None,
            foresight: Foresight { doubt, ..Foresight::default() },
        }
    }

    /// Begins a round of the loop.
    pub(super) fn begin(&mut self, round: Round) {
        let Round { element, doubt, repeats } = round;
        self.element = Some(element);
        self.foresight = Foresight { doubt, repeats, ..Foresight::default() };
    }
}

/// A round of a loop.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) element: Value,
    /// Why there may be no such round; in plans alone.
    pub(super) doubt: Option<String>,
    /// It stands for any number of rounds; in plans alone.
    pub(super) repeats: bool,
}

/// Which request of a step is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Single,
    Find(usize),
    Create,
    /// Somebody else was faster than `create`: look again.
    FindAgain(usize),
    /// Whether the write of the step (or of `create`) has arrived.
    Verify {
        creates: bool,
    },
    /// What the write of the step (or of `create`) would change; in plans alone.
    Preview {
        creates: bool,
    },
}

/// What is to be done next.
pub(super) enum Next {
    Ask(Box<Request>),
    End(Verdict),
    Go,
}

/// The phase whose write was verified or previewed.
pub(super) fn written_in(creates: bool) -> Phase {
    if creates { Phase::Create } else { Phase::Single }
}

/// The request that a step asks in a phase; `None` when its look-ups are used up.
pub(super) fn request_of(step: &StepPlan, phase: Phase) -> Option<&RequestPlan> {
    let StepKind::Call { call, .. } = &step.kind else { return None };
    match (call, phase) {
        (CallPlan::Request(request), Phase::Single) => Some(request),
        (CallPlan::Request(request), Phase::Verify { .. }) => request.verify.as_deref(),
        (CallPlan::Request(request), Phase::Preview { .. }) => request.preview.as_deref(),
        (CallPlan::Ensure { find, .. }, Phase::Find(index) | Phase::FindAgain(index)) => find.get(index),
        (CallPlan::Ensure { create, .. }, Phase::Create) => Some(create),
        (CallPlan::Ensure { create, .. }, Phase::Verify { .. }) => create.verify.as_deref(),
        (CallPlan::Ensure { create, .. }, Phase::Preview { .. }) => create.preview.as_deref(),
        _ => None,
    }
}
