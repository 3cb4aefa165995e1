//! Ten thousand plans: the destination sees reads and nothing else.

use std::sync::Arc;

use mapwright::plan::{Change, Ending, Planner, Step, Tally, described};
use mapwright::run::{Answer, Body, Limits, Verdict};
use serde_json::{Value, json};

use super::{block_on, deliverer, session_with, writes};

const EVENTS: usize = 10_000;
const USERS: u64 = 1_000;

#[test]
fn ten_thousand_plans_write_nothing() {
    block_on(plan_all());
}

async fn plan_all() {
    let sandbox = sandbox::Sandbox::builder().start().await.unwrap();
    let session =
        session_with(&json!({"domain": "acme", "email": "admin@acme.test", "apiToken": "canary-token",
        "searchByExternalId": true}));
    let lines = corpus::deliverable_events(42, USERS, EVENTS);
    let events: Vec<Arc<Value>> = lines.map(|line| Arc::new(serde_json::from_str(&line).unwrap())).collect();
    // Some of what the events are about is there already.
    let delivery = deliverer(&session, &sandbox);
    for event in events.iter().take(200) {
        assert_eq!(delivery.deliver_one(event.clone()).await.verdict, Verdict::Delivered);
    }
    let before = (writes(&sandbox).len(), sandbox.state());

    let planning = deliverer(&session, &sandbox);
    let mut plans = planning.plans();
    let mut tally = Tally::default();
    for (number, event) in events.iter().enumerate() {
        let plan = plans.next(event, &format!("event {number}")).await;
        assert_eq!(plan.ending, Ending::Known(Verdict::Delivered), "{event}");
        tally.count(&plan);
    }
    assert!((writes(&sandbox).len(), sandbox.state()) == before, "a plan has written something");
    assert_eq!(planning.requests().write, 0);
    println!("{}", tally.describe(planning.requests().read));
    for change in [Change::Create, Change::Update, Change::Link, Change::Unknown] {
        assert!(tally.of(change) > 0, "no write would {}", change.name());
    }
}

/// Plans messy events; `answer` is what each read gives, `None` that nobody knows.
fn plan_messy(answer: Option<&Answer>) -> Tally {
    let session =
        session_with(&json!({"domain": "acme", "email": "admin@acme.test", "apiToken": "canary-token",
        "searchByExternalId": true, "removeUsersFromOrganization": true}));
    let mut planner = Planner::new(session, &Limits::default());
    let mut tally = Tally::default();
    for line in corpus::events(7, 1_000, corpus::Variant::Shuffled) {
        let event: Arc<Value> = Arc::new(serde_json::from_str(&line).unwrap());
        let mut step = planner.begin(&event, "an earlier event");
        let plan = loop {
            step = match step {
                Step::Done(plan) => break plan,
                Step::Need(request, _) if !request.method.is_read() => panic!("{request:?}"),
                Step::Need(_, walk) => match answer {
                    Some(answer) => planner.resume(walk, answer.clone()),
                    None => planner.pass_over(walk),
                },
            };
        };
        assert!(matches!(plan.ending, Ending::Known(_)), "{line} {plan:?}");
        let told = described("event", Some(&event), &plan);
        assert!(!told.contains(['\u{fdd0}', '\u{fdd1}', '\u{fdd2}']), "{told}");
        tally.count(&plan);
    }
    tally
}

#[test]
fn messy_events_are_planned_whatever_the_reads_give() {
    let reply =
        |body: Value| Answer::Reply { status: 200, body: Body::Json(Arc::new(body)), retry_after: None };
    let empty = plan_messy(Some(&reply(json!({}))));
    assert!(empty.of(Change::Create) > 500 && empty.failed == 0, "{empty:?}");
    // Where nothing can be read, nearly nothing is sure, and all that may be made is told.
    let unknown = plan_messy(None);
    assert_eq!((unknown.events, unknown.failed), (1_000, 0));
    assert!(unknown.of(Change::Unknown) > 500, "{unknown:?}");
    let down = plan_messy(Some(&Answer::Reply { status: 500, body: Body::Empty, retry_after: None }));
    assert!(down.failed > 500, "{down:?}");
}
