//! Deliveries by a plan: the same requests where nothing moved, a refusal with the reason where something did.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mapwright::deliver::Applied;
use mapwright::plan::{EventPlan, Planner, SavedEvent, SavedPlan, Step, fingerprint};
use mapwright::run::{Limits, Session, Verdict};
use sandbox::{RequestLog, Sandbox};
use serde_json::{Value, json};

use super::{block_on, deliverer, session, session_with, writes};

const EVENTS: usize = 400;
const USERS: u64 = 80;

async fn sandbox() -> Sandbox {
    Sandbox::builder().index_delay(Duration::ZERO).start().await.unwrap()
}

/// The plan of events, written to a text and read again.
async fn planned(session: &Arc<Session>, sandbox: &Sandbox, events: &[Arc<Value>]) -> SavedPlan {
    let deliverer = deliverer(session, sandbox);
    let mut plans = deliverer.plans();
    let mut saved = Vec::new();
    for (line, event) in (1..).zip(events) {
        let plan = plans.next(event, &format!("line {line}")).await;
        saved.push(SavedEvent { file: "events".into(), line, event: Some(event.clone()), plan });
    }
    let mapping = session.plan().hash().to_owned();
    let saved = SavedPlan { mapping, settings: fingerprint(session), events: saved };
    let read = SavedPlan::read(&saved.to_text()).unwrap();
    assert_eq!(read, saved);
    read
}

/// Whether what was sent is what a plan tells, with any value in place of one that was not known.
fn is_same(told: &Value, sent: &Value) -> bool {
    match (told, sent) {
        (Value::String(told), _) if told == "(known after apply)" => true,
        (Value::Object(told), Value::Object(sent)) => {
            told.len() == sent.len()
                && told.iter().all(|(key, told)| sent.get(key).is_some_and(|sent| is_same(told, sent)))
        }
        (Value::Array(told), Value::Array(sent)) => {
            told.len() == sent.len() && told.iter().zip(sent).all(|(told, sent)| is_same(told, sent))
        }
        _ => told == sent,
    }
}

fn is_planned(told: &Value, sent: &RequestLog) -> bool {
    let path = sent.path.strip_prefix("/api/v2").unwrap();
    let target = told["target"].as_str().unwrap();
    let (target, path) = (target.split('/'), path.split('/'));
    let segment_fits = |(told, sent): (&str, &str)| told == "(known after apply)" || told == sent;
    let path_fits = target.clone().count() == path.clone().count() && target.zip(path).all(segment_fits);
    path_fits && told["method"] == sent.method.as_str() && is_same(&told["body"], &sent.body)
}

/// Whether requests are the first ones of a plan: the destination may have refused the last of them.
fn are_told(told: &[Value], sent: &[RequestLog]) -> bool {
    (0..=told.len()).any(|end| are_planned(&told[..end], sent))
}

/// Whether requests are those of a plan; those in doubt may be there or not.
fn are_planned(told: &[Value], sent: &[RequestLog]) -> bool {
    match (told, sent) {
        ([], sent) => sent.is_empty(),
        ([next, rest @ ..], sent) => {
            let takes = sent.first().is_some_and(|first| is_planned(next, first));
            (takes && are_planned(rest, &sent[1..])) || (next["doubtful"] == true && are_planned(rest, sent))
        }
    }
}

#[test]
fn what_was_planned_is_what_is_sent() {
    block_on(async {
        let sandbox = sandbox().await;
        let session = session();
        let lines = corpus::deliverable_events(7, USERS, EVENTS);
        let events: Vec<Arc<Value>> =
            lines.map(|line| Arc::new(serde_json::from_str(&line).unwrap())).collect();
        let delivery = deliverer(&session, &sandbox);
        // Some of what the events are about is there already.
        for event in events.iter().take(60) {
            delivery.deliver_one(event.clone()).await;
        }
        let saved = planned(&session, &sandbox, &events).await;
        let (mut n_sent, mut n_exact) = (0, 0);
        for saved in &saved.events {
            let before = writes(&sandbox).len();
            let applied = delivery.apply_one(saved.event.as_ref().unwrap(), &saved.plan).await;
            let Applied::Done(outcome) = &applied else { panic!("line {}: {applied:?}", saved.line) };
            assert_eq!(outcome.verdict, Verdict::Delivered, "line {}", saved.line);
            let sent = writes(&sandbox).split_off(before);
            let told = saved.plan.to_json()["writes"].as_array().unwrap().clone();
            assert!(are_planned(&told, &sent), "line {}: {told:#?} {sent:#?}", saved.line);
            n_sent += sent.len();
            n_exact += usize::from(told.iter().all(|write| write["doubtful"] != true));
        }
        println!("{n_sent} writes of {EVENTS} plans, {n_exact} of which left nothing open");
        assert!(n_exact * 10 > EVENTS * 8, "only {n_exact} plans of {EVENTS} leave nothing open");
    });
}

/// The case files that have a sandbox in which nothing goes wrong: name, settings, events, state.
fn cases() -> Vec<(String, Value, Vec<Arc<Value>>, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/zendesk");
    let read = |path: PathBuf| {
        let case: Value = serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let events = case["events"].as_array().cloned().unwrap_or_default();
        let events = events.into_iter().chain(case.get("event").cloned()).map(Arc::new).collect();
        let state = case.get("sandbox").filter(|_| case.get("faults").is_none())?.clone();
        Some((name, case["config"].clone(), events, state))
    };
    let mut cases: Vec<_> =
        fs::read_dir(folder).unwrap().filter_map(|entry| read(entry.unwrap().path())).collect();
    cases.sort_by(|left, right| left.0.cmp(&right.0));
    cases
}

#[test]
fn the_cases_are_delivered_as_they_are_planned() {
    let cases = cases();
    assert!(cases.len() > 30, "{} cases", cases.len());
    let mut differing = Vec::new();
    for (name, config, events, state) in cases {
        block_on(async {
            let sandbox = sandbox().await;
            sandbox.seed(&state).unwrap();
            let session = session_with(&config);
            let saved = planned(&session, &sandbox, &events).await;
            assert!(writes(&sandbox).is_empty(), "{name}");
            let delivery = deliverer(&session, &sandbox);
            for saved in &saved.events {
                if let Applied::Refused { why, made } =
                    delivery.apply_one(saved.event.as_ref().unwrap(), &saved.plan).await
                {
                    differing.push(format!("{name}:{} after {made}: {why}", saved.line));
                }
            }
        });
    }
    // Its organization is there, and takes no new name all the same: the delivery ends where it would leave the plan.
    let expected = "group-renamed-to-a-taken-name:1 after 1: POST /organizations/create_or_update would be made where the \
                    plan has POST /users/create_or_update";
    assert_eq!(differing, [expected]);
}

/// The plan of an event of which nobody knows what its reads would give.
fn planned_blindly(session: &Arc<Session>, event: &Arc<Value>) -> EventPlan {
    let mut planner = Planner::new(session.clone(), &Limits::default());
    let mut step = planner.begin(event, "an earlier event");
    loop {
        step = match step {
            Step::Done(plan) => return plan,
            Step::Need(_, walk) => planner.pass_over(walk),
        };
    }
}

#[test]
fn without_a_read_all_ways_of_the_cases_are_told() {
    for (name, config, events, state) in cases() {
        block_on(async {
            let sandbox = sandbox().await;
            sandbox.seed(&state).unwrap();
            let session = session_with(&config);
            let delivery = deliverer(&session, &sandbox);
            for event in &events {
                let told = planned_blindly(&session, event).to_json()["writes"].as_array().unwrap().clone();
                let before = writes(&sandbox).len();
                delivery.deliver_one(event.clone()).await;
                let sent = writes(&sandbox).split_off(before);
                assert!(are_told(&told, &sent), "{name}: {told:#?} {sent:#?}");
            }
        });
    }
}

fn event(value: Value) -> Arc<Value> {
    Arc::new(value)
}

fn identify() -> Arc<Value> {
    event(json!({"type": "identify", "userId": "u-1", "traits": {"name": "Ada", "plan": "pro"}}))
}

fn track() -> Arc<Value> {
    event(
        json!({"type": "track", "userId": "u-1", "event": "Signed up", "context": {"traits": {"name": "Ada"}}}),
    )
}

/// Plans an event, changes the destination, and gives what became of a delivery by that plan.
fn after(event: &Arc<Value>, before: &Value, change: &Value) -> (Applied, Vec<RequestLog>) {
    block_on(async {
        let sandbox = sandbox().await;
        sandbox.seed(before).unwrap();
        let session = session();
        let saved = planned(&session, &sandbox, std::slice::from_ref(event)).await;
        sandbox.seed(change).unwrap();
        let plan: &EventPlan = &saved.events[0].plan;
        let applied = deliverer(&session, &sandbox).apply_one(event, plan).await;
        (applied, writes(&sandbox))
    })
}

#[track_caller]
fn check_refused(event: &Arc<Value>, before: &Value, change: &Value, expected: &str) {
    let (applied, writes) = after(event, before, change);
    assert_eq!(applied, Applied::Refused { why: expected.into(), made: 0 });
    assert!(writes.is_empty(), "{writes:?}");
}

#[test]
fn a_user_who_has_come_is_a_reason() {
    check_refused(
        &track(),
        &json!({}),
        &json!({"users": [{"id": 7, "external_id": "u-1", "name": "Ada"}]}),
        "GET /users/search?external_id=u-1 gave 1 in `users`, the plan saw none in `users`: POST /users/7/events would be \
         made where the plan has POST /users/create_or_update",
    );
}

#[test]
fn a_user_who_has_gone_is_a_reason() {
    block_on(async {
        let sandbox = sandbox().await;
        sandbox.seed(&json!({"users": [{"id": 7, "external_id": "u-1", "name": "Ada"}]})).unwrap();
        let session = session();
        let saved = planned(&session, &sandbox, &[track()]).await;
        let empty = self::sandbox().await;
        let applied = deliverer(&session, &empty).apply_one(&track(), &saved.events[0].plan).await;
        let Applied::Refused { why, made: 0 } = applied else { panic!("{applied:?}") };
        assert_eq!(
            why,
            "GET /users/search?external_id=u-1 gave none in `users`, the plan saw 1 in `users`: POST \
             /users/create_or_update would be made where the plan has POST /users/7/events"
        );
        assert!(writes(&empty).is_empty());
    });
}

#[test]
fn a_field_that_has_been_made_is_a_reason() {
    check_refused(
        &identify(),
        &json!({}),
        &json!({"user_fields": [{"key": "plan", "title": "plan", "type": "text"}]}),
        "GET /user_fields?page[size]=100 gave 1 in `user_fields`, the plan saw none in `user_fields`: POST \
         /users/create_or_update would be made where the plan has POST /user_fields",
    );
}

#[test]
fn a_change_that_changes_no_request_is_none() {
    let before = json!({"users": [{"id": 7, "external_id": "u-1", "name": "Ada"}]});
    let other = json!({"users": [{"id": 8, "external_id": "u-2", "name": "Grace"}]});
    let (applied, writes) = after(&track(), &before, &other);
    assert!(matches!(applied, Applied::Done(outcome) if outcome.verdict == Verdict::Delivered));
    assert_eq!(writes.len(), 1);
}

#[test]
fn a_plan_for_another_event_is_refused() {
    block_on(async {
        let sandbox = sandbox().await;
        let session = session();
        let saved = planned(&session, &sandbox, &[track()]).await;
        let applied = deliverer(&session, &sandbox).apply_one(&identify(), &saved.events[0].plan).await;
        assert!(matches!(applied, Applied::Refused { made: 0, .. }), "{applied:?}");
        assert!(writes(&sandbox).is_empty());
    });
}

#[test]
fn a_fingerprint_is_that_of_the_settings_and_holds_no_secret() {
    let config = |token: &str, domain: &str| {
        fingerprint(&session_with(&json!({"domain": domain, "email": "admin@acme.test", "apiToken": token})))
    };
    assert_eq!(config("canary-token", "acme"), config("another", "acme"));
    assert_ne!(config("canary-token", "acme"), config("canary-token", "other"));
    assert_eq!(config("canary-token", "acme").len(), 64);
}
