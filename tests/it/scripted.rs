//! A scripted account: answers that let the events of the corpus run to their end. Used by the benchmarks as well.

#![expect(
    clippy::unwrap_used,
    reason = "a mapping or a setting that is wrong stops the test or the benchmark"
)]

use std::sync::Arc;

use mapwright::compile::{self, Plan};
use mapwright::diag::{Diagnostics, render};
use mapwright::run::{Answer, Body, Limits, Method, Outcome, Request, Session, Step, start};
use serde_json::{Map, Value, json};

/// The Zendesk mapping.
pub(crate) const ZENDESK: &str = include_str!("../../mappings/zendesk.yaml");

/// Compiles a mapping that must be without errors.
#[track_caller]
pub(crate) fn plan(mapping: &str) -> Arc<Plan> {
    let mut found = Diagnostics::new();
    let plan = compile::load(mapping, &mut found);
    let found = found.into_vec();
    assert!(plan.is_some(), "{}", render::human(&found, "mapping.yaml", mapping));
    Arc::new(plan.unwrap())
}

/// A session of a mapping with these settings.
#[track_caller]
pub(crate) fn session(mapping: &str, settings: &Value) -> Arc<Session> {
    let none = Map::new();
    Arc::new(Session::open(plan(mapping), settings.as_object().unwrap_or(&none)).unwrap())
}

/// A session of the Zendesk mapping.
pub(crate) fn zendesk() -> Arc<Session> {
    session(ZENDESK, &json!({"domain": "acme", "email": "ops@acme.test", "apiToken": "a-token"}))
}

/// A reply with a JSON body.
pub(crate) fn reply(status: u16, body: Value) -> Answer {
    Answer::Reply { status, body: Body::Json(Arc::new(body)), retry_after: None }
}

/// Runs an event with the answers of a function; gives the requests and the outcome.
pub(crate) fn run(
    session: &Arc<Session>,
    event: &Value,
    limits: &Limits,
    answer: impl FnMut(&Request) -> Answer,
) -> (Vec<Request>, Outcome) {
    drive(start(session, Arc::new(event.clone()), limits), answer)
}

/// Takes a run to its end.
pub(crate) fn drive(mut step: Step, mut answer: impl FnMut(&Request) -> Answer) -> (Vec<Request>, Outcome) {
    let mut requests = Vec::new();
    loop {
        match step {
            Step::Done(outcome) => return (requests, outcome),
            Step::Need(request, run) => {
                step = run.resume(answer(&request));
                requests.push(request);
            }
        }
    }
}

/// What a Zendesk answers that knows every user and has every custom field of the corpus.
pub(crate) struct Account {
    fields: Answer,
}

impl Account {
    pub(crate) fn new() -> Self {
        let more = ["industry", "employees", "revenue", "active", "founded"];
        let valid = |key: &str| {
            key.replace(
                |character: char| !character.is_ascii_alphanumeric() && !"_-".contains(character),
                "_",
            )
        };
        let fields: Vec<Value> =
            ::corpus::trait_keys().chain(more).map(|key| json!({"key": valid(key)})).collect();
        let links = json!({"next": null});
        Account {
            fields: reply(200, json!({"user_fields": fields, "organization_fields": fields, "links": links})),
        }
    }

    pub(crate) fn answer(&self, request: &Request) -> Answer {
        if request.method != Method::Get {
            return reply(200, json!({"user": {"id": 7}, "organization": {"id": 8}, "identity": {"id": 9}}));
        }
        match request.target.split_once("external_id=") {
            Some((_, id)) => reply(200, json!({"users": [{"id": 7, "external_id": id}]})),
            None if request.target.starts_with("/users") => reply(200, json!({"users": []})),
            None => self.fields.clone(),
        }
    }
}
