//! The record of a run: what each condition saw, which candidate won, what was asked and answered.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::diag::Span;
use crate::model::{Marks, Method, Reaction};

/// Everything a run decided, in order. Secrets never enter it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// In the order in which things happened.
    pub entries: Vec<Entry>,
    /// What of the mapping was used, when that was to be counted.
    pub marks: Marks,
}

/// One thing that a run decided, asked or learned.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// The flow that took the event.
    Flow {
        /// Its name.
        name: Arc<str>,
    },
    /// A condition was looked at.
    Condition {
        /// Where it is written.
        at: Span,
        /// What it belongs to: a step, a row.
        of: Arc<str>,
        /// Whether it held.
        held: bool,
        /// Selectors that were looked at and what they gave; `None` is missing.
        saw: Vec<(Arc<str>, Option<Value>)>,
    },
    /// A row of a table got its value.
    Row {
        /// Where it is written.
        at: Span,
        /// `table.row`.
        row: Arc<str>,
        /// The candidate that won, as the mapping spells it; `None` for literals, templates and defaults.
        from: Option<Arc<str>>,
        /// What it gave; `None` is missing.
        value: Option<Value>,
    },
    /// A member of the rest was sent or left out.
    Rest {
        /// Key in the event.
        key: String,
        /// Key in the body, or why it is not there.
        sent_as: Result<String, &'static str>,
    },
    /// A request was asked for.
    Asked {
        /// The step.
        step: Arc<str>,
        /// Method.
        method: Method,
        /// Path and query.
        target: String,
        /// Body.
        body: Option<Value>,
        /// Counts from 1.
        attempt: u32,
    },
    /// It was answered.
    Answered {
        /// The step.
        step: Arc<str>,
        /// Status, or `timeout`, or `unreachable`.
        answer: String,
        /// Body of the reply.
        body: Option<Arc<Value>>,
        /// What the error table made of it.
        verdict: &'static str,
    },
    /// A step gave something to later steps.
    Gave {
        /// `step.output`.
        output: Arc<str>,
        /// What it gave; `None` is missing.
        value: Option<Value>,
    },
}

impl Trace {
    /// Steps whose writes are done, in their order.
    #[must_use]
    pub fn done_writes(&self) -> Vec<&str> {
        let mut is_write = false;
        let mut done = Vec::new();
        for entry in &self.entries {
            match entry {
                Entry::Asked { method, .. } => is_write = !method.is_read(),
                Entry::Answered { step, verdict, .. } if is_write && *verdict == Reaction::Done.name() => {
                    done.push(&**step);
                }
                _ => {}
            }
        }
        done
    }

    /// The trace as JSON, for dead letters and `--format json`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        Value::Array(self.entries.iter().map(Entry::to_json).collect())
    }
}

impl Entry {
    fn to_json(&self) -> Value {
        match self {
            Entry::Flow { name } => json!({"flow": &**name}),
            Entry::Condition { of, held, saw, .. } => {
                let saw: serde_json::Map<String, Value> =
                    saw.iter().map(|(text, value)| (text.to_string(), seen(value.as_ref()))).collect();
                json!({"condition": &**of, "held": held, "saw": saw})
            }
            Entry::Row { row, from, value, .. } => {
                json!({"row": &**row, "from": from.as_deref(), "value": seen(value.as_ref())})
            }
            Entry::Rest { key, sent_as } => match sent_as {
                Ok(name) => json!({"rest": key, "sent_as": name}),
                Err(why) => json!({"rest": key, "left_out": why}),
            },
            Entry::Asked { step, method, target, body, attempt } => {
                json!({"asked": &**step, "request": format!("{method} {target}"), "body": body, "attempt": attempt})
            }
            Entry::Answered { step, answer, body, verdict } => {
                json!({"answered": &**step, "answer": answer, "body": body.as_deref(), "verdict": verdict})
            }
            Entry::Gave { output, value } => json!({"gave": &**output, "value": seen(value.as_ref())}),
        }
    }
}

/// A value, or an object that says that there was none.
fn seen(value: Option<&Value>) -> Value {
    value.map_or_else(|| json!({"missing": true}), Clone::clone)
}
