//! What can be known before anything is sent: the flow, what the event lacks, and the bodies that depend on no answer.
//!
//! Every run begins here; for bulk work, where nothing is sent, it is all that is needed, and [`Evaluator`] does it
//! for one event after another in the same memory.

use std::cell::RefCell;
use std::mem;
use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use super::choose::choose_flow;
use super::eval::{Eval, Ground, Recorder, Rejection};
use super::machine::Limits;
use super::outcome::Verdict;
use super::session::Session;
use super::trace::Entry;
use crate::compile::{BodyPlan, CallPlan, FlowPlan, StepKind, StepPlan};
use crate::json::scan::{self, BadJson};
use crate::json::{Arena, Sink};

/// Why an event goes no further than its preparation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal<'a> {
    /// It is not meant for this destination.
    Skipped {
        /// One sentence.
        why: &'a str,
    },
    /// It is bad: sending it again cannot help.
    Rejected {
        /// One sentence.
        why: &'a str,
    },
}

impl<'a> From<Rejection<'a>> for Refusal<'a> {
    fn from(rejection: Rejection<'a>) -> Self {
        Refusal::Rejected { why: rejection.why }
    }
}

impl From<Refusal<'_>> for Verdict {
    fn from(refusal: Refusal<'_>) -> Self {
        match refusal {
            Refusal::Skipped { why } => Verdict::Skipped { why: why.to_owned() }.on_one_line(),
            Refusal::Rejected { why } => Verdict::Rejected { why: why.to_owned() }.on_one_line(),
        }
    }
}

/// What is known of an event before anything is sent.
#[derive(Debug, Default)]
pub(super) struct Preparation {
    pub(super) flow: usize,
    /// JSON text of all bodies, one behind the other.
    pub(super) bytes: Vec<u8>,
    pub(super) bodies: Vec<Ready>,
}

/// A body that is made before its step is reached.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) step: usize,
    pub(super) range: Range<usize>,
    /// What was decided on the way, for the trace.
    pub(super) entries: Vec<Entry>,
}

impl Preparation {
    /// Prepares an event.
    pub(super) fn of<'a>(
        &mut self,
        session: &'a Session,
        ground: Ground<'a>,
        recorder: &'a RefCell<Recorder>,
        limits: &Limits,
    ) -> Result<(), Refusal<'a>> {
        let (index, flow, eval) = choose_flow(session, ground, recorder, limits.depth)?;
        self.flow = index;
        for (when, that, error) in &flow.require {
            let applies = match when {
                Some(when) => eval.holds(when, "require")?,
                None => true,
            };
            if applies && !eval.holds(that, "require")? {
                return Err(Rejection::new(error).into());
            }
        }
        Ok(self.steps(flow, &eval, limits)?)
    }

    /// Goes through the steps that are sure to be reached.
    fn steps<'a>(&mut self, flow: &'a FlowPlan, eval: &Eval<'a>, limits: &Limits) -> Result<(), Rejection<'a>> {
        let quiet = eval.quiet();
        for (index, step) in flow.steps.iter().enumerate() {
            if step.when.iter().any(|cond| cond.late) {
                match &step.kind {
                    StepKind::Call { .. } | StepKind::Reject(_) => continue,
                    // Whether anything follows is not known yet.
                    StepKind::Stop | StepKind::Skip(_) => break,
                }
            }
            let body = match &step.kind {
                StepKind::Call { each: None, call: CallPlan::Request(request) } => match &request.body {
                    Some(body) => Some(body),
                    None => continue,
                },
                StepKind::Call { .. } => continue,
                StepKind::Stop | StepKind::Skip(_) | StepKind::Reject(_) => None,
            };
            if !all_hold(&quiet, step)? {
                continue;
            }
            match (&step.kind, body) {
                (_, Some(body)) => self.body(index, step, body, eval, limits)?,
                (StepKind::Reject(error), None) => return Err(Rejection::new(error)),
                _ => break,
            }
        }
        Ok(())
    }

    fn body<'a>(
        &mut self,
        index: usize,
        step: &StepPlan,
        body: &'a BodyPlan,
        eval: &Eval<'a>,
        limits: &Limits,
    ) -> Result<(), Rejection<'a>> {
        if body.late {
            return eval.quiet().check_rows(body);
        }
        let start = self.bytes.len();
        let before = eval.take_entries();
        eval.body(body, &mut self.bytes)?;
        let entries = eval.swap_entries(before);
        check_size(eval, &step.name, self.bytes.len().saturating_sub(start), limits)?;
        self.bodies.push(Ready { step: index, range: start..self.bytes.len(), entries });
        Ok(())
    }

    /// The body that was made for a step.
    pub(super) fn take(&mut self, step: usize) -> Option<(Vec<u8>, Vec<Entry>)> {
        let ready = self.bodies.iter_mut().find(|ready| ready.step == step)?;
        let bytes = self.bytes.get(ready.range.clone())?.to_vec();
        Some((bytes, mem::take(&mut ready.entries)))
    }
}
