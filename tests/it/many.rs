//! Ten thousand made-up events into the sandbox: none fails, and few requests are made.

use std::io::Cursor;
use std::sync::Arc;

use mapwright::compile;
use mapwright::deliver::{Address, Deliverer, HttpLimits, HttpTransport, Input, Options, Stop};
use mapwright::diag::Diagnostics;
use mapwright::run::Session;
use serde_json::json;

const EVENTS: usize = 10_000;
const USERS: u64 = 1_000;

#[test]
fn ten_thousand_events_are_delivered() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(deliver_all());
}

async fn deliver_all() {
    let sandbox = sandbox::Sandbox::builder().start().await.unwrap();
    let text = include_str!("../../mappings/zendesk.yaml");
    let plan = compile::load(text, &mut Diagnostics::new()).unwrap();
    let config = json!({"domain": "acme", "email": "admin@acme.test", "apiToken": "canary-token"});
    let session = Arc::new(Session::open(Arc::new(plan), config.as_object().unwrap()).unwrap());
    let address = Address::at_endpoint(session.base_url(), &sandbox.url()).unwrap();
    let transport = HttpTransport::new(address, session.headers(), HttpLimits::default()).unwrap();
    let deliverer = Deliverer::new(session, Arc::new(transport), Options::default());

    let lines: Vec<String> = corpus::deliverable_events(42, USERS, EVENTS).collect();
    let input = Input::from_reader("events", Box::new(Cursor::new(lines.join("\n"))));
    let mut problems = Vec::new();
    let note = |finished: &mapwright::deliver::Finished| {
        if finished.outcome.verdict != mapwright::run::Verdict::Delivered && problems.len() < 5 {
            problems.push(format!("{:?}", finished.outcome.verdict));
        }
    };
    let (summary, broken) = deliverer.deliver_all(input, &Stop::default(), note).await;
    let summary = summary.to_json();
    assert!(broken.is_none());
    assert_eq!(summary["delivered"], EVENTS, "{summary} {problems:?}");

    let state = sandbox.state();
    let count = |list: &str| state[list].as_array().map_or(0, Vec::len);
    let distinct = |list: &str| {
        let records = state[list].as_array().into_iter().flatten();
        records
            .map(|record| record["external_id"].to_string())
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    };
    assert_eq!(count("users"), distinct("users"), "one user for each external id");
    println!("{summary} {} users, {} user fields", count("users"), count("user_fields"));
    let requests =
        summary["requests"]["read"].as_u64().unwrap() + summary["requests"]["write"].as_u64().unwrap();
    assert!(requests < 3 * EVENTS as u64, "{requests} requests for {EVENTS} events");
}
