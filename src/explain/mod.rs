//! Why each thing of an event is as it is, as text and as JSON: the flow, the conditions, where each value comes from,
//! and what in the event nobody reads.
//!
//! In comes what `run` found when it looked at the event; nothing here decides anything or reads a file.

mod json;
mod text;
mod unfilled;
mod unread;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::destination::Destination;
use crate::diag::LineIndex;
use crate::run::{Examination, Leaf, Limits, Session, examine};

/// An event that is explained.
#[derive(Debug)]
pub struct Explanation<'t> {
    examination: Examination,
    unread: Vec<String>,
    /// By step, what the destination has and nobody fills, when its schemas are known.
    unfilled: Option<BTreeMap<String, Vec<String>>>,
    lines: LineIndex<'t>,
    /// The mapping, as messages name it.
    mapping: &'t str,
    /// Only a part of the bodies is told.
    is_partial: bool,
}

/// Explains an event. `mapping` is the name of the mapping that the session uses, `text` its text.
#[must_use]
pub fn explain<'t>(
    session: &Session,
    event: &Arc<Value>,
    mapping: &'t str,
    text: &'t str,
) -> Explanation<'t> {
    let examination = examine(session, event, &Limits::default());
    let unread = unread::unread(session.plan(), &examination, event);
    let lines = LineIndex::new(text);
    Explanation { examination, unread, unfilled: None, lines, mapping, is_partial: false }
}

impl Explanation<'_> {
    /// Tells as well what the destination takes in each body and nobody fills. `session` is that of the event.
    #[must_use]
    pub fn beside(mut self, session: &Session, destination: &Destination) -> Self {
        let flow = self.examination.flow_index.and_then(|index| session.plan().flows.get(index));
        self.unfilled = flow.map(|flow| unfilled::unfilled(flow, session.base_url(), destination));
        self
    }

    /// Paths of the attributes that the destination has and no row of a step's body writes; `None` when its schemas are
    /// not known, or do not have the endpoint.
    #[must_use]
    pub fn unfilled(&self, step: &str) -> Option<&[String]> {
        self.unfilled.as_ref()?.get(step).filter(|_| !self.is_partial).map(Vec::as_slice)
    }

    /// What was found.
    #[must_use]
    pub fn examination(&self) -> &Examination {
        &self.examination
    }

    /// Paths in the event (`JSONPath`) that nothing in the flow reads.
    #[must_use]
    pub fn unread(&self) -> &[String] {
        &self.unread
    }

    /// The paths of all values of all bodies, as [`only`](Self::only) takes them.
    pub fn leaves(&self) -> impl Iterator<Item = String> {
        self.examination.steps.iter().flat_map(|step| &step.leaves).map(dotted)
    }

    /// Keeps one value of the bodies, or all below an object; gives whether there is one.
    pub fn only(&mut self, wanted: &str) -> bool {
        let is_meant = |leaf: &Leaf| {
            let path = dotted(leaf);
            path == wanted || path.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
        };
        for step in &mut self.examination.steps {
            step.leaves.retain(is_meant);
        }
        self.examination.steps.retain(|step| !step.leaves.is_empty());
        self.is_partial = true;
        !self.examination.steps.is_empty()
    }

    /// A tree for people. Its form may change.
    #[must_use]
    pub fn text(&self) -> String {
        text::text(self)
    }

    /// The same for programs.
    #[must_use]
    pub fn json(&self) -> Value {
        json::json(self)
    }

    /// Line of the mapping, from 1.
    fn line(&self, at: crate::diag::Span) -> usize {
        self.lines.position(at.start).line
    }
}

/// `user.user_fields.plan`.
fn dotted(leaf: &Leaf) -> String {
    leaf.path.join(".")
}
