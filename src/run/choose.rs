//! Which flow takes an event.

use std::cell::RefCell;

use super::eval::{Eval, Ground, Recorder};
use super::event::Event;
use super::prepare::Refusal;
use super::session::Session;
use super::trace::Entry;
use crate::compile::FlowPlan;
use crate::json::capture::Paths;
use crate::json::{Arena, Datum, Kind};
use crate::model::Used;

/// The flow that takes the event, and an evaluation for it; or why none does.
pub(super) fn choose_flow<'a>(
    session: &'a Session,
    ground: Ground<'a>,
    recorder: &'a RefCell<Recorder>,
    depth: u32,
) -> Result<(usize, &'a FlowPlan, Eval<'a>), Refusal<'a>> {
    let plan = session.plan();
    let outside = Eval::of_settings(session.settings(), ground.arena);
    let rejected = |why: std::fmt::Arguments<'_>| Refusal::from(outside.reject(why));
    if !matches!(ground.event.glance(Paths::EVENT), Some((Kind::Object, _))) {
        let kind = ground.get(Paths::EVENT).unwrap_or(Datum::Null).kind();
        return Err(rejected(format_args!("the event is not an object but {kind}")));
    }
    if let Some(name) = &plan.integration
        && let Some(integrations) = ground.get(plan.integrations)
        && excluded(integrations, name, ground)
    {
        let why = outside.reject(format_args!("the event's integrations exclude {name}")).why();
        return Err(Refusal::Skipped { why });
    }
    let kind = match ground.get(plan.kind) {
        Some(Datum::Text(text)) if !text.written.is_empty() => text.characters(ground.arena),
        None | Some(Datum::Null | Datum::Text(_)) => {
            return Err(rejected(format_args!("the event has no type")));
        }
        Some(other) => {
            return Err(rejected(format_args!("the event's type is not text but {}", other.kind())));
        }
    };
    let is_meant = |flow: &FlowPlan| {
        if kind.is_ascii() {
            let lower = kind.bytes().map(|byte| byte.to_ascii_lowercase());
            flow.event.bytes().eq(lower)
        } else {
            flow.event == kind.to_lowercase()
        }
    };
    for (index, flow) in session.flows().iter().enumerate().filter(|(_, flow)| is_meant(flow)) {
        let eval = Eval::of_flow(flow, ground, session.settings(), recorder, depth);
        let takes = match &flow.when {
            Some(when) => eval.holds(when, &flow.name)?,
            None => true,
        };
        if takes {
            eval.record(|| {
                eval.mark(flow.span, Used::Taken);
                Entry::Flow { name: flow.name.clone() }
            });
            return Ok((index, flow, eval));
        }
    }
    let shown: String = kind.to_lowercase().chars().take(60).collect();
    Err(if session.flows().iter().any(is_meant) {
        rejected(format_args!("no flow takes this {shown} event"))
    } else {
        rejected(format_args!("Event type {shown} is not supported"))
    })
}

/// All flows that would take an event, if those in front of them did not.
#[must_use]
pub fn takers(session: &Session, event: &Event) -> Vec<String> {
    let arena = Arena::new();
    let ground = event.ground(session.plan(), &arena);
    let recorder = RefCell::default();
    let kind = match ground.get(session.plan().kind) {
        Some(Datum::Text(text)) => text.characters(&arena).to_lowercase(),
        _ => return Vec::new(),
    };
    let takes = |flow: &&FlowPlan| {
        let eval = Eval::of_flow(flow, ground, session.settings(), &recorder, u32::MAX);
        flow.event == kind && flow.when.as_ref().is_none_or(|when| eval.test(when).unwrap_or(false))
    };
    session.flows().iter().filter(takes).map(|flow| flow.name.to_string()).collect()
}

/// Whether the event's `integrations` object leaves the destination out; its own entry wins over `All`.
fn excluded<'a>(integrations: Datum<'a>, name: &str, ground: Ground<'a>) -> bool {
    let (mut own, mut all) = (None, None);
    ground.event.members(integrations, ground.arena).each(|member| {
        let key = member.key(ground.arena).written;
        if key.eq_ignore_ascii_case(name) {
            own = own.or(Some(member.kind()));
        } else if key.eq_ignore_ascii_case("All") {
            all = all.or(Some(member.kind()));
        }
    });
    match own {
        Some(Kind::False) => true,
        Some(Kind::True | Kind::Object) => false,
        _ => all == Some(Kind::False),
    }
}
