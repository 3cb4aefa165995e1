//! Plans as JSON: with marks for saved plans, in words for programs that show them.

use serde_json::{Map, Value, json};

use super::event::{Ending, EventPlan, PlannedRead, PlannedWrite};
use crate::value::pending;

impl EventPlan {
    /// The plan as JSON. What is known after apply only is told in words.
    #[must_use]
    pub fn to_json(&self) -> Value {
        in_words(self.saved())
    }

    /// The plan as a saved plan has it.
    pub(super) fn saved(&self) -> Value {
        let (outcome, why) = match &self.ending {
            Ending::Known(verdict) => (verdict.name(), verdict.why()),
            Ending::Open(what) => ("unknown", Some(what.as_str())),
        };
        let mut plan = Map::new();
        plan.insert("outcome".into(), outcome.into());
        if let Some(why) = why {
            plan.insert("why".into(), why.into());
        }
        if !self.notes.is_empty() {
            plan.insert("notes".into(), json!(self.notes));
        }
        plan.insert("reads".into(), self.reads.iter().map(read).collect());
        plan.insert("writes".into(), self.writes.iter().map(write).collect());
        Value::Object(plan)
    }
}

fn read(read: &PlannedRead) -> Value {
    json!({"step": &*read.step, "request": read.request, "answer": read.digest, "saw": read.saw})
}

fn write(write: &PlannedWrite) -> Value {
    let mut told = Map::new();
    told.insert("step".into(), (&*write.step).into());
    told.insert("change".into(), write.change.name().into());
    if let Some(why) = &write.why {
        told.insert("why".into(), why.as_str().into());
    }
    for (key, holds) in [("doubtful", write.is_doubtful), ("repeats", write.repeats)] {
        if holds {
            told.insert(key.into(), true.into());
        }
    }
    told.insert("method".into(), write.method.as_str().into());
    told.insert("target".into(), write.target.as_str().into());
    if !write.headers.is_empty() {
        let headers: Map<String, Value> =
            write.headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        told.insert("headers".into(), Value::Object(headers));
    }
    if let Some(body) = &write.body {
        told.insert("body".into(), body.clone());
    }
    if !write.before.is_empty() {
        told.insert("before".into(), Value::Object(write.before.iter().cloned().collect()));
    }
    Value::Object(told)
}

/// A value without marks.
fn in_words(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(pending::shown(&text)),
        Value::Array(items) => Value::Array(items.into_iter().map(in_words).collect()),
        Value::Object(members) => Value::Object(
            members.into_iter().map(|(key, member)| (pending::shown(&key), in_words(member))).collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}
