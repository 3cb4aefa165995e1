//! A delivery that is killed again and again, and started again: in the end the destination holds what it holds after a
//! delivery that nobody disturbed, and each user event is there once. The destination fails meanwhile in all ways that it has.
//!
//! `CRASH_EVENTS` is the number of events (200), `CRASH_KILLS` that of kills (6).

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sandbox::Sandbox;
use serde_json::{Value, json};

#[expect(clippy::disallowed_methods, reason = "a test of any length")]
fn number(name: &str, usual: usize) -> usize {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Users who are identified, belong to organizations and do things.
fn events(n: usize, n_users: usize) -> Vec<Value> {
    let event = |number: usize| {
        let user = format!("u{}", number % n_users);
        let traits = json!({"name": user, "email": format!("{user}@acme.test")});
        match (number + number / n_users) % 4 {
            0 => json!({"type": "identify", "userId": user, "traits": traits}),
            1 => json!({"type": "group", "userId": user, "groupId": format!("g{}", number % 5),
                        "traits": {"name": format!("Group {}", number % 5)}, "context": {"traits": traits}}),
            _ => {
                json!({"type": "track", "userId": user, "event": format!("Order {number}"), "context": {"traits": traits},
                        "properties": {"order": number}, "timestamp": format!("2026-11-26T{:02}:{:02}:{:02}.000Z", number / 3600, number / 60 % 60, number % 60)})
            }
        }
    };
    (0..n).map(event).collect()
}

fn deliver(folder: &Path, url: &str, more: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_mapwright"))
        .args(["deliver", "events.ndjson", "--config", "account.yaml", "--journal", "events.journal"])
        .args(["--format", "json", "--attempts", "3", "--endpoint", url])
        .args(more)
        .args(["--mapping", "mapping.yaml"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn prepare(name: &str, events: &[Value]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("crash").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    fs::write(folder.join("events.ndjson"), lines.join("\n")).unwrap();
    let mapping = include_str!("../../mappings/zendesk.yaml").replace("every: 2s", "every: 1s");
    fs::write(folder.join("mapping.yaml"), mapping).unwrap();
    fs::write(
        folder.join("account.yaml"),
        "{domain: acme, email: a@acme.test, apiToken: t, eventsPerMinute: 1000000}",
    )
    .unwrap();
    folder
}

/// What a destination holds, without ids and times: users with their organizations, organizations, events of users.
fn holds(sandbox: &Sandbox) -> Vec<String> {
    let state = sandbox.state();
    let list = |name: &str| state[name].as_array().cloned().unwrap_or_default();
    let external = |name: &str, id: &Value| {
        list(name).iter().find(|one| one["id"] == *id).map_or(Value::Null, |one| one["external_id"].clone())
    };
    let mut all: Vec<String> = Vec::new();
    all.extend(
        list("users")
            .iter()
            .map(|user| format!("user {} {} {}", user["external_id"], user["email"], user["name"])),
    );
    all.extend(
        list("organizations")
            .iter()
            .map(|one| format!("organization {} {}", one["external_id"], one["name"])),
    );
    all.extend(list("organization_memberships").iter().map(|one| {
        format!(
            "member {} {}",
            external("users", &one["user_id"]),
            external("organizations", &one["organization_id"])
        )
    }));
    all.extend(
        list("events")
            .iter()
            .map(|event| format!("event {} {}", event["event"]["description"], event["event"]["properties"])),
    );
    all.sort();
    all
}

/// A destination that holds what it would hold after a delivery that nobody disturbed.
async fn undisturbed(name: &str, events: &[Value], limit: Option<u32>) -> (Vec<String>, usize) {
    let sandbox = destination(limit).await;
    assert!(deliver(&prepare(name, events), &sandbox.url(), &[]).wait().unwrap().success());
    let n_events = events.iter().filter(|event| event["type"] == "track").count();
    let holds = holds(&sandbox);
    assert_eq!(holds.iter().filter(|line| line.starts_with("event")).count(), n_events);
    (holds, sandbox.requests().len())
}

/// `limit`: requests a minute. Where they are counted, they are made together.
async fn destination(limit: Option<u32>) -> Sandbox {
    let quick = Duration::from_millis(1);
    let builder = Sandbox::builder().index_delay(Duration::ZERO).log_limit(1_000_000);
    builder.rate_limit(limit).bulk_import(true).job_speed(quick, quick).start().await.unwrap()
}

/// What goes wrong in a round: the account is told to wait, writes take effect and are answered 500 or not at all, answers
/// are slow, rows of jobs fail, jobs are lost.
fn faults(round: usize) -> Value {
    let (user, track) = ("/api/v2/users/create_or_update", "/api/v2/users/*/events");
    let (users, member) =
        ("/api/v2/users/create_or_update_many", "/api/v2/organization_memberships/create_many");
    let wait = json!({"Retry-After": "1"});
    match round % 6 {
        0 => json!([
            {"path": track, "method": "POST", "status": 429, "headers": wait, "times": 4},
            {"path": users, "status": 429, "headers": wait, "times": 2},
        ]),
        1 => json!([
            {"path": track, "method": "POST", "status": 500, "apply": true, "after": 2, "times": 3},
            {"path": users, "status": 500, "apply": true},
            {"path": user, "status": 502, "apply": true, "times": 2},
        ]),
        2 => json!([
            {"path": track, "method": "POST", "cut": true, "apply": true, "times": 2},
            {"path": track, "method": "POST", "cut": true, "after": 3, "times": 2},
            {"path": member, "cut": true, "apply": true},
        ]),
        3 => json!([
            {"path": track, "delay_ms": 100, "times": 10},
            {"path": "/api/v2/job_statuses/show_many", "delay_ms": 300},
        ]),
        4 => json!([
            {"path": users, "failing_rows": 3},
            {"path": member, "failing_rows": 3},
            {"path": "/api/v2/organizations/update_many", "failing_rows": 1},
        ]),
        _ => json!([
            {"path": "/api/v2/job_statuses/show_many", "status": 200, "body": {"job_statuses": []}},
            {"path": track, "method": "GET", "status": 503, "times": 2},
        ]),
    }
}

/// Delivers until nothing has failed. Each event that does not end well is tried again by the next delivery.
fn finish(folder: &Path, url: &str) -> (usize, Value) {
    for run in 1..=10 {
        let output = deliver(folder, url, &[]).wait_with_output().unwrap();
        let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
        if summary["failed"] == 0 {
            return (run, summary);
        }
    }
    panic!("events fail again and again");
}

async fn killed_again_and_again(name: &str, with_faults: bool) {
    let (n_events, n_kills) = (number("CRASH_EVENTS", 200), number("CRASH_KILLS", 6));
    let limit = with_faults.then_some(1_000_000);
    let events = events(n_events, n_events / 2);
    let (expected, n_requests) = undisturbed(&format!("{name}-calm"), &events, limit).await;
    let rough = destination(limit).await;
    let folder = prepare(name, &events);
    let begun = tokio::time::Instant::now();
    for kill in 1..=n_kills {
        if with_faults {
            rough.fault(&faults(kill)).unwrap();
        }
        let until = n_requests * kill / (n_kills + 2);
        let mut process = deliver(&folder, &rough.url(), &[]);
        while rough.requests().len() < until && process.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Dead at once, whatever it was about.
        let _ = process.kill();
        process.wait().unwrap();
    }
    let (n_runs, summary) = finish(&folder, &rough.url());
    let (lost, doubled) = differences(&expected, &holds(&rough));
    println!(
        "{name}: {n_events} events, {n_kills} kills, {} requests instead of {n_requests}, {n_runs} runs to the end, {} lost, \
         {} doubled, {:.0} s",
        rough.requests().len(),
        lost.len(),
        doubled.len(),
        begun.elapsed().as_secs_f64(),
    );
    assert_eq!((lost, doubled), (Vec::new(), Vec::new()), "{summary}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_when_a_delivery_is_killed() {
    killed_again_and_again("killed", false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_when_the_destination_fails_as_well() {
    killed_again_and_again("faulty", true).await;
}

/// The process is killed at each request once: when it has arrived and taken effect and its answer is still to come, and when
/// the answer has come.
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_boundary_of_a_step_leaves_nothing_undone_or_doubled() {
    const ANSWERS_AFTER: u64 = 60;
    let events = &events(4, 2);
    let (expected, n_requests) = undisturbed("boundary-calm", events, None).await;
    let late =
        |segments: usize| json!({"path": "/*".repeat(segments), "delay_ms": ANSWERS_AFTER, "times": 10_000});
    for kill in 0..n_requests * 2 {
        let (nth, is_answered) = (kill / 2 + 1, kill % 2 == 1);
        let rough = destination(None).await;
        rough.fault(&(3..8).map(late).collect()).unwrap();
        let folder = prepare("boundary", events);
        let mut process = deliver(&folder, &rough.url(), &["--concurrency", "1"]);
        while rough.requests().len() < nth && process.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        if is_answered {
            tokio::time::sleep(Duration::from_millis(ANSWERS_AFTER + 5)).await;
        }
        let _ = process.kill();
        process.wait().unwrap();
        let (_, summary) = finish(&folder, &rough.url());
        let differences = differences(&expected, &holds(&rough));
        assert_eq!(
            differences,
            (Vec::new(), Vec::new()),
            "request {nth}, answered: {is_answered}, {summary}"
        );
    }
    println!("killed at each of {n_requests} requests, before and after its answer");
}

/// What of the first is not in the second, and the other way round.
fn differences(first: &[String], second: &[String]) -> (Vec<String>, Vec<String>) {
    let without = |from: &[String], what: &[String]| {
        let mut left = from.to_vec();
        for one in what {
            if let Some(place) = left.iter().position(|other| other == one) {
                left.swap_remove(place);
            }
        }
        left
    };
    (without(first, second), without(second, first))
}
