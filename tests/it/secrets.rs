//! Secrets do not get into traces.

use std::sync::Arc;

use mapwright::compile;
use mapwright::diag::Diagnostics;
use mapwright::run::{self, Limits, Session, Step};
use serde_json::json;

#[test]
fn a_condition_that_asks_for_a_secret_does_not_record_it() {
    let mapping = r#"
format: 1
destination: example
config: {token: {type: secret}}
service: {base_url: {value: "https://api.example.com"}, auth: {bearer: $config.token}}
flows: {identify: {event: identify, when: {$config.token: {is: present}}, steps: []}}
"#;
    let plan = compile::load(mapping, &mut Diagnostics::new()).unwrap();
    let settings = json!({"token": "canary"}).as_object().cloned().unwrap();
    let session = Arc::new(Session::open(Arc::new(plan), &settings).unwrap());
    let event = Arc::new(json!({"type": "identify"}));
    let Step::Done(outcome) = run::start(&session, event, &Limits::default()) else {
        panic!("no request is made")
    };
    let trace = outcome.trace.to_json().to_string();
    assert!(trace.contains("$config.token") && trace.contains("***") && !trace.contains("canary"), "{trace}");
}
