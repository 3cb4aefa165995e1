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
use crate::compile::{CallPlan, FlowPlan, ReasonPlan, StepKind, StepPlan};
use crate::json::scan::{self, BadJson};
use crate::json::{Arena, formatted};
use crate::model::Blame;

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
        /// What is to blame.
        blame: Blame,
    },
}

impl<'a> From<Rejection<'a>> for Refusal<'a> {
    fn from(rejection: Rejection<'a>) -> Self {
        Refusal::Rejected { why: rejection.why(), blame: rejection.blame() }
    }
}

impl Refusal<'_> {
    /// What is to blame.
    pub(super) fn blame(&self) -> Blame {
        match self {
            Refusal::Skipped { .. } => Blame::Event,
            Refusal::Rejected { blame, .. } => *blame,
        }
    }
}

impl From<Refusal<'_>> for Verdict {
    fn from(refusal: Refusal<'_>) -> Self {
        match refusal {
            Refusal::Skipped { why } => Verdict::Skipped { why: why.to_owned() }.on_one_line(),
            Refusal::Rejected { why, .. } => Verdict::Rejected { why: why.to_owned() }.on_one_line(),
        }
    }
}

/// What is known of an event before anything is sent.
#[derive(Debug, Default)]
pub(super) struct Preparation {
    pub(super) flow: usize,
    bodies: Vec<Ready>,
}

/// A body that is made before its step is reached.
#[derive(Debug)]
struct Ready {
    step: usize,
    /// Where it stands in the output.
    range: Range<usize>,
    /// What was decided on the way, for the trace.
    entries: Vec<Entry>,
}

impl Preparation {
    /// Prepares an event; the bodies go to the end of `out`.
    pub(super) fn of<'a>(
        session: &'a Session,
        ground: Ground<'a>,
        recorder: &'a RefCell<Recorder>,
        limits: &Limits,
        out: &mut Vec<u8>,
    ) -> Result<Self, Refusal<'a>> {
        let mut preparation = Preparation::default();
        preparation.make(session, ground, recorder, limits, out)?;
        Ok(preparation)
    }

    fn make<'a>(
        &mut self,
        session: &'a Session,
        ground: Ground<'a>,
        recorder: &'a RefCell<Recorder>,
        limits: &Limits,
        out: &mut Vec<u8>,
    ) -> Result<&'a FlowPlan, Refusal<'a>> {
        self.bodies.clear();
        let (index, flow, eval) = choose_flow(session, ground, recorder, limits.depth)?;
        self.flow = index;
        for (when, that, error) in &flow.require {
            let applies = match when {
                Some(when) => eval.holds(when, "require")?,
                None => true,
            };
            if applies && !eval.holds(that, "require")? {
                return Err(eval.reject_because(error).into());
            }
        }
        self.steps(flow, &eval, limits, out)?;
        Ok(flow)
    }

    /// Goes through the steps that are sure to be reached.
    fn steps<'a>(
        &mut self,
        flow: &'a FlowPlan,
        eval: &Eval<'a>,
        limits: &Limits,
        out: &mut Vec<u8>,
    ) -> Result<(), Rejection<'a>> {
        let quiet = eval.quiet();
        for (index, step) in flow.steps.iter().enumerate() {
            if step.when.iter().any(|cond| cond.late) {
                match &step.kind {
                    StepKind::Call { .. } | StepKind::Reject { .. } => continue,
                    // Whether anything follows is not known yet.
                    StepKind::Stop | StepKind::Skip(_) => break,
                }
            }
            if !all_hold(&quiet, step)? {
                continue;
            }
            match &step.kind {
                StepKind::Call { each: None, call: CallPlan::Request(request) } => match &request.body {
                    Some(body) if body.late => {
                        quiet.check_rows(&body.ops).inspect_err(|_| eval.mark_rejection(&body.ops))?;
                    }
                    Some(body) => {
                        let start = out.len();
                        let entries = eval.recorded_apart(|| eval.body(body, out))?;
                        check_size(eval, &step.name, out.len().saturating_sub(start), limits)?;
                        self.bodies.push(Ready { step: index, range: start..out.len(), entries });
                    }
                    None => {}
                },
                StepKind::Call { .. } => {}
                // Its words depend on answers: it is rejected when its turn comes.
                StepKind::Reject { error: ReasonPlan::Row(row), .. } if row.late => break,
                StepKind::Reject { error, blame } => {
                    eval.mark_step(step);
                    return Err(eval.reject_because(eval.reason(error)).blaming(*blame, eval));
                }
                StepKind::Stop | StepKind::Skip(_) => break,
            }
        }
        Ok(())
    }

    /// Where the body of a step stands; what was decided about it comes along the first time.
    pub(super) fn take(&mut self, step: usize) -> Option<(Range<usize>, Vec<Entry>)> {
        let ready = self.bodies.iter_mut().find(|ready| ready.step == step)?;
        Some((ready.range.clone(), mem::take(&mut ready.entries)))
    }
}

/// Refuses a body of too many bytes.
pub(super) fn check_size<'a>(
    eval: &Eval<'a>,
    step: &str,
    bytes: usize,
    limits: &Limits,
) -> Result<(), Rejection<'a>> {
    let most = limits.body_bytes;
    if bytes <= most {
        return Ok(());
    }
    Err(eval.reject(format_args!("the body of `{step}` would have more than {most} bytes")))
}

/// Whether all conditions of a step hold.
pub(super) fn all_hold<'a>(eval: &Eval<'a>, step: &'a StepPlan) -> Result<bool, Rejection<'a>> {
    for cond in &step.when {
        if !eval.holds(cond, &step.name)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Memory of an evaluator, in bytes; it grows when an event needs more.
const MEMORY: usize = 64 * 1024;

/// Beyond so many bytes it is given back after the event, so that one huge event does not cost memory for ever.
const MOST_MEMORY: usize = 8 * 1024 * 1024;

/// Prepares events of one session, one after another, in memory that it keeps: once that has grown to what the
/// events need, nothing is allocated.
///
/// ```
/// # use std::sync::Arc;
/// # let mapping = r#"
/// # format: 1
/// # destination: example
/// # service: {base_url: {value: "https://api.example.com/v1"}}
/// # tables: {person: {rows: {name: {from: $.traits.name, required: true}}}}
/// # flows: {identify: {event: identify, steps: [{person: {post: /people, body: person}}]}}
/// # "#;
/// # let plan = mapwright::compile::load(mapping, &mut mapwright::diag::Diagnostics::new()).unwrap();
/// # let session = Arc::new(mapwright::run::Session::open(Arc::new(plan), &serde_json::Map::new()).unwrap());
/// let mut evaluator = mapwright::run::Evaluator::new(session);
/// let mut out = Vec::new();
/// let prepared = evaluator.prepare(br#"{"type": "identify", "traits": {"name": "Ada"}}"#, &mut out).unwrap();
/// assert_eq!(prepared.flow(), "identify");
/// assert_eq!(out, br#"{"name":"Ada"}"#);
/// ```
#[derive(Debug)]
pub struct Evaluator {
    session: Arc<Session>,
    limits: Limits,
    arena: Arena,
    recorder: RefCell<Recorder>,
    preparation: Preparation,
    /// Memory for the bodies of a batch.
    pub(super) bodies: Vec<u8>,
}

/// What was prepared of an event.
#[derive(Clone, Debug)]
pub struct Prepared<'e> {
    flow: &'e FlowPlan,
    bodies: &'e [Ready],
    notes: Vec<String>,
}

impl<'e> Prepared<'e> {
    /// The flow that takes the event.
    #[must_use]
    pub fn flow(&self) -> &'e str {
        &self.flow.name
    }

    /// What the user should know although the event goes through: two keys that became one.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The steps whose bodies depend on no answer, with the place of each body in the output, in their order.
    pub fn bodies(&self) -> impl Iterator<Item = (&'e str, Range<usize>)> {
        let flow = self.flow;
        self.bodies.iter().map(|ready| {
            let step = flow.steps.get(ready.step).map_or("", |step| &*step.name);
            (step, ready.range.clone())
        })
    }
}

impl Evaluator {
    /// An evaluator of a session's events.
    #[must_use]
    pub fn new(session: Arc<Session>) -> Self {
        Evaluator {
            session,
            limits: Limits { trace: false, ..Limits::default() },
            arena: Arena::with_capacity(MEMORY),
            recorder: RefCell::default(),
            preparation: Preparation::default(),
            bodies: Vec::new(),
        }
    }

    /// Prepares the event in a JSON text. Bodies go to the end of `out`; after a refusal nothing has been added.
    ///
    /// # Errors
    /// The event is not JSON, not meant for this destination, or lacks what the mapping needs.
    pub fn prepare<'e>(
        &'e mut self,
        event: &'e [u8],
        out: &mut Vec<u8>,
    ) -> Result<Prepared<'e>, Refusal<'e>> {
        self.clear();
        let arena = &self.arena;
        let paths = &self.session.plan().paths;
        match scan::utf8(event).and_then(|text| paths.capture_text(text, arena)) {
            Ok(event) => {
                let ground = Ground { event, arena };
                Self::make(&self.session, ground, &self.recorder, &mut self.preparation, &self.limits, out)
            }
            Err(bad) => Err(Refusal::Rejected { why: unreadable(bad, arena), blame: Blame::Event }),
        }
    }

    /// The same for an event that has been parsed.
    ///
    /// # Errors
    /// The event is not meant for this destination, or lacks what the mapping needs.
    pub fn prepare_value<'e>(
        &'e mut self,
        event: &'e Value,
        out: &mut Vec<u8>,
    ) -> Result<Prepared<'e>, Refusal<'e>> {
        self.clear();
        let arena = &self.arena;
        let ground = Ground { event: self.session.plan().paths.capture_tree(event, arena), arena };
        Self::make(&self.session, ground, &self.recorder, &mut self.preparation, &self.limits, out)
    }

    /// Forgets the event before.
    fn clear(&mut self) {
        if self.arena.allocated_bytes() > MOST_MEMORY {
            self.arena = Arena::with_capacity(MEMORY);
        } else {
            self.arena.reset();
        }
    }

    fn make<'e>(
        session: &'e Session,
        ground: Ground<'e>,
        recorder: &'e RefCell<Recorder>,
        preparation: &'e mut Preparation,
        limits: &Limits,
        out: &mut Vec<u8>,
    ) -> Result<Prepared<'e>, Refusal<'e>> {
        let before = out.len();
        // Those of an event that was refused.
        recorder.borrow_mut().notes.take();
        match preparation.make(session, ground, recorder, limits, out) {
            Ok(flow) => {
                let notes = recorder.borrow_mut().notes.take();
                Ok(Prepared { flow, bodies: &preparation.bodies, notes })
            }
            Err(refusal) => {
                out.truncate(before);
                Err(refusal)
            }
        }
    }
}

fn unreadable(bad: BadJson, arena: &Arena) -> &str {
    formatted(format_args!("the event is {bad}"), arena)
}
