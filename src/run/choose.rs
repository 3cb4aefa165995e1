//! Which flow takes an event.

use std::cell::RefCell;

use serde_json::Value;

use super::eval::{Eval, Recorder};
use super::outcome::Verdict;
use super::session::Session;
use super::trace::Entry;
use crate::value::kind_of;

/// The flow that takes the event, or why none does.
pub(super) fn choose_flow(
    session: &Session,
    event: &Value,
    recorder: &RefCell<Recorder>,
) -> Result<usize, Verdict> {
    let plan = session.plan();
    if !event.is_object() {
        return Err(Verdict::rejected(format!("the event is not an object but {}", kind_of(event))));
    }
    if let Some(name) = &plan.integration
        && excluded(event, name)
    {
        return Err(Verdict::Skipped { why: format!("the event's integrations exclude {name}") });
    }
    let kind = match event.get("type") {
        Some(Value::String(kind)) if !kind.is_empty() => kind.to_lowercase(),
        None | Some(Value::Null | Value::String(_)) => {
            return Err(Verdict::rejected("the event has no type"));
        }
        Some(other) => {
            return Err(Verdict::rejected(format!("the event's type is not text but {}", kind_of(other))));
        }
    };
    for (index, flow) in plan.flows.iter().enumerate().filter(|(_, flow)| flow.event == kind) {
        let eval = Eval::of_flow(flow, event, session.settings(), recorder, u32::MAX);
        let takes = match &flow.when {
            Some(when) => eval.holds(when, &flow.name).map_err(|problem| Verdict::rejected(problem.why))?,
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
    Err(Verdict::rejected(why))
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
