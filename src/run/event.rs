//! An event on its way through a run: its text, or a tree that somebody has parsed.

use std::sync::Arc;

use serde_json::Value;

use super::eval::Ground;
use crate::compile::Plan;
use crate::json::Arena;
use crate::json::capture::Captured;
use crate::json::scan::{self, BadJson};

/// An event. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Event(Form);

#[derive(Clone, Debug, PartialEq)]
enum Form {
    /// JSON text that has been validated.
    Text(Arc<str>),
    Tree(Arc<Value>),
}

impl Event {
    /// An event in a JSON text.
    ///
    /// # Errors
    /// The bytes are not JSON.
    pub fn read(bytes: &[u8]) -> Result<Self, BadJson> {
        scan::validate(bytes)?;
        Ok(Event::of_checked(scan::utf8(bytes)?))
    }

    /// An event in a text that the scanner has found to be JSON.
    pub(crate) fn of_checked(text: &str) -> Self {
        Event(Form::Text(text.into()))
    }

    /// Finds all that a plan reads of the event.
    pub(super) fn ground<'a>(&'a self, plan: &'a Plan, arena: &'a Arena) -> Ground<'a> {
        let event = match &self.0 {
            // The text has been validated.
            Form::Text(text) => plan.paths.capture_text(text, arena).unwrap_or(Captured::NOTHING),
            Form::Tree(tree) => plan.paths.capture_tree(tree, arena),
        };
        Ground { event, arena }
    }
}

impl From<Arc<Value>> for Event {
    fn from(tree: Arc<Value>) -> Self {
        Event(Form::Tree(tree))
    }
}

impl From<Value> for Event {
    fn from(tree: Value) -> Self {
        Arc::new(tree).into()
    }
}
