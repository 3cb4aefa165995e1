//! The machine: steps, look-ups and creations, loops, pages, tries.

use std::cell::RefCell;
use std::sync::Arc;

use serde_json::Value;

use super::eval::{Eval, Ground, Recorder};
use super::event::Event;
use super::outcome::{Outcome, Verdict};
use super::prepare::{Preparation, all_hold};
use super::progress::{Call, Next, Round};
use super::redact::redacted;
use super::request::{Answer, Request};
use super::session::Session;
use super::suppose::doubt_about;
use crate::compile::{FlowPlan, LoopPlan, StepKind, StepPlan};
use crate::json::{Arena, Datum};
use crate::model::{Blame, Used};

/// Memory for a stretch of a run, in bytes; more is taken when it is needed.
pub(super) const STRETCH: usize = 8 * 1024;

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
    /// Count in the trace what of the mapping is used.
    pub marks: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { answers: 500, attempts: 8, depth: 64, body_bytes: 1 << 20, trace: true, marks: false }
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
    pub(super) event: Event,
    pub(super) limits: Limits,
    /// What was made before the first step, and the bytes of its bodies.
    pub(super) preparation: Preparation,
    pub(super) bodies: Vec<u8>,
    pub(super) outputs: Vec<Option<Value>>,
    pub(super) step: usize,
    pub(super) call: Option<Call>,
    pub(super) answers: u32,
    /// What is to blame if the event is rejected.
    pub(super) blame: Blame,
    pub(super) recorder: RefCell<Recorder>,
    /// Some outputs are marks; in plans alone.
    pub(super) pending: bool,
    /// Why the run may have ended before; in plans alone.
    pub(super) doubt: Option<String>,
}

/// Begins a run of an event.
#[must_use]
pub fn start(session: &Arc<Session>, event: impl Into<Event>, limits: &Limits) -> Step {
    let event = event.into();
    let recorder = RefCell::new(Recorder::of_run(limits.trace, limits.marks));
    let arena = Arena::with_capacity(STRETCH);
    let mut bodies = Vec::new();
    let ground = event.ground(session.plan(), &arena);
    let prepared = Preparation::of(session, ground, &recorder, limits, &mut bodies);
    let preparation = match prepared.map_err(|refusal| (Verdict::from(refusal), refusal.blame())) {
        Ok(preparation) => preparation,
        Err((verdict, blame)) => return Step::Done(outcome(verdict, blame, recorder.into_inner())),
    };
    let n_outputs = session.flows().get(preparation.flow).map_or(0, |flow| flow.outputs.len());
    let run = Run {
        session: session.clone(),
        event: event.clone(),
        limits: limits.clone(),
        preparation,
        bodies,
        outputs: vec![None; n_outputs],
        step: 0,
        call: None,
        answers: 0,
        blame: Blame::Event,
        recorder,
        pending: false,
        doubt: None,
    };
    run.follow(ground, Next::Go)
}

fn outcome(verdict: Verdict, blame: Blame, mut recorder: Recorder) -> Outcome {
    let verdict = verdict.on_one_line();
    Outcome { verdict, blame, notes: recorder.notes.take(), trace: recorder.trace }
}

impl Run {
    /// Goes on with the answer to the request that was given last.
    #[must_use]
    pub fn resume(mut self, answer: Answer) -> Step {
        let answer = redacted(answer, &self.session);
        let (session, event) = (self.session.clone(), self.event.clone());
        let arena = Arena::with_capacity(STRETCH);
        let ground = event.ground(session.plan(), &arena);
        let next = self.answered(ground, &answer);
        self.follow(ground, next)
    }

    /// Goes on though the request that was given last may have been made before this run: as if it had got no answer, but
    /// none of its tries is used up.
    #[must_use]
    pub fn doubt(mut self) -> Step {
        if let Some(request) = self.call.as_mut().and_then(|call| call.request.as_mut()) {
            request.attempt = request.attempt.saturating_sub(1);
        }
        self.resume(Answer::Timeout)
    }

    /// Ends the run as delivered: its last request is made by somebody else.
    #[must_use]
    pub fn hand_over(self) -> Outcome {
        outcome(Verdict::Delivered, self.blame, self.recorder.into_inner())
    }

    /// Ends the run as failed: the driver will not ask again.
    #[must_use]
    pub fn give_up(self, why: String) -> Outcome {
        outcome(Verdict::failed(why), self.blame, self.recorder.into_inner())
    }

    /// Carries out steps until an answer or an end is reached.
    pub(super) fn follow(mut self, ground: Ground<'_>, mut next: Next) -> Step {
        loop {
            match next {
                Next::Ask(request) => return Step::Need(*request, self),
                Next::End(verdict) if self.may_go_on(&verdict) => next = Next::Go,
                Next::End(verdict) => {
                    return Step::Done(outcome(verdict, self.blame, self.recorder.into_inner()));
                }
                Next::Go => next = self.go(ground).unwrap_or_else(Next::End),
            }
        }
    }

    /// The flow and the step that the run has come to; `None` behind the last one.
    pub(super) fn here<'s>(&self, session: &'s Session) -> Option<(&'s FlowPlan, &'s StepPlan)> {
        let flow = session.flows().get(self.preparation.flow)?;
        Some((flow, flow.steps.get(self.step)?))
    }

    /// The evaluation that sees what this run has; `pages` are those of the reply at hand.
    pub(super) fn eval<'a>(
        &'a self,
        ground: Ground<'a>,
        flow: &'a FlowPlan,
        pages: &'a [Arc<Value>],
    ) -> Eval<'a> {
        let base = Eval::of_flow(flow, ground, self.session.settings(), &self.recorder, self.limits.depth);
        let variable = self.call.as_ref().and_then(|call| call.element.as_ref()).map(Datum::of);
        Eval { outputs: &self.outputs, replies: pages, variable, pending: self.pending, ..base }
    }

    /// Begins the next round or step.
    fn go(&mut self, ground: Ground<'_>) -> Result<Next, Verdict> {
        if let Some(call) = &mut self.call {
            if let Some(round) = call.rounds.as_mut().and_then(Vec::pop) {
                call.begin(round);
                return self.ask_first(ground);
            }
            self.call = None;
            self.step = self.step.saturating_add(1);
        }
        let session = self.session.clone();
        let Some((flow, step)) = self.here(&session) else { return Ok(Next::End(Verdict::Delivered)) };
        let eval = self.eval(ground, flow, &[]);
        let doubt = match all_hold(&eval, step) {
            Ok(true) => None,
            Err(open) if open.is_pending() => Some(doubt_about(open)),
            Err(problem) => return Err(problem.into()),
            Ok(false) => {
                eval.mark(step.span, Used::LeftOut);
                self.step = self.step.saturating_add(1);
                return Ok(Next::Go);
            }
        };
        eval.mark(step.span, Used::Ran);
        match (&step.kind, doubt) {
            (StepKind::Call { each, .. }, doubt) => {
                self.call = Some(Call::new(None, doubt.clone()));
                let rounds = match each {
                    Some(each) => Some(self.rounds(ground, flow, step, each, doubt.as_ref())?),
                    None => None,
                };
                let looped = rounds.is_some();
                self.call = Some(Call::new(rounds, doubt));
                if looped { Ok(Next::Go) } else { self.ask_first(ground) }
            }
            // Nobody knows whether the run ends here.
            (_, Some(doubt)) => {
                self.doubt.get_or_insert(doubt);
                self.step = self.step.saturating_add(1);
                Ok(Next::Go)
            }
            (StepKind::Stop, None) => Ok(Next::End(Verdict::Delivered)),
            (StepKind::Skip(why), None) => Ok(Next::End(Verdict::Skipped { why: why.clone() })),
            (StepKind::Reject { error, blame }, None) => {
                let why = eval.reason(error).to_owned();
                self.blame = *blame;
                Err(Verdict::rejected(why))
            }
        }
    }

    /// Rounds of a loop, in reverse. `doubt` is about the whole step.
    fn rounds(
        &self,
        ground: Ground<'_>,
        flow: &FlowPlan,
        step: &StepPlan,
        each: &LoopPlan,
        doubt: Option<&String>,
    ) -> Result<Vec<Round>, Verdict> {
        let eval = self.eval(ground, flow, &[]);
        let list = match eval.one(&each.list)? {
            Some(Datum::List(list)) => list,
            Some(open) if eval.is_open(open) => {
                let doubt = format!("once for each of `{}`", each.list.text);
                return Ok(vec![Round { element: open.to_value(), doubt: Some(doubt), repeats: true }]);
            }
            _ => return Ok(Vec::new()),
        };
        let mut rounds = Vec::new();
        for item in list.items(ground.arena) {
            let passes = match &each.filter {
                Some(filter) => Eval { variable: Some(*item), ..eval }.passes_marked(filter),
                None => Ok(true),
            };
            let doubt = match passes {
                Ok(true) => doubt.cloned(),
                Ok(false) => continue,
                Err(open) if open.is_pending() => Some(doubt_about(open)),
                Err(problem) => return Err(problem.into()),
            };
            rounds.push(Round { element: item.to_value(), doubt, repeats: false });
        }
        let n_rounds = rounds.iter().filter(|round| round.doubt.is_none()).count();
        if n_rounds > each.max {
            let (name, most) = (&step.name, each.max);
            let why = format!("`{name}` would have {n_rounds} rounds where {most} are allowed");
            return Err(Verdict::rejected(why));
        }
        rounds.reverse();
        Ok(rounds)
    }
}
