//! The machine: steps, look-ups and creations, loops, pages, tries.

use std::cell::RefCell;
use std::sync::Arc;

use serde_json::Value;

use super::call::{Call, Next};
use super::choose::choose_flow;
use super::eval::{Eval, Recorder, Rejection};
use super::outcome::{Outcome, Verdict};
use super::redact::redacted;
use super::request::{Answer, Request};
use super::session::Session;
use crate::compile::{CallPlan, FlowPlan, LoopPlan, StepKind, StepPlan};

/// Bounds of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most answers that one event may need, tries included.
    pub answers: u32,
    /// Most tries of one request.
    pub attempts: u32,
    /// Deepest nesting of a value that is sent.
    pub depth: u32,
    /// Most bytes of a request's body.
    pub body_bytes: usize,
    /// Keep a trace.
    pub trace: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { answers: 500, attempts: 8, depth: 64, body_bytes: 1 << 20, trace: true }
    }
}

/// Where a run stands.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "an event has one step at a time")]
pub enum Step {
    /// It needs an answer.
    Need(Request, Run),
    /// It has ended.
    Done(Outcome),
}

/// A run that waits for an answer.
#[derive(Debug)]
pub struct Run {
    pub(super) session: Arc<Session>,
    pub(super) event: Arc<Value>,
    pub(super) limits: Limits,
    pub(super) flow: usize,
    pub(super) outputs: Vec<Option<Value>>,
    pub(super) step: usize,
    pub(super) call: Option<Call>,
    pub(super) answers: u32,
    pub(super) recorder: RefCell<Recorder>,
}

/// Begins a run of an event.
#[must_use]
pub fn start(session: &Arc<Session>, event: Arc<Value>, limits: &Limits) -> Step {
    let recorder = RefCell::new(Recorder { on: limits.trace, ..Recorder::default() });
    let flow = match choose_flow(session, &event, &recorder) {
        Ok(flow) => flow,
        Err(verdict) => return Step::Done(outcome(verdict, recorder.into_inner())),
    };
    let run = Run {
        session: session.clone(),
        event,
        limits: limits.clone(),
        flow,
        outputs: Vec::new(),
        step: 0,
        call: None,
        answers: 0,
        recorder,
    };
    run.begin()
}

fn outcome(verdict: Verdict, recorder: Recorder) -> Outcome {
    let verdict = verdict.on_one_line();
    Outcome { verdict, notes: recorder.notes, trace: recorder.trace }
}

impl Run {
    /// Goes on with the answer to the request that was given last.
    #[must_use]
    pub fn resume(mut self, answer: Answer) -> Step {
        let answer = redacted(answer, &self.session);
        let next = self.answered(&answer);
        self.follow(next)
    }

    /// Ends the run as failed: the driver will not ask again.
    #[must_use]
    pub fn give_up(self, why: String) -> Outcome {
        outcome(Verdict::Failed { why, retry_after: None }, self.recorder.into_inner())
    }

    fn begin(mut self) -> Step {
        self.outputs = vec![None; self.flow_plan().map_or(0, |flow| flow.outputs.len())];
        let next = match self.check_before() {
            Ok(()) => Next::Go,
            Err(problem) => Next::End(Verdict::rejected(problem.why)),
        };
        self.follow(next)
    }

    /// Carries out steps until an answer or an end is reached.
    fn follow(mut self, mut next: Next) -> Step {
        loop {
            match next {
                Next::Ask(request) => return Step::Need(request, self),
                Next::End(verdict) => return Step::Done(outcome(verdict, self.recorder.into_inner())),
                Next::Go => {
                    next = self.go().unwrap_or_else(|problem| Next::End(Verdict::rejected(problem.why)));
                }
            }
        }
    }

    fn flow_plan(&self) -> Option<&FlowPlan> {
        self.session.plan().flows.get(self.flow)
    }

    /// The flow and the step that the run has come to; `None` behind the last one.
    pub(super) fn here<'s>(&self, session: &'s Session) -> Option<(&'s FlowPlan, &'s StepPlan)> {
        let flow = session.plan().flows.get(self.flow)?;
        Some((flow, flow.steps.get(self.step)?))
    }

    /// The evaluation that sees what this run has; `pages` are those of the reply at hand.
    pub(super) fn eval<'a>(&'a self, flow: &'a FlowPlan, pages: &'a [Arc<Value>]) -> Eval<'a> {
        let base =
            Eval::of_flow(flow, &self.event, self.session.settings(), &self.recorder, self.limits.depth);
        let variable = self.call.as_ref().and_then(|call| call.element.as_ref());
        Eval { outputs: &self.outputs, replies: pages, variable, ..base }
    }

    /// Everything that can be known to be wrong before anything is sent: what the flow requires, then the rows of
    /// bodies that will surely be built and depend on no answer.
    fn check_before(&self) -> Result<(), Rejection> {
        let Some(flow) = self.flow_plan() else { return Ok(()) };
        let eval = self.eval(flow, &[]);
        for (when, that, error) in &flow.require {
            let applies = match when {
                Some(when) => eval.holds(when, "require")?,
                None => true,
            };
            if applies && !eval.holds(that, "require")? {
                return Err(Rejection::new(error.clone()));
            }
        }
        let quiet = Eval { recorder: None, ..eval };
        for step in &flow.steps {
            if step.when.iter().any(|cond| cond.late) {
                match &step.kind {
                    StepKind::Call { .. } | StepKind::Reject(_) => continue,
                    // Whether anything follows is not known yet.
                    StepKind::Stop | StepKind::Skip(_) => break,
                }
            }
            if !all_hold(&quiet, step)? {
                continue;
            }
            match &step.kind {
                StepKind::Call { each: None, call: CallPlan::Request(request) } => {
                    if let Some(body) = &request.body {
                        quiet.check_early(body)?;
                    }
                }
                StepKind::Call { .. } => {}
                StepKind::Reject(error) => return Err(Rejection::new(error.clone())),
                StepKind::Stop | StepKind::Skip(_) => break,
            }
        }
        Ok(())
    }

    /// Begins the next round or step.
    fn go(&mut self) -> Result<Next, Rejection> {
        if let Some(call) = &mut self.call {
            if let Some(element) = call.rounds.as_mut().and_then(Vec::pop) {
                call.element = Some(element);
                return self.ask_first();
            }
            self.call = None;
            self.step = self.step.saturating_add(1);
        }
        let session = self.session.clone();
        let Some((flow, step)) = self.here(&session) else { return Ok(Next::End(Verdict::Delivered)) };
        if !all_hold(&self.eval(flow, &[]), step)? {
            self.step = self.step.saturating_add(1);
            return Ok(Next::Go);
        }
        match &step.kind {
            StepKind::Stop => Ok(Next::End(Verdict::Delivered)),
            StepKind::Skip(why) => Ok(Next::End(Verdict::Skipped { why: why.clone() })),
            StepKind::Reject(error) => Err(Rejection::new(error.clone())),
            StepKind::Call { each, .. } => {
                let rounds = match each {
                    Some(each) => Some(self.rounds(flow, step, each)?),
                    None => None,
                };
                let looped = rounds.is_some();
                self.call = Some(Call::new(rounds));
                if looped { Ok(Next::Go) } else { self.ask_first() }
            }
        }
    }

    /// Elements of a loop, in reverse.
    fn rounds(&self, flow: &FlowPlan, step: &StepPlan, each: &LoopPlan) -> Result<Vec<Value>, Rejection> {
        let eval = self.eval(flow, &[]);
        let list = eval.one(&each.list)?;
        let Some(Value::Array(items)) = list.as_deref() else { return Ok(Vec::new()) };
        let mut rounds = Vec::new();
        for item in items {
            let passes = match &each.filter {
                Some(filter) => Eval { variable: Some(item), ..eval }.test(filter)?,
                None => true,
            };
            if passes {
                rounds.push(item.clone());
            }
        }
        if rounds.len() > each.max {
            let message =
                format!("`{}` would have {} rounds where {} are allowed", step.name, rounds.len(), each.max);
            return Err(Rejection::new(message));
        }
        rounds.reverse();
        Ok(rounds)
    }
}

/// Whether all conditions of a step hold.
fn all_hold<'a>(eval: &Eval<'a>, step: &'a StepPlan) -> Result<bool, Rejection> {
    for cond in &step.when {
        if !eval.holds(cond, &step.name)? {
            return Ok(false);
        }
    }
    Ok(true)
}
