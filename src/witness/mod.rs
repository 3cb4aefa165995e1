//! Witnesses: the smallest event and settings that make happen what a finding says.
//!
//! In: a plan, its mapping and a finding. Out: an input that was tried, or nothing. The linter guesses; here each guess
//! goes through the engine, and what shows nothing is dropped. Then all is taken out of it that it can do without.

mod trial;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::compile::Plan;
use crate::diag::Diagnostic;
use crate::lint::{self, Claim, Suspicion};
use crate::model::Mapping;
use crate::run::Imagined;
use crate::source::Document;
use trial::{Trial, try_out};

/// An input that shows what a finding says. Nothing can be left out of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// The event.
    pub event: Value,
    /// The settings.
    pub config: Map<String, Value>,
    /// What the imagined destination holds that answers, when answers are needed.
    pub answers: Option<Imagined>,
    /// What happens, in one sentence.
    pub outcome: String,
}

impl Witness {
    /// As people and programs get it, and as `explain` takes it back: `event`, `config`, and `answers` (`found`,
    /// `not_found` or `silence`) when some are needed.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut shown = json!({"event": self.event, "config": self.config});
        if let (Some(answers), Some(members)) = (self.answers, shown.as_object_mut()) {
            members.insert("answers".to_owned(), answers.name().into());
        }
        shown
    }
}

/// Finds a witness for a finding about a mapping that compiles.
#[must_use]
pub fn witness(
    plan: &Arc<Plan>,
    document: &Document,
    mapping: &Mapping,
    found: &Diagnostic,
) -> Option<Witness> {
    lint::suspicions(document, mapping, found).into_iter().find_map(|suspicion| tried(plan, suspicion))
}

fn tried(plan: &Arc<Plan>, suspicion: Suspicion) -> Option<Witness> {
    let Suspicion { event, config, claim } = suspicion;
    let whole = json!({"event": event, "config": config});
    holds(plan, &whole, &claim)?;
    let whole = smallest(plan, whole, &claim);
    let Trial { answers, outcome } = holds(plan, &whole, &claim)?;
    let config = whole.get("config")?.as_object()?.clone();
    Some(Witness { event: whole.get("event")?.clone(), config, answers, outcome })
}

/// Tries an event and settings, written as one object.
fn holds(plan: &Arc<Plan>, whole: &Value, claim: &Claim) -> Option<Trial> {
    try_out(plan, whole.get("event")?, whole.get("config")?.as_object()?, claim)
}

/// Takes out one member after another, as long as the claim holds without it.
fn smallest(plan: &Arc<Plan>, mut whole: Value, claim: &Claim) -> Value {
    let smaller = |whole: &Value| {
        let mut smaller = paths(whole).into_iter().filter_map(|path| without(whole, &path));
        smaller.find(|smaller| holds(plan, smaller, claim).is_some())
    };
    while let Some(smaller) = smaller(&whole) {
        whole = smaller;
    }
    whole
}

/// The paths of all members below the event and the settings, the outer ones first.
fn paths(whole: &Value) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = vec![vec!["event".to_owned()], vec!["config".to_owned()]];
    let mut next = 0;
    while let Some(path) = found.get(next).cloned() {
        let members = at(whole, &path).and_then(Value::as_object);
        for key in members.into_iter().flat_map(Map::keys) {
            found.push(path.iter().chain([key]).cloned().collect());
        }
        next += 1;
    }
    found.split_off(2)
}

fn at<'v>(whole: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(whole, |value, key| value.get(key))
}

fn without(whole: &Value, path: &[String]) -> Option<Value> {
    let (last, above) = path.split_last()?;
    let mut smaller = whole.clone();
    let parent = above.iter().try_fold(&mut smaller, |value, key| value.get_mut(key))?;
    parent.as_object_mut()?.shift_remove(last)?;
    Some(smaller)
}
