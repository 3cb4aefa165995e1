//! Scripted faults: statement S22.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{BASIC, World};

fn create(world: &World) -> u16 {
    world.post("/api/v2/users.json", json!({"user": {"name": "Ada"}})).status
}

#[test]
fn a_fault_answers_so_many_times_without_effect() {
    let world = World::new();
    let fault = json!({"method": "POST", "path": "/api/v2/users/*/events", "times": 2, "status": 503,
        "headers": {"Retry-After": "1"}, "body": {"error": "busy"}});
    let answer = world.send("POST", "/_sandbox/faults", &[], &fault.to_string()).unwrap();
    assert_eq!(answer.status, 204);
    let id = world.user(json!({"name": "Ada"}));
    let event = || world.post(&format!("/api/v2/users/{id}/events.json"), json!({}));
    for _ in 0..2 {
        let answer = event();
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert_eq!(answer.expect(503), json!({"error": "busy"}));
    }
    assert_eq!(event().status, 400);
    assert_eq!(world.get(&format!("/api/v2/users/{id}/events")).status, 200);
    assert_eq!(world.sandbox.requests()[1].status, 503);
}

#[test]
fn a_write_may_have_been_applied_all_the_same() {
    let world = World::new();
    world
        .sandbox
        .fault(&json!({"path": "/api/v2/users", "status": 500, "body": "oops", "apply": true}))
        .unwrap();
    let answer = world.post("/api/v2/users.json", json!({"user": {"name": "Ada"}}));
    assert_eq!((answer.status, answer.text.as_str()), (500, "oops"));
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(world.sandbox.state()["users"].as_array().unwrap().len(), 1);
}

#[test]
fn an_answer_may_break_off() {
    let world = World::new();
    for (apply, users) in [(false, 0), (true, 1)] {
        world.sandbox.fault(&json!({"path": "/api/v2/users", "cut": true, "apply": apply})).unwrap();
        let body = r#"{"user":{"name":"Ada"}}"#;
        assert!(world.send("POST", "/api/v2/users", &[("Authorization", BASIC)], body).is_none());
        assert_eq!(world.sandbox.state()["users"].as_array().unwrap().len(), users);
    }
    assert_eq!(world.sandbox.requests()[0].status, 0);
}

#[test]
fn an_answer_may_be_late() {
    let world = World::new();
    world.sandbox.fault(&json!({"path": "/api/v2/users", "delay_ms": 50})).unwrap();
    let start = Instant::now();
    assert_eq!(create(&world), 201);
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[test]
fn faults_can_be_cleared() {
    let world = World::new();
    world.sandbox.fault(&json!([{"path": "/api/v2/users", "status": 429}])).unwrap();
    assert_eq!(world.send("DELETE", "/_sandbox/faults", &[], "").unwrap().status, 204);
    assert_eq!(create(&world), 201);
}

#[track_caller]
fn check_bad(fault: Value, why: &str) {
    let world = World::new();
    assert_eq!(world.sandbox.fault(&fault).unwrap_err().to_string(), format!("bad fault: {why}"));
}

#[test]
fn bad_faults_are_refused() {
    check_bad(json!(1), "expected an object");
    check_bad(json!({"status": 500}), "`path` is missing");
    check_bad(json!({"path": "/x"}), "expected one of `status`, `cut`, `delay_ms`, `failing_rows`");
    check_bad(json!({"path": "/x", "status": 99}), "`status` must be between 200 and 599");
    check_bad(json!({"path": "/x", "status": 500, "times": 0}), "`times` must be at least 1");
    check_bad(json!({"path": "/x", "staus": 500}), "unknown key `staus`");
}

#[test]
fn maintenance_and_conflicts_leave_the_state_alone() {
    let world = World::new();
    let before = world.sandbox.state();
    let conflict = json!({"error": "DatabaseConflict", "description": "Database collision"});
    world
        .sandbox
        .fault(&json!([
            {"path": "/api/v2/users", "status": 503, "headers": {"Retry-After": 2}, "body": "maintenance"},
            {"path": "/api/v2/users", "status": 409, "body": conflict},
        ]))
        .unwrap();
    let create = || world.post("/api/v2/users", json!({"user": {"name": "Ada"}}));
    let maintenance = create();
    assert_eq!((maintenance.status, maintenance.header("retry-after")), (503, Some("2")));
    assert_eq!(create().expect(409), conflict);
    assert_eq!(world.sandbox.state(), before);
    assert_eq!(create().status, 201);
}

#[test]
fn a_fault_may_wait_for_the_nth_request() {
    let world = World::new();
    world.sandbox.fault(&json!({"path": "/api/v2/users", "status": 500, "after": 2})).unwrap();
    assert_eq!((0..4).map(|_| create(&world)).collect::<Vec<_>>(), [201, 201, 500, 201]);
}
