//! Looks at an event for people: the flow that takes it and why, and for each value that is sent where it came from.
//!
//! It goes as far as a run goes before its first request. Runs that send do not come here.

mod made;

use std::cell::RefCell;
use std::sync::Arc;

use serde_json::Value;

use super::choose::choose_flow;
use super::eval::{Eval, Recorder};
use super::event::Event;
use super::machine::Limits;
use super::outcome::Verdict;
use super::prepare::Preparation;
use super::session::Session;
use super::trace::Entry;
use crate::compile::{
    BodyPlan, CallPlan, FlowPlan, Op, PathPart, ReasonPlan, RequestPlan, RowPlan, Segment, SourcePlan,
    StepKind, StepPlan,
};
use crate::json::Arena;

pub(crate) use made::steps;
pub use made::{Candidate, Fate, Made, Outcome, Source};

/// What is known of an event before anything is sent, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Examination {
    /// Why it goes no further; `None` for an event whose requests can be made.
    pub refusal: Option<Verdict>,
    /// The flow that takes it; `None` when none does.
    pub flow: Option<Arc<str>>,
    /// Type of the events that it takes.
    pub event: Option<String>,
    /// Place of the flow in the plan.
    pub(crate) flow_index: Option<usize>,
    /// Conditions of flows, then what the flow requires.
    pub conditions: Vec<Entry>,
    /// Names of the flow.
    pub names: Vec<Made>,
    /// Steps of the flow, in their order.
    pub steps: Vec<ExaminedStep>,
    /// What the user should know although the event goes through.
    pub notes: Vec<String>,
}

/// A step of the flow.
#[derive(Clone, Debug, PartialEq)]
pub struct ExaminedStep {
    /// Its name.
    pub name: Arc<str>,
    /// Method and path as the mapping spells them, or what else it does.
    pub does: String,
    /// Whether it is carried out.
    pub reached: Reached,
    /// Its conditions that depend on no answer.
    pub conditions: Vec<Entry>,
    /// What its body is made of, when it has one that is made before an answer is there.
    pub leaves: Vec<Leaf>,
}

/// Whether a step is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// It is, unless one in front of it ends the run.
    Yes,
    /// One of its conditions does not hold.
    No,
    /// Answers of the destination decide.
    Late,
    /// A step in front of it ends the run.
    Behind,
}

/// One value of a body.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// Keys that lead to it in the body.
    pub path: Vec<String>,
    /// What stands there, and why.
    pub made: Made,
}

/// Looks at an event.
#[must_use]
pub fn examine(session: &Session, event: &Arc<Value>, limits: &Limits) -> Examination {
    let arena = Arena::new();
    let event = Event::from(Arc::clone(event));
    let ground = event.ground(session.plan(), &arena);
    let silent = RefCell::new(Recorder::default());
    let prepared = Preparation::of(session, ground, &silent, limits, &mut Vec::new()).map(drop);
    let refusal = prepared.err().map(Verdict::from);
    let recorder = RefCell::new(Recorder { on: true, ..Recorder::default() });
    let mut examination = Examination {
        refusal,
        flow: None,
        event: None,
        flow_index: None,
        conditions: Vec::new(),
        names: Vec::new(),
        steps: Vec::new(),
        notes: silent.borrow_mut().notes.take(),
    };
    if let Ok((index, flow, eval)) = choose_flow(session, ground, &recorder, limits.depth) {
        examination.flow = Some(flow.name.clone());
        examination.event = Some(flow.event.clone());
        examination.flow_index = Some(index);
        examination.conditions = eval.recorded();
        examination.conditions.extend(required(&eval, flow));
        examination.names = eval.examine_names();
        examination.steps = all_steps(&eval, flow);
    } else {
        examination.conditions = recorder.take().trace.entries;
    }
    examination.conditions.retain(|entry| matches!(entry, Entry::Condition { .. }));
    examination
}

/// What a flow requires, up to the first thing that is not there.
fn required<'a>(eval: &Eval<'a>, flow: &'a FlowPlan) -> Vec<Entry> {
    let mut conditions = Vec::new();
    for (when, that, _) in &flow.require {
        let mut applies = true;
        if let Some(when) = when {
            let (entries, held) = eval.examine_condition(when, "require when");
            conditions.extend(entries);
            applies = held;
        }
        if applies {
            let (entries, held) = eval.examine_condition(that, "require");
            conditions.extend(entries);
            if !held {
                break;
            }
        }
    }
    conditions
}

fn all_steps<'a>(eval: &Eval<'a>, flow: &'a FlowPlan) -> Vec<ExaminedStep> {
    let mut steps = Vec::new();
    let mut has_ended = false;
    for step in &flow.steps {
        let examined = one_step(eval, step, has_ended);
        let ends = matches!(step.kind, StepKind::Stop | StepKind::Skip(_) | StepKind::Reject { .. });
        has_ended = has_ended || (ends && examined.reached == Reached::Yes);
        steps.push(examined);
    }
    steps
}

fn one_step<'a>(eval: &Eval<'a>, step: &'a StepPlan, has_ended: bool) -> ExaminedStep {
    let mut examined = ExaminedStep {
        name: step.name.clone(),
        does: does(&step.kind),
        reached: if has_ended { Reached::Behind } else { Reached::Yes },
        conditions: Vec::new(),
        leaves: Vec::new(),
    };
    if has_ended {
        return examined;
    }
    for cond in &step.when {
        if cond.late {
            examined.reached = Reached::Late;
            continue;
        }
        let (entries, held) = eval.examine_condition(cond, &step.name);
        examined.conditions.extend(entries);
        if !held {
            examined.reached = Reached::No;
            return examined;
        }
    }
    if let StepKind::Call { each: None, call: CallPlan::Request(request) } = &step.kind
        && let Some(body) = &request.body
    {
        examined.leaves = leaves(eval, body);
    }
    examined
}

/// All that a body is made of, and what was left out of it.
fn leaves<'a>(eval: &Eval<'a>, body: &'a BodyPlan) -> Vec<Leaf> {
    let mut found = Vec::new();
    let mut path = Vec::new();
    for op in &body.ops {
        match op {
            Op::Open { key, .. } => path.push(key_of(key)),
            Op::Close => drop(path.pop()),
            Op::Row { .. } => row_leaf(eval, &path, op, &mut found),
            Op::Run { rows, .. } => rows.iter().for_each(|op| row_leaf(eval, &path, op, &mut found)),
            Op::Rest(rest) => found.extend(
                eval.examine_rest(rest).into_iter().map(|(key, made)| Leaf { path: below(&path, key), made }),
            ),
        }
    }
    found
}

fn row_leaf<'a>(eval: &Eval<'a>, path: &[String], op: &'a Op, found: &mut Vec<Leaf>) {
    if let Op::Row { key, row, .. } = op {
        found.push(Leaf { path: below(path, key_of(key)), made: eval.examine(row) });
    }
}

fn below(path: &[String], key: String) -> Vec<String> {
    path.iter().cloned().chain([key]).collect()
}

/// A key of the plan, `,"name":`, as text.
pub(crate) fn key_of(key: &str) -> String {
    serde_json::from_str(key.trim_start_matches(',').trim_end_matches(':')).unwrap_or_default()
}

fn does(kind: &StepKind) -> String {
    match kind {
        StepKind::Stop => "stop".into(),
        StepKind::Skip(why) => format!("skip: {why}"),
        StepKind::Reject { error: ReasonPlan::Text(why), .. } => format!("reject: {why}"),
        StepKind::Reject { error: ReasonPlan::Row(row), .. } => match &row.source {
            SourcePlan::Template { segments, with } => format!("reject: {}", template(segments, with)),
            _ => "reject".into(),
        },
        StepKind::Call { each, call } => {
            let call = match call {
                CallPlan::Request(request) => spelled(request),
                CallPlan::Ensure { find, create } => {
                    let find: Vec<String> = find.iter().map(spelled).collect();
                    format!("{}, else {}", find.join(", "), spelled(create))
                }
            };
            each.as_ref()
                .map_or_else(|| call.clone(), |each| format!("{call}, for each of {}", each.list.text))
        }
    }
}

/// A template as the mapping writes it.
fn template(segments: &[Segment], with: &[RowPlan]) -> String {
    let segment = |segment: &Segment| match segment {
        Segment::Text(text) => text.clone(),
        Segment::Variable(index) => {
            with.get(*index).map(|row| format!("{{{{{}}}}}", row.name)).unwrap_or_default()
        }
    };
    segments.iter().map(segment).collect()
}

fn spelled(request: &RequestPlan) -> String {
    let part = |part: &PathPart| match part {
        PathPart::Text(text) => text.clone(),
        PathPart::Value(row) => format!(":{}", row.name),
    };
    format!("{} {}", request.method, request.path.iter().map(part).collect::<String>())
}
