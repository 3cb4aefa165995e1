//! Runs of a plan: they go on without the answer to a write, and tell what depends on it.
//!
//! What the write would give is a mark then ([`crate::value::pending`]). A step whose condition looks at one may be
//! made or not: it is told, in doubt. A driver in earnest never calls any of this, and its runs know no marks.

use serde_json::Value;

use super::answers;
use super::eval::{Ground, Rejection};
use super::machine::{Run, STRETCH, Step};
use super::outcome::Verdict;
use super::progress::{Next, Phase, request_of, written_in};
use crate::compile::{CallPlan, FlowPlan, RequestPlan, RowPlan, ServicePlan, SourcePlan, StepKind, StepPlan};
use crate::json::Arena;
use crate::model::{Effect, Reaction};
use crate::value::pending;

/// Begins the reason of a run that can go no further without an answer.
const UNTOLD: &str = "what follows depends on ";

/// Outputs by their slots.
pub(super) type Given = Vec<(usize, Option<Value>)>;

/// What a plan keeps about a step.
#[derive(Debug, Default)]
pub(super) struct Foresight {
    /// Why the step, or this round of it, may not be made.
    pub(super) doubt: Option<String>,
    /// Why `create` may not be made.
    pub(super) found_doubt: Option<&'static str>,
    /// The request stands for any number of them.
    pub(super) repeats: bool,
    /// What the reply at hand says may be out of date when the run is made in earnest.
    pub(super) is_stale: bool,
    /// What the preview of the write showed, once it has been asked.
    pub(super) preview: Option<Preview>,
}

/// What a preview showed.
#[derive(Clone, Debug, Default)]
pub(super) struct Preview {
    /// `None`: nobody knows.
    found: Option<bool>,
    given: Given,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It is the creation behind a look-up.
    Create,
    /// It shows what a write would change.
    Preview,
    /// Anything else.
    Other,
}

/// What a run says about the request that it waits for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) effect: Effect,
    pub(crate) purpose: Purpose,
    /// Path with `:name` placeholders.
    pub(crate) pattern: String,
    /// Why it may not be made.
    pub(crate) doubt: Option<String>,
    /// It stands for any number of such requests.
    pub(crate) repeats: bool,
    /// There is a preview that has not been asked.
    pub(crate) has_preview: bool,
    /// Whether the preview found what the write is about, once that is known.
    pub(crate) previewed: Option<bool>,
    /// Texts and numbers that the preview gave, then those that the run has as outputs, by the names of the outputs.
    pub(crate) known: Vec<(String, Value)>,
}

/// What can be said about an answer that there is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Supposed {
    /// Nothing.
    Nothing,
    /// A look-up finds what it looks for.
    Found,
}

impl Run {
    /// What there is to know about the request that the run waits for.
    pub(crate) fn asked(&self) -> Option<Asked> {
        let (flow, step) = self.here(&self.session)?;
        let call = self.call.as_ref()?;
        let plan = request_of(step, call.phase)?;
        let foresight = &call.foresight;
        let found_doubt = foresight.found_doubt.map(str::to_owned);
        let preview = foresight.preview.as_ref();
        let given = preview.into_iter().flat_map(|preview| &preview.given);
        let given = given.map(|(slot, value)| (*slot, value.as_ref()));
        let known = given.chain(self.outputs.iter().map(Option::as_ref).enumerate());
        let known = known.filter_map(|(slot, value)| {
            let name = flow.outputs.get(slot).and_then(|name| name.rsplit('.').next()).unwrap_or_default();
            let is_known = |value: &&Value| match value {
                Value::String(text) => !pending::is_marked(text),
                other => other.is_number(),
            };
            let value = value.filter(is_known)?;
            Some((name.to_owned(), value.clone()))
        });
        Some(Asked {
            effect: plan.effect,
            purpose: match call.phase {
                Phase::Create => Purpose::Create,
                Phase::Preview { .. } => Purpose::Preview,
                _ => Purpose::Other,
            },
            pattern: answers::pattern(plan),
            doubt: self.doubt.clone().or_else(|| foresight.doubt.clone()).or(found_doubt),
            repeats: foresight.repeats,
            has_preview: plan.preview.is_some() && preview.is_none(),
            previewed: preview.and_then(|preview| preview.found),
            known: known.collect(),
        })
    }

    /// Asks the preview of the write that the run waits for; then it waits for the write again.
    pub(crate) fn preview(mut self) -> Step {
        let creates = self.call.as_ref().is_some_and(|call| call.phase == Phase::Create);
        if let Some(call) = &mut self.call {
            call.foresight.preview = Some(Preview::default());
        }
        self.forward(|run, ground| run.ask(ground, Phase::Preview { creates }))
    }

    /// Goes on without an answer to the request that was given last.
    pub(crate) fn suppose(self, what: Supposed) -> Step {
        self.forward(|run, ground| run.supposed(ground, what))
    }

    /// What the reply to the request at hand says may be out of date when the run is made in earnest: what is found
    /// is still there, but may have changed, and what is not found may be there.
    pub(crate) fn distrust(&mut self) {
        self.pending = true;
        if let Some(call) = &mut self.call {
            call.foresight.is_stale = true;
        }
    }

    fn forward(mut self, go: impl FnOnce(&mut Self, Ground<'_>) -> Result<Next, Verdict>) -> Step {
        let (session, event) = (self.session.clone(), self.event.clone());
        let arena = Arena::with_capacity(STRETCH);
        let ground = event.ground(session.plan(), &arena);
        self.pending = true;
        let next = go(&mut self, ground).unwrap_or_else(Next::End);
        self.follow(ground, next)
    }

    /// Whether a plan goes on although the request at hand rejects the event: nobody knows whether it is made.
    pub(super) fn may_go_on(&mut self, verdict: &Verdict) -> bool {
        let (true, Some(call), Verdict::Rejected { why }) = (self.pending, &self.call, verdict) else {
            return false;
        };
        let is_doubtful = call.foresight.doubt.is_some() || call.foresight.found_doubt.is_some();
        if is_doubtful {
            self.doubt.get_or_insert_with(|| format!("made unless the event is rejected: {why}"));
        }
        is_doubtful
    }

    pub(super) fn is_stale(&self) -> bool {
        self.call.as_ref().is_some_and(|call| call.foresight.is_stale)
    }

    /// What follows when the answer to the request at hand is not known.
    pub(super) fn supposed(&mut self, ground: Ground<'_>, what: Supposed) -> Result<Next, Verdict> {
        let session = self.session.clone();
        self.pending = true;
        let (Some((flow, step)), Some(call)) = (self.here(&session), &mut self.call) else {
            return Ok(Next::Go);
        };
        let phase = call.phase;
        let Some(plan) = request_of(step, phase) else { return Ok(Next::Go) };
        match phase {
            Phase::Preview { creates } => {
                let found = (what == Supposed::Found).then_some(true);
                call.foresight.preview = Some(Preview { found, given: Vec::new() });
                self.ask(ground, written_in(creates))
            }
            Phase::Find(_) | Phase::FindAgain(_) if what == Supposed::Nothing => {
                call.foresight.found_doubt = Some("made unless it is found");
                self.give_marks(flow, step, plan, false);
                self.ask(ground, Phase::Create)
            }
            _ => {
                let may_be_missing = phase == Phase::Single && may_be_missing(plan, &session.plan().service);
                let is_sure = self.doubt.is_none() && call.foresight.doubt.is_none() && !may_be_missing;
                self.give_marks(flow, step, plan, is_sure);
                if what == Supposed::Found {
                    self.give_first_mark(flow, plan, is_sure);
                }
                Ok(Next::Go)
            }
        }
    }

    /// Gives a mark for each output of a request that nothing is known of.
    fn give_marks(&mut self, flow: &FlowPlan, step: &StepPlan, plan: &RequestPlan, is_sure: bool) {
        let call = self.call.as_ref();
        let is_found_or_made = call.is_some_and(|call| call.foresight.found_doubt.is_some());
        let preview = call.and_then(|call| call.foresight.preview.clone()).unwrap_or_default();
        for (slot, row) in &plan.give {
            let seen = preview.given.iter().find(|(other, _)| other == slot);
            let seen = seen.and_then(|(_, value)| value.clone()).filter(|_| preview.found == Some(true));
            let is_sure = is_sure && is_given(row) && (!is_found_or_made || is_what_is_found(step, *slot));
            let name = flow.outputs.get(*slot).map_or("", |name| name);
            let value = seen.unwrap_or_else(|| Value::String(pending::mark(name, is_sure)));
            if let Some(output) = self.outputs.get_mut(*slot) {
                *output = Some(value);
            }
        }
    }

    fn give_first_mark(&mut self, flow: &FlowPlan, plan: &RequestPlan, is_sure: bool) {
        let Some((slot, _)) = plan.give.first() else { return };
        let name = flow.outputs.get(*slot).map_or("", |name| name);
        if let Some(output) = self.outputs.get_mut(*slot) {
            *output = Some(Value::String(pending::mark(name, is_sure)));
        }
    }

    /// Keeps what the preview of a write showed and asks for the write again.
    pub(super) fn previewed(
        &mut self,
        ground: Ground<'_>,
        creates: bool,
        given: Given,
    ) -> Result<Next, Verdict> {
        let is_found = given.first().is_some_and(|(_, value)| value.is_some());
        if let Some(call) = &mut self.call {
            // What is not there now may be there then.
            let found = (is_found || !call.foresight.is_stale).then_some(is_found);
            call.foresight.preview = Some(Preview { found, given });
        }
        self.ask(ground, written_in(creates))
    }
}

/// What a reply gave that may be out of date: the first output says what it is about, all others may change.
pub(super) fn doubted(flow: &FlowPlan, given: Given) -> Given {
    let doubted = |(index, (slot, value)): (usize, (usize, Option<Value>))| {
        let name = flow.outputs.get(slot).map_or("", |name| name);
        let kept = if index == 0 { value } else { Some(Value::String(pending::mark(name, false))) };
        (slot, kept)
    };
    given.into_iter().enumerate().map(doubted).collect()
}

/// Whether a good answer gives the row for sure.
fn is_given(row: &RowPlan) -> bool {
    row.required.is_some() || row.default.is_some() || matches!(row.source, SourcePlan::Constant(_))
}

/// Whether the mapping knows a good answer by which the request gives nothing.
fn may_be_missing(plan: &RequestPlan, service: &ServicePlan) -> bool {
    let mut arms = plan.errors.iter().chain(&service.errors).flat_map(|rule| &rule.arms);
    arms.any(|arm| arm.then == Reaction::Missing)
}

/// Whether each look-up of a step finds the output, if it finds anything.
fn is_what_is_found(step: &StepPlan, slot: usize) -> bool {
    match &step.kind {
        StepKind::Call { call: CallPlan::Ensure { find, .. }, .. } => {
            find.iter().all(|find| find.give.first().is_some_and(|(first, _)| *first == slot))
        }
        _ => false,
    }
}

/// The end of a run that can go no further without an answer.
pub(super) fn untold(rejection: Rejection<'_>) -> Verdict {
    Verdict::failed(format!("{UNTOLD}{}", rejection.why()))
}

/// What a run waits for that could go no further without an answer.
pub(crate) fn waits_for(verdict: &Verdict) -> Option<&str> {
    match verdict {
        Verdict::Failed { why, .. } => why.strip_prefix(UNTOLD),
        _ => None,
    }
}

/// Why something may not be made.
pub(super) fn doubt_about(open: Rejection<'_>) -> String {
    format!("depends on `{}`", open.why())
}
