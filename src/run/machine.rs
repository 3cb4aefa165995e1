//! The machine: steps, look-ups and creations, loops, pages, tries.

use std::cell::RefCell;
use std::mem;
use std::sync::Arc;

use serde_json::Value;

use super::answers::{self, Meaning};
use super::ask;
use super::eval::{Eval, Recorder, Rejection};
use super::outcome::{Outcome, Verdict};
use super::request::{Answer, Body, Request};
use super::session::Session;
use super::trace::Entry;
use crate::compile::{CallPlan, FlowPlan, LoopPlan, RequestPlan, StepKind, StepPlan};
use crate::model::Reaction;
use crate::value::kind_of;

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
pub enum Step {
    /// It needs an answer.
    Need(Request, Run),
    /// It has ended.
    Done(Outcome),
}

/// A run that waits for an answer.
#[derive(Debug)]
pub struct Run {
    session: Arc<Session>,
    event: Arc<Value>,
    limits: Limits,
    flow: usize,
    outputs: Vec<Option<Value>>,
    step: usize,
    call: Option<Call>,
    answers: u32,
    recorder: RefCell<Recorder>,
}

/// A step that is being carried out.
#[derive(Debug)]
struct Call {
    /// Elements of the loop that are still to do, in reverse; `None` without a loop.
    rounds: Option<Vec<Value>>,
    element: Option<Value>,
    phase: Phase,
    /// Pages of the reply that is being read.
    pages: Vec<Arc<Value>>,
    request: Option<Request>,
}

/// Which request of a step is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Single,
    Find(usize),
    Create,
    /// Somebody else was faster than `create`: look again.
    FindAgain(usize),
    /// Whether the write of the step (or of `create`) has arrived.
    Verify {
        creates: bool,
    },
}

/// What is to be done next.
enum Next {
    Ask(Request),
    End(Verdict),
    Go,
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
    Outcome { verdict, notes: recorder.notes, trace: recorder.trace }
}

fn rejected(why: impl Into<String>) -> Verdict {
    Verdict::Rejected { why: why.into() }
}

/// The flow that takes the event, or why none does.
fn choose_flow(session: &Session, event: &Value, recorder: &RefCell<Recorder>) -> Result<usize, Verdict> {
    let plan = session.plan();
    if !event.is_object() {
        return Err(rejected(format!("the event is not an object but {}", kind_of(event))));
    }
    if let Some(name) = &plan.integration
        && excluded(event, name)
    {
        return Err(Verdict::Skipped { why: format!("the event's integrations exclude {name}") });
    }
    let kind = match event.get("type") {
        Some(Value::String(kind)) if !kind.is_empty() => kind.to_lowercase(),
        None | Some(Value::Null | Value::String(_)) => return Err(rejected("the event has no type")),
        Some(other) => return Err(rejected(format!("the event's type is not text but {}", kind_of(other)))),
    };
    for (index, flow) in plan.flows.iter().enumerate().filter(|(_, flow)| flow.event == kind) {
        let eval = Eval::of_flow(flow, event, session.settings(), recorder, u32::MAX);
        let takes = match &flow.when {
            Some(when) => eval.holds(when, &flow.name).map_err(|problem| rejected(problem.0))?,
            None => true,
        };
        if takes {
            eval.record(|| Entry::Flow { name: flow.name.clone() });
            return Ok(index);
        }
    }
    let known = plan.flows.iter().any(|flow| flow.event == kind);
    let shown: String = kind.chars().take(60).collect();
    let why = if known {
        format!("no flow takes this {shown} event")
    } else {
        format!("Event type {shown} is not supported")
    };
    Err(rejected(why))
}

/// Whether the event's `integrations` object leaves the destination out; its own entry wins over `All`.
fn excluded(event: &Value, name: &str) -> bool {
    let Some(Value::Object(integrations)) = event.get("integrations") else { return false };
    let entry = |wanted: &str| {
        integrations.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    };
    match entry(name) {
        Some(Value::Bool(wanted)) => !wanted,
        Some(Value::Object(_)) => false,
        _ => entry("All") == Some(&Value::Bool(false)),
    }
}

impl Run {
    /// Goes on with the answer to the request that was given last.
    #[must_use]
    pub fn resume(mut self, answer: Answer) -> Step {
        let next = self.answered(answer);
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
            Err(problem) => Next::End(rejected(problem.0)),
        };
        self.follow(next)
    }

    /// Carries out steps until an answer or an end is reached.
    fn follow(mut self, mut next: Next) -> Step {
        loop {
            match next {
                Next::Ask(request) => return Step::Need(request, self),
                Next::End(verdict) => return Step::Done(outcome(verdict, self.recorder.into_inner())),
                Next::Go => next = self.go().unwrap_or_else(|problem| Next::End(rejected(problem.0))),
            }
        }
    }

    fn flow_plan(&self) -> Option<&FlowPlan> {
        self.session.plan().flows.get(self.flow)
    }

    /// The evaluation that sees what this run has; `pages` are those of the reply at hand.
    fn eval<'a>(&'a self, flow: &'a FlowPlan, pages: &'a [Arc<Value>]) -> Eval<'a> {
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
                return Err(Rejection(error.clone()));
            }
        }
        let quiet = Eval { recorder: None, ..eval };
        for step in &flow.steps {
            if step.when.iter().any(|cond| cond.late) || !all_hold(&quiet, step)? {
                continue;
            }
            match &step.kind {
                StepKind::Call { each: None, call: CallPlan::Request(request) } => {
                    if let Some(body) = &request.body {
                        quiet.check_early(body)?;
                    }
                }
                StepKind::Call { .. } => {}
                StepKind::Reject(error) => return Err(Rejection(error.clone())),
                StepKind::Stop | StepKind::Skip(_) => break,
            }
        }
        Ok(())
    }

    /// Begins the next round or step.
    fn go(&mut self) -> Result<Next, Rejection> {
        if let Some(call) = &mut self.call {
            match call.rounds.as_mut().and_then(Vec::pop) {
                Some(element) => {
                    call.element = Some(element);
                    return self.ask_first();
                }
                None => {
                    self.call = None;
                    self.step = self.step.saturating_add(1);
                }
            }
        }
        let session = self.session.clone();
        let Some(flow) = session.plan().flows.get(self.flow) else {
            return Ok(Next::End(Verdict::Delivered));
        };
        let Some(step) = flow.steps.get(self.step) else { return Ok(Next::End(Verdict::Delivered)) };
        if !all_hold(&self.eval(flow, &[]), step)? {
            self.step = self.step.saturating_add(1);
            return Ok(Next::Go);
        }
        match &step.kind {
            StepKind::Stop => Ok(Next::End(Verdict::Delivered)),
            StepKind::Skip(why) => Ok(Next::End(Verdict::Skipped { why: why.clone() })),
            StepKind::Reject(error) => Err(Rejection(error.clone())),
            StepKind::Call { each, .. } => {
                let rounds = match each {
                    Some(each) => Some(self.rounds(flow, step, each)?),
                    None => None,
                };
                let looped = rounds.is_some();
                self.call = Some(Call {
                    rounds,
                    element: None,
                    phase: Phase::Single,
                    pages: Vec::new(),
                    request: None,
                });
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
            return Err(Rejection(message));
        }
        rounds.reverse();
        Ok(rounds)
    }

    fn ask_first(&mut self) -> Result<Next, Rejection> {
        let session = self.session.clone();
        let phase = match session.plan().flows.get(self.flow).and_then(|flow| flow.steps.get(self.step)) {
            Some(StepPlan { kind: StepKind::Call { call: CallPlan::Ensure { .. }, .. }, .. }) => {
                Phase::Find(0)
            }
            _ => Phase::Single,
        };
        self.ask(phase)
    }

    /// Asks the request of a phase, or passes on when its condition does not hold.
    fn ask(&mut self, phase: Phase) -> Result<Next, Rejection> {
        let session = self.session.clone();
        let Some((flow, step)) =
            session.plan().flows.get(self.flow).and_then(|flow| Some((flow, flow.steps.get(self.step)?)))
        else {
            return Ok(Next::Go);
        };
        let Some(plan) = request_of(step, phase) else { return self.nothing_found(step, phase) };
        let eval = self.eval(flow, &[]);
        let wanted = match &plan.when {
            Some(when) => eval.holds(when, &step.name)?,
            None => true,
        };
        if !wanted {
            return match phase {
                Phase::Find(index) => self.ask(Phase::Find(index.saturating_add(1))),
                Phase::FindAgain(index) => self.ask(Phase::FindAgain(index.saturating_add(1))),
                Phase::Single | Phase::Create | Phase::Verify { .. } => Ok(Next::Go),
            };
        }
        let request = ask::request(&step.name, plan, &eval, self.limits.body_bytes)?;
        if let Some(call) = &mut self.call {
            call.phase = phase;
            call.pages.clear();
        }
        Ok(self.send(request))
    }

    /// What follows when the look-ups of a phase are used up.
    fn nothing_found(&mut self, step: &StepPlan, phase: Phase) -> Result<Next, Rejection> {
        match phase {
            Phase::Find(_) => self.ask(Phase::Create),
            Phase::FindAgain(_) => Ok(Next::End(Verdict::Failed {
                why: format!("`{}` can neither be created nor found", step.name),
                retry_after: None,
            })),
            Phase::Single | Phase::Create | Phase::Verify { .. } => Ok(Next::Go),
        }
    }

    /// Records a request and gives it out.
    fn send(&mut self, request: Request) -> Next {
        if self.answers >= self.limits.answers {
            let why = format!("the event needs more than {} answers", self.limits.answers);
            return Next::End(Verdict::Failed { why, retry_after: None });
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
        Next::Ask(request)
    }

    fn answered(&mut self, answer: Answer) -> Next {
        let session = self.session.clone();
        let Some((flow, step)) =
            session.plan().flows.get(self.flow).and_then(|flow| Some((flow, flow.steps.get(self.step)?)))
        else {
            return Next::Go;
        };
        let Some(call) = &mut self.call else { return Next::Go };
        let phase = call.phase;
        let Some(plan) = request_of(step, phase) else { return Next::Go };
        let mut pages = mem::take(&mut call.pages);
        let body = match &answer {
            Answer::Reply { body: Body::Json(value), .. } => Some(value.clone()),
            _ => None,
        };
        let reply: Vec<Arc<Value>> = body.clone().into_iter().collect();
        let meaning = match answers::meaning(plan, &session.plan().service, &answer, &self.eval(flow, &reply))
        {
            Ok(meaning) => meaning,
            Err(problem) => return Next::End(rejected(problem.0)),
        };
        self.record_answer(step, &answer, body.clone(), &meaning);
        pages.extend(body);
        let next = match meaning.reaction {
            Reaction::Done => self.done(flow, step, plan, phase, pages),
            _ => self.not_done(step, plan, phase, meaning, &session),
        };
        next.unwrap_or_else(|problem| Next::End(rejected(problem.0)))
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
        flow: &FlowPlan,
        step: &StepPlan,
        plan: &RequestPlan,
        phase: Phase,
        pages: Vec<Arc<Value>>,
    ) -> Result<Next, Rejection> {
        if let Some((next, most)) = &plan.pages
            && let Some(last) = pages.last()
        {
            let last = std::slice::from_ref(last);
            let address =
                self.eval(flow, last).one(next)?.and_then(|value| value.as_str().map(str::to_owned));
            if let Some(address) = address.filter(|address| !address.is_empty()) {
                return Ok(self.next_page(step, &address, *most, pages));
            }
        }
        let eval = self.eval(flow, &pages);
        let mut given = Vec::new();
        for (slot, row) in &plan.give {
            let value = eval.row(row)?.map(std::borrow::Cow::into_owned);
            let output = flow.outputs.get(*slot).cloned().unwrap_or_else(|| row.name.clone());
            eval.record(|| Entry::Gave { output, value: value.clone() });
            given.push((*slot, value));
        }
        let found = given.first().is_none_or(|(_, value)| value.is_some());
        match phase {
            Phase::Find(index) if !found => self.ask(Phase::Find(index.saturating_add(1))),
            Phase::FindAgain(index) if !found => self.ask(Phase::FindAgain(index.saturating_add(1))),
            Phase::Verify { creates } if !found => {
                self.call.iter_mut().for_each(|call| call.pages.clear());
                self.ask(if creates { Phase::Create } else { Phase::Single })
            }
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
        let failed = |why: String| Next::End(Verdict::Failed { why, retry_after: None });
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
        step: &StepPlan,
        plan: &RequestPlan,
        phase: Phase,
        meaning: Meaning,
        session: &Session,
    ) -> Result<Next, Rejection> {
        let Meaning { reaction, why, retry_after, ambiguous } = meaning;
        match reaction {
            Reaction::Done => Ok(Next::Go),
            Reaction::Missing => match phase {
                Phase::Find(index) => self.ask(Phase::Find(index.saturating_add(1))),
                Phase::FindAgain(index) => self.ask(Phase::FindAgain(index.saturating_add(1))),
                Phase::Create => self.ask(Phase::FindAgain(0)),
                Phase::Verify { creates } => self.ask(if creates { Phase::Create } else { Phase::Single }),
                Phase::Single => Ok(Next::Go),
            },
            Reaction::Skip => Ok(Next::End(Verdict::Skipped { why })),
            Reaction::Reject => Err(Rejection(why)),
            Reaction::Fail => Ok(Next::End(Verdict::Failed { why, retry_after })),
            Reaction::Retry
                if ambiguous && plan.verify.is_some() && request_of(step, verify_of(phase)).is_some() =>
            {
                self.ask(verify_of(phase))
            }
            Reaction::Retry => Ok(self.again(why, retry_after, false)),
            Reaction::RefreshAuth => {
                let renewed = self
                    .call
                    .as_ref()
                    .and_then(|call| call.request.as_ref())
                    .is_some_and(|last| last.fresh_auth);
                if renewed || !session.auth().can_refresh() {
                    return Ok(Next::End(Verdict::Failed { why, retry_after }));
                }
                Ok(self.again(why, retry_after, true))
            }
        }
    }

    /// Asks the same request again.
    fn again(&mut self, why: String, retry_after: Option<std::time::Duration>, fresh_auth: bool) -> Next {
        let last = self.call.as_ref().and_then(|call| call.request.clone());
        match last {
            Some(last) if last.attempt < self.limits.attempts => {
                let attempt = last.attempt.saturating_add(1);
                self.send(Request { attempt, retry_after, fresh_auth, ..last })
            }
            _ => Next::End(Verdict::Failed {
                why: format!("{why}, after {} tries", self.limits.attempts),
                retry_after,
            }),
        }
    }
}

fn verify_of(phase: Phase) -> Phase {
    Phase::Verify { creates: phase == Phase::Create }
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

/// The request that a step asks in a phase; `None` when its look-ups are used up.
fn request_of(step: &StepPlan, phase: Phase) -> Option<&RequestPlan> {
    let StepKind::Call { call, .. } = &step.kind else { return None };
    match (call, phase) {
        (CallPlan::Request(request), Phase::Single) => Some(request),
        (CallPlan::Request(request), Phase::Verify { .. }) => request.verify.as_deref(),
        (CallPlan::Ensure { find, .. }, Phase::Find(index) | Phase::FindAgain(index)) => find.get(index),
        (CallPlan::Ensure { create, .. }, Phase::Create) => Some(create),
        (CallPlan::Ensure { create, .. }, Phase::Verify { .. }) => create.verify.as_deref(),
        _ => None,
    }
}
