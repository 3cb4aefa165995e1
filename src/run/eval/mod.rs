//! Evaluates rows, conditions and bodies of a plan against an event, settings, outputs and replies.
//!
//! Values are borrowed from where they are; a value is copied only where it changes.

mod body;
mod conditions;
mod rest;
mod rows;

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use jsonpath_rust::query::js_path_process;
use serde_json::Value;

use super::trace::{Entry, Trace};
use crate::compile::{FlowPlan, Path, Plan, RestPlan, Root, RowPlan, Selector};

/// The event cannot be mapped: why, in one sentence without personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    pub(crate) why: String,
    /// There are several values where there must be one; more than a missing or unfit value, it is a decision.
    pub(crate) is_ambiguous: bool,
}

impl Rejection {
    pub(crate) fn new(why: String) -> Self {
        Rejection { why, is_ambiguous: false }
    }
}

/// A value that was found, borrowed where it can be.
pub(crate) type Found<'a> = Option<Cow<'a, Value>>;

/// Keeps the trace and the notes of a run.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    pub(crate) trace: Trace,
    pub(crate) notes: Vec<String>,
    /// Entries are made.
    pub(crate) on: bool,
}

/// All that an evaluation may read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Eval<'a> {
    pub(crate) event: &'a Value,
    pub(crate) settings: &'a [Option<Value>],
    pub(crate) flow: &'a str,
    pub(crate) names: &'a [RowPlan],
    pub(crate) rests: &'a [Arc<RestPlan>],
    pub(crate) outputs: &'a [Option<Value>],
    /// Pages of the reply at hand.
    pub(crate) replies: &'a [Arc<Value>],
    /// Element of `each`.
    pub(crate) item: Option<&'a Value>,
    /// Element of `for_each`.
    pub(crate) variable: Option<&'a Value>,
    pub(crate) recorder: Option<&'a RefCell<Recorder>>,
    /// Deepest nesting of a value that is sent.
    pub(crate) depth: u32,
}

/// Stands for the event where there is none.
static NOTHING: Value = Value::Null;

impl<'a> Eval<'a> {
    /// Sees settings and nothing else.
    pub(crate) fn of_settings(_plan: &'a Plan, settings: &'a [Option<Value>]) -> Self {
        Eval {
            event: &NOTHING,
            settings,
            flow: "",
            names: &[],
            rests: &[],
            outputs: &[],
            replies: &[],
            item: None,
            variable: None,
            recorder: None,
            depth: u32::MAX,
        }
    }

    /// Sees what a flow sees before its first step.
    pub(crate) fn of_flow(
        flow: &'a FlowPlan,
        event: &'a Value,
        settings: &'a [Option<Value>],
        recorder: &'a RefCell<Recorder>,
        depth: u32,
    ) -> Self {
        Eval {
            event,
            settings,
            flow: &flow.name,
            names: &flow.names,
            rests: &flow.rests,
            outputs: &[],
            replies: &[],
            item: None,
            variable: None,
            recorder: Some(recorder),
            depth,
        }
    }

    /// Adds an entry to the trace, when one is kept.
    pub(crate) fn record(&self, entry: impl FnOnce() -> Entry) {
        if let Some(recorder) = self.recorder
            && recorder.borrow().on
        {
            let entry = entry();
            recorder.borrow_mut().trace.entries.push(entry);
        }
    }

    /// Adds a note for the user.
    pub(crate) fn note(&self, note: String) {
        if let Some(recorder) = self.recorder {
            let notes = &mut recorder.borrow_mut().notes;
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }

    /// The one node that a selector leads to.
    pub(crate) fn one(&self, selector: &'a Selector) -> Result<Found<'a>, Rejection> {
        let Path::Walk(walk) = &selector.path else { return Ok(self.all(selector)?.into_iter().next()) };
        if selector.root == Root::Reply {
            return Ok(self.replies.iter().find_map(|page| walk.find(page)).map(Cow::Borrowed));
        }
        Ok(match self.root(selector.root)? {
            None => None,
            Some(Cow::Borrowed(value)) => walk.find(value).map(Cow::Borrowed),
            Some(Cow::Owned(value)) if walk.0.is_empty() => Some(Cow::Owned(value)),
            Some(Cow::Owned(value)) => walk.find(&value).cloned().map(Cow::Owned),
        })
    }

    /// All nodes that a selector matches, over all pages of a reply.
    pub(crate) fn all(&self, selector: &'a Selector) -> Result<Vec<Cow<'a, Value>>, Rejection> {
        let query = match &selector.path {
            Path::Query(query) => query,
            Path::Walk(walk) if selector.root == Root::Reply => {
                return Ok(self
                    .replies
                    .iter()
                    .filter_map(|page| walk.find(page))
                    .map(Cow::Borrowed)
                    .collect());
            }
            Path::Walk(_) => return Ok(self.one(selector)?.into_iter().collect()),
        };
        let matches = |value: &'a Value| -> Vec<Cow<'a, Value>> {
            let found = js_path_process(query, value).unwrap_or_default();
            found.into_iter().map(|node| Cow::Borrowed(node.val())).collect()
        };
        if selector.root == Root::Reply {
            return Ok(self.replies.iter().flat_map(|page| matches(page)).collect());
        }
        Ok(match self.root(selector.root)? {
            None => Vec::new(),
            Some(Cow::Borrowed(value)) => matches(value),
            Some(Cow::Owned(value)) => {
                let found = js_path_process(query, &value).unwrap_or_default();
                found.into_iter().map(|node| Cow::Owned(node.val().clone())).collect()
            }
        })
    }

    fn root(&self, root: Root) -> Result<Found<'a>, Rejection> {
        Ok(match root {
            Root::Event => Some(Cow::Borrowed(self.event)),
            Root::Reply => self.replies.first().map(|page| Cow::Borrowed(&**page)),
            Root::Setting(index) => self.settings.get(index).and_then(Option::as_ref).map(Cow::Borrowed),
            Root::Output(slot) => self.outputs.get(slot).and_then(Option::as_ref).map(Cow::Borrowed),
            Root::Item => self.item.map(Cow::Borrowed),
            Root::Loop => self.variable.map(Cow::Borrowed),
            Root::Flow => Some(Cow::Owned(Value::String(self.flow.into()))),
            Root::Name(slot) => match self.names.get(slot) {
                Some(row) => self.row(row)?,
                None => None,
            },
            Root::Rest(slot) => match self.rests.get(slot) {
                Some(rest) => Some(Cow::Owned(self.members(rest)?)),
                None => None,
            },
        })
    }
}
