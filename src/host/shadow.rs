//! A saved mapping beside the served one: the next events run through both, and it is served by itself only if it does
//! the same with all of them.
//!
//! Nothing is sent for the saved one: it gets the answers that the served one got. What differs is told by step and
//! attribute, without values.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use indexmap::IndexMap;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::accounts::Refusal;
use super::served::Served;
use crate::deliver::{Deliverer, Ended, Onlooker};
use crate::diff::{self, ChangedRequest, Difference, Kind};
use crate::run::Session;

/// Most kinds of differences that are told; of further ones only the number of events counts.
const MOST_KINDS: usize = 5;

/// Most names of attributes that are told of one request.
const MOST_NAMES: usize = 5;

/// How saved mappings are compared.
#[derive(Clone, Debug)]
pub(super) struct Shadowing {
    /// Events that are compared.
    pub(super) events: u64,
    /// Hears that all have been.
    pub(super) ended: Arc<Notify>,
}

/// A saved mapping that is compared with the served one.
#[derive(Debug)]
pub(super) struct Shadow {
    pub(super) next: Served,
    shadowing: Shadowing,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    events: u64,
    different: u64,
    /// Events by kind of difference.
    kinds: IndexMap<String, u64>,
    refused: Option<Refused>,
}

/// When the file was saved that is not served.
#[derive(Clone, Copy, Debug)]
struct Refused {
    saved: Option<SystemTime>,
}

/// What was seen when all events had been compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Compared {
    pub(super) events: u64,
    pub(super) different: u64,
    /// The first kinds of differences and how many events have them.
    pub(super) kinds: Vec<(String, u64)>,
}

impl Shadow {
    pub(super) fn new(next: Served, shadowing: Shadowing) -> Self {
        Self { next, shadowing, state: Mutex::default() }
    }

    /// Events are still compared.
    pub(super) fn is_running(&self) -> bool {
        self.state().events < self.shadowing.events
    }

    /// Whether a file that has been saved without a change is to be served although it differs: it was saved once more
    /// after it was refused.
    pub(super) fn is_insisted_on(&self, saved: &Served) -> bool {
        self.state().refused.is_some_and(|refused| saved.saved > refused.saved)
    }

    /// What was seen, once all events have been compared and until the file is refused.
    pub(super) fn end(&self) -> Option<Compared> {
        let state = self.state();
        let is_over = state.events >= self.shadowing.events && state.refused.is_none();
        let kinds = || state.kinds.iter().map(|(kind, events)| (kind.clone(), *events)).collect();
        is_over.then(|| Compared { events: state.events, different: state.different, kinds: kinds() })
    }

    /// The file is not served.
    pub(super) fn refuse(&self) {
        self.state().refused = Some(Refused { saved: self.next.last_saved() });
    }

    /// What is told at `/health`.
    pub(super) fn health(&self) -> Value {
        let state = self.state();
        json!({
            "hash": self.next.plan.hash(),
            "state": if state.refused.is_some() { "refused" } else { "compared" },
            "events": state.events,
            "of": self.shadowing.events,
            "different": state.different,
            "differences": state.kinds,
        })
    }

    /// An account whose events are compared. `next` is the same account of the saved mapping; `finish` says that both
    /// mappings leave the last request to the same side.
    pub(super) fn look_on(
        self: &Arc<Self>,
        account: Deliverer,
        next: Result<Deliverer, Refusal>,
        has_same_finish: bool,
    ) -> Deliverer {
        let next = next.map(|next| next.session().clone());
        let mut always = match &next {
            Ok(next) => diff::service(account.session(), next).into_iter().map(|found| found.at).collect(),
            Err(why) => vec![why.to_string()],
        };
        if !has_same_finish {
            always.push("who makes the last request".to_owned());
        }
        account.seen_by(Arc::new(Comparison { shadow: self.clone(), next: next.ok(), always }))
    }

    fn count(&self, differences: Vec<String>) {
        let mut state = self.state();
        if state.events >= self.shadowing.events {
            return;
        }
        state.events += 1;
        state.different += u64::from(!differences.is_empty());
        for difference in differences {
            let has_room = state.kinds.len() < MOST_KINDS;
            match state.kinds.get_mut(&difference) {
                Some(events) => *events += 1,
                None if has_room => drop(state.kinds.insert(difference, 1)),
                None => {}
            }
        }
        if state.events == self.shadowing.events {
            self.shadowing.ended.notify_one();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Compares the events of one account.
#[derive(Debug)]
struct Comparison {
    shadow: Arc<Shadow>,
    /// The account in the saved mapping, if that takes its settings.
    next: Option<Arc<Session>>,
    /// What differs for every event.
    always: Vec<String>,
}

impl Onlooker for Comparison {
    fn saw(&self, ended: Ended<'_>) {
        if !self.shadow.is_running() {
            return;
        }
        let Ended { event, recording, verdict, limits } = ended;
        let mut differences = Vec::new();
        if !self.always.is_empty() {
            differences.push(format!("every event: {}", self.always.join(", ")));
        }
        let next = self.next.as_ref();
        let difference = next.and_then(|next| recording.replay(verdict.clone(), next, event, limits));
        differences.extend(difference.as_ref().map(told));
        self.shadow.count(differences);
    }
}

/// A difference without any value.
fn told(difference: &Difference) -> String {
    let mut parts: Vec<String> = difference.requests.iter().map(told_of_request).collect();
    if let Some((old, new)) = &difference.outcome {
        let word = |end: &str| end.split(':').next().unwrap_or_default().to_owned();
        let (old, new) = (word(old), word(new));
        parts.push(if old == new {
            format!("ends as {new} for another reason")
        } else {
            format!("ends as {new} instead of {old}")
        });
    }
    parts.join("; ")
}

fn told_of_request(request: &ChangedRequest) -> String {
    let ChangedRequest { kind, step, method, pattern, attributes, .. } = request;
    match kind {
        Kind::Added => format!("makes `{step}` ({method} {pattern}) too"),
        Kind::Removed => format!("does not make `{step}` ({method} {pattern})"),
        Kind::Changed => {
            // A name may come from the event, and so may be an address.
            let name = |name: &str| if name.contains('@') { "…".to_owned() } else { name.to_owned() };
            let names: Vec<String> =
                attributes.iter().take(MOST_NAMES).map(|found| format!("`{}`", name(&found.at))).collect();
            let more = if attributes.len() > MOST_NAMES { ", …" } else { "" };
            format!("`{step}` ({method} {pattern}) differs in {}{more}", names.join(", "))
        }
    }
}
