//! One step being carried out: which request is asked, and what its answer leads to.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::answers::{self, Meaning};
use super::ask;
use super::eval::Ground;
use super::machine::Run;
use super::outcome::Verdict;
use super::prepare::check_size;
use super::progress::{Next, Phase, request_of, written_in};
use super::request::{Answer, Body, HostShare, Request};
use super::session::Session;
use super::suppose::{Supposed, doubt_about, doubted};
use super::trace::Entry;
use crate::compile::{BodyPlan, CallPlan, FlowPlan, RequestPlan, StepKind, StepPlan};
use crate::json::Datum;
use crate::model::{Reaction, Used};

impl Run {
    pub(super) fn ask_first(&mut self, ground: Ground<'_>) -> Result<Next, Verdict> {
        let session = self.session.clone();
        let phase = match self.here(&session) {
            Some((_, StepPlan { kind: StepKind::Call { call: CallPlan::Ensure { .. }, .. }, .. })) => {
                Phase::Find(0)
            }
            _ => Phase::Single,
        };
        self.ask(ground, phase)
    }

    /// Asks the request of a phase, or passes on when its condition does not hold.
    pub(super) fn ask(&mut self, ground: Ground<'_>, phase: Phase) -> Result<Next, Verdict> {
        let session = self.session.clone();
        let Some((flow, step)) = self.here(&session) else { return Ok(Next::Go) };
        let Some(plan) = request_of(step, phase) else { return self.nothing_found(ground, step, phase) };
        let eval = self.eval(ground, flow, &[]);
        let wanted = match plan.when.as_ref().map(|when| eval.holds(when, &step.name)) {
            None => true,
            Some(Ok(wanted)) => wanted,
            Some(Err(open)) if open.is_pending() => {
                let doubt = doubt_about(open);
                self.call.iter_mut().for_each(|call| call.foresight.doubt = Some(doubt.clone()));
                true
            }
            Some(Err(problem)) => return Err(problem.into()),
        };
        let eval = self.eval(ground, flow, &[]);
        if !wanted {
            return match phase {
                Phase::Find(index) => self.ask(ground, Phase::Find(index.saturating_add(1))),
                Phase::FindAgain(index) => self.ask(ground, Phase::FindAgain(index.saturating_add(1))),
                Phase::Verify { creates } | Phase::Preview { creates } => {
                    self.call.iter_mut().for_each(|call| call.phase = phase);
                    self.write(ground, creates)
                }
                Phase::Single | Phase::Create => Ok(Next::Go),
            };
        }
        eval.mark(plan.span, Used::Asked);
        let mut request = ask::request(&step.name, plan, &eval)?;
        if let Some(host) = step.host.filter(|_| !plan.method.is_read()) {
            let user = flow.host_user.as_ref().filter(|_| host.has_user);
            let user = user.and_then(|user| eval.one(user).ok().flatten()?.scalar_text(ground.arena));
            request.host = Some(HostShare { place: host.place, user: user.map(str::to_owned) });
        }
        request.body = match &plan.body {
            Some(body) => Some(self.body_of(ground, flow, step, body)?),
            None => None,
        };
        if let Some(call) = &mut self.call {
            if matches!(call.phase, Phase::Verify { .. }) {
                request.attempt = call.tries.saturating_add(1);
            }
            // What was looked up before the write no longer counts.
            if matches!(phase, Phase::FindAgain(_) | Phase::Verify { .. }) {
                request.cache = None;
            }
            call.phase = phase;
            call.pages.clear();
            call.foresight.is_stale = false;
        }
        Ok(self.send(request))
    }

    /// Makes a write that was verified or previewed, and has not arrived, if it may be made once more.
    fn write(&mut self, ground: Ground<'_>, creates: bool) -> Result<Next, Verdict> {
        match self.call.as_mut().and_then(|call| call.given_up.take()) {
            Some(verdict) => Ok(Next::End(verdict)),
            None => self.ask(ground, written_in(creates)),
        }
    }

    /// The body of a request: the one that was prepared, or one made now.
    fn body_of(
        &mut self,
        ground: Ground<'_>,
        flow: &FlowPlan,
        step: &StepPlan,
        plan: &BodyPlan,
    ) -> Result<Vec<u8>, Verdict> {
        if let Some((range, entries)) = self.preparation.take(self.step) {
            self.recorder.borrow_mut().trace.entries.extend(entries);
            return Ok(self.bodies.get(range).unwrap_or_default().to_vec());
        }
        let mut body = Vec::with_capacity(256);
        let eval = self.eval(ground, flow, &[]);
        eval.body(plan, &mut body)?;
        check_size(&eval, &step.name, body.len(), &self.limits)?;
        Ok(body)
    }

    /// What follows when the look-ups of a phase are used up.
    fn nothing_found(&mut self, ground: Ground<'_>, step: &StepPlan, phase: Phase) -> Result<Next, Verdict> {
        match phase {
            Phase::Find(_) => self.ask(ground, Phase::Create),
            Phase::FindAgain(_) => {
                let refused = self.call.as_ref().and_then(|call| call.refused.clone()).unwrap_or_default();
                Err(Verdict::rejected(format!("`{}` can neither be created nor found: {refused}", step.name)))
            }
            Phase::Single | Phase::Create | Phase::Verify { .. } | Phase::Preview { .. } => Ok(Next::Go),
        }
    }

    /// Records a request and gives it out.
    fn send(&mut self, request: Request) -> Next {
        if self.answers >= self.limits.answers {
            let why = format!("the event needs more than {} answers", self.limits.answers);
            return Next::End(Verdict::failed(why));
        }
        self.answers = self.answers.saturating_add(1);
        if self.limits.trace {
            let entry = Entry::Asked {
                step: request.step.clone(),
                method: request.method,
                target: request.target.clone(),
                body: request.body.as_deref().and_then(|body| serde_json::from_slice(body).ok()),
                attempt: request.attempt,
            };
            self.recorder.borrow_mut().trace.entries.push(entry);
        }
        if let Some(call) = &mut self.call {
            call.request = Some(request.clone());
        }
        Next::Ask(Box::new(request))
    }

    pub(super) fn answered(&mut self, ground: Ground<'_>, answer: &Answer) -> Next {
        let session = self.session.clone();
        let Some((flow, step)) = self.here(&session) else { return Next::Go };
        let Some(call) = &mut self.call else { return Next::Go };
        let phase = call.phase;
        let Some(plan) = request_of(step, phase) else { return Next::Go };
        let mut pages = mem::take(&mut call.pages);
        let body = match answer {
            Answer::Reply { body: Body::Json(value), .. } => Some(value.clone()),
            _ => None,
        };
        let reply: Vec<Arc<Value>> = body.clone().into_iter().collect();
        let meaning =
            match answers::meaning(plan, &session.plan().service, answer, &self.eval(ground, flow, &reply)) {
                Ok(meaning) => meaning,
                Err(problem) => return Next::End(problem.into()),
            };
        self.record_answer(step, answer, body.clone(), &meaning);
        pages.extend(body);
        let next = match meaning.reaction {
            Reaction::Done => self.done(ground, flow, step, plan, phase, pages),
            _ => self.not_done(ground, plan, phase, meaning, &session),
        };
        next.unwrap_or_else(Next::End)
    }

    fn record_answer(&self, step: &StepPlan, answer: &Answer, body: Option<Arc<Value>>, meaning: &Meaning) {
        if !self.limits.trace {
            return;
        }
        let answer = match answer {
            Answer::Reply { status, .. } => status.to_string(),
            Answer::Timeout => "timeout".into(),
            Answer::Unreachable { .. } => "unreachable".into(),
        };
        let entry =
            Entry::Answered { step: step.name.clone(), answer, body, verdict: meaning.reaction.name() };
        self.recorder.borrow_mut().trace.entries.push(entry);
    }

    /// A good answer: more pages, or outputs.
    fn done(
        &mut self,
        ground: Ground<'_>,
        flow: &FlowPlan,
        step: &StepPlan,
        plan: &RequestPlan,
        phase: Phase,
        pages: Vec<Arc<Value>>,
    ) -> Result<Next, Verdict> {
        if let Some((next, most)) = &plan.pages
            && let Some(last) = pages.last()
        {
            let last = std::slice::from_ref(last);
            let address = match self.eval(ground, flow, last).one(next)? {
                Some(Datum::Text(address)) => address.characters(ground.arena).to_owned(),
                _ => String::new(),
            };
            if !address.is_empty() {
                return Ok(self.next_page(step, &address, *most, pages));
            }
        }
        let eval = self.eval(ground, flow, &pages);
        let mut given = Vec::new();
        for (slot, row) in &plan.give {
            let value = match eval.row_marked(row) {
                Ok(value) => value.map(Datum::to_value),
                Err(problem) if problem.is_ambiguous() || problem.is_pending() => return Err(problem.into()),
                // The reply is not what the mapping says that it is, which is not the event's fault.
                Err(problem) => {
                    return Ok(Next::End(Verdict::failed(problem.why())));
                }
            };
            let output = flow.outputs.get(*slot).cloned().unwrap_or_else(|| row.name.clone());
            eval.record(|| Entry::Gave { output, value: value.clone() });
            given.push((*slot, value));
        }
        let found = given.first().is_none_or(|(_, value)| value.is_some());
        if let Phase::Preview { creates } = phase {
            return self.previewed(ground, creates, given);
        }
        if self.is_stale() {
            if !found {
                return self.supposed(ground, Supposed::Nothing);
            }
            given = doubted(flow, given);
        }
        match phase {
            Phase::Find(index) if !found => self.ask(ground, Phase::Find(index.saturating_add(1))),
            Phase::FindAgain(index) if !found => self.ask(ground, Phase::FindAgain(index.saturating_add(1))),
            Phase::Verify { creates } if !found => self.write(ground, creates),
            _ => {
                for (slot, value) in given {
                    if let Some(output) = self.outputs.get_mut(slot) {
                        *output = value;
                    }
                }
                Ok(Next::Go)
            }
        }
    }

    fn next_page(&mut self, step: &StepPlan, address: &str, most: u32, pages: Vec<Arc<Value>>) -> Next {
        let read = pages.len();
        let failed = |why: String| Next::End(Verdict::failed(why));
        if u32::try_from(read).is_ok_and(|read| read >= most) {
            return failed(format!("`{}` has more than {most} pages", step.name));
        }
        let Some(target) = ask::next_page(address, self.session.base_url()) else {
            return failed(format!(
                "`{}`: the address of the next page is not below the base URL",
                step.name
            ));
        };
        let request = self.call.as_mut().and_then(|call| {
            call.pages = pages;
            call.request.clone()
        });
        match request {
            Some(request) => {
                self.send(Request { target, attempt: 1, retry_after: None, fresh_auth: false, ..request })
            }
            None => Next::Go,
        }
    }

    /// An answer that does not complete the request.
    fn not_done(
        &mut self,
        ground: Ground<'_>,
        plan: &RequestPlan,
        phase: Phase,
        meaning: Meaning,
        session: &Session,
    ) -> Result<Next, Verdict> {
        let Meaning { reaction, why, retry_after, ambiguous, status, blame } = meaning;
        self.blame = blame.unwrap_or_default();
        let lasting = |why, retry_after| Verdict::Failed { why, retry_after, status, is_lasting: true };
        match reaction {
            Reaction::Done => Ok(Next::Go),
            Reaction::Missing if self.is_stale() => self.supposed(ground, Supposed::Nothing),
            Reaction::Missing => match phase {
                Phase::Find(index) => self.ask(ground, Phase::Find(index.saturating_add(1))),
                Phase::FindAgain(index) => self.ask(ground, Phase::FindAgain(index.saturating_add(1))),
                Phase::Create => {
                    self.call.iter_mut().for_each(|call| call.refused = Some(why.clone()));
                    self.ask(ground, Phase::FindAgain(0))
                }
                Phase::Verify { creates } => self.write(ground, creates),
                Phase::Preview { creates } => self.previewed(ground, creates, Vec::new()),
                Phase::Single => Ok(Next::Go),
            },
            Reaction::Skip => Ok(Next::End(Verdict::Skipped { why })),
            Reaction::Reject => Err(Verdict::rejected(why)),
            Reaction::Fail => Ok(Next::End(lasting(why, retry_after))),
            Reaction::Retry if ambiguous && plan.verify.is_some() => {
                let given_up = (!self.may_try_again()).then(|| self.given_up(&why, status, retry_after));
                if let Some(call) = &mut self.call {
                    call.tries = call.request.as_ref().map_or(0, |last| last.attempt);
                    call.given_up = given_up;
                }
                self.ask(ground, Phase::Verify { creates: phase == Phase::Create })
            }
            Reaction::Retry => Ok(self.again(&why, status, retry_after, false)),
            Reaction::RefreshAuth => {
                let renewed = self
                    .call
                    .as_ref()
                    .and_then(|call| call.request.as_ref())
                    .is_some_and(|last| last.fresh_auth);
                if renewed || !session.auth().can_refresh() {
                    return Ok(Next::End(lasting(why, retry_after)));
                }
                Ok(self.again(&why, status, retry_after, true))
            }
        }
    }

    fn may_try_again(&self) -> bool {
        let last = self.call.as_ref().and_then(|call| call.request.as_ref());
        last.is_some_and(|last| last.attempt < self.limits.attempts)
    }

    /// Asks the same request again.
    fn again(
        &mut self,
        why: &str,
        status: Option<u16>,
        retry_after: Option<Duration>,
        fresh_auth: bool,
    ) -> Next {
        let last = self.call.as_ref().and_then(|call| call.request.clone());
        match last {
            Some(last) if last.attempt < self.limits.attempts => {
                let attempt = last.attempt.saturating_add(1);
                self.send(Request { attempt, retry_after, fresh_auth, ..last })
            }
            _ => Next::End(self.given_up(why, status, retry_after)),
        }
    }

    /// How an event ends whose request was tried as often as it may be.
    fn given_up(&self, why: &str, status: Option<u16>, retry_after: Option<Duration>) -> Verdict {
        let why = format!("{why}, after {} tries", self.limits.attempts);
        Verdict::Failed { why, retry_after, status, is_lasting: false }
    }
}
