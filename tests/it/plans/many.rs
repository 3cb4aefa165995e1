//! Ten thousand plans: the destination sees reads and nothing else.

use std::sync::Arc;

use mapwright::plan::{Change, Ending, Tally};
use mapwright::run::Verdict;
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
