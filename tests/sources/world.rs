//! What the tests of sources share: events whose order can be seen at the destination, and processes of ours.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Output};

use sandbox::Sandbox;
use serde_json::{Value, json};

/// A text that the environment may set.
#[expect(
    clippy::disallowed_methods,
    reason = "a test of any length, and with servers that somebody else has started"
)]
pub(super) fn text(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// A number that the environment may set.
pub(super) fn number(name: &str, usual: usize) -> usize {
    text(name).and_then(|text| text.parse().ok()).unwrap_or(usual)
}

pub(super) fn mapping() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("mappings/zendesk.yaml")
}

/// An empty folder for a test.
pub(super) fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("sources").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Writes events and the settings of an account.
pub(super) fn write(folder: &Path, events: &[Value]) {
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    fs::write(folder.join("events.ndjson"), lines.join("\n")).unwrap();
    fs::write(folder.join("account.yaml"), "{domain: acme, email: a@acme.test, apiToken: t}").unwrap();
}

#[track_caller]
pub(super) fn told(output: Output) -> String {
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{}: {errors}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// The summary of a process that has ended well.
#[track_caller]
pub(super) fn summary(process: Child) -> Value {
    let told = told(process.wait_with_output().unwrap());
    serde_json::from_str(told.lines().last().unwrap()).unwrap()
}

pub(super) fn track(user: usize, number: usize) -> Value {
    let name = format!("u{user}");
    let (hour, minute, second) = (number / 3600, number / 60 % 60, number % 60);
    json!({
        "type": "track", "messageId": format!("m{number}"), "userId": name, "event": "Order",
        "context": {"traits": {"name": name, "email": format!("{name}@acme.test")}},
        "properties": {"n": number}, "timestamp": format!("2026-11-26T{hour:02}:{minute:02}:{second:02}.000Z"),
    })
}

/// Numbers of the events that a destination holds, by user, in the order in which they came.
pub(super) fn numbers(sandbox: &Sandbox) -> BTreeMap<String, Vec<u64>> {
    let mut numbers = BTreeMap::<String, Vec<u64>>::new();
    for event in sandbox.state()["events"].as_array().unwrap() {
        let number = event["event"]["properties"]["n"].as_u64();
        let number = number.unwrap_or_else(|| panic!("{event}"));
        numbers.entry(event["user_id"].to_string()).or_default().push(number);
    }
    numbers
}

/// Each event is there once, and those of one user in their order.
#[track_caller]
pub(super) fn check_once_and_in_order(sandbox: &Sandbox, n_events: usize, n_users: usize) {
    let numbers = numbers(sandbox);
    let ended: Vec<u64> = numbers.values().flatten().copied().collect();
    let distinct: BTreeSet<u64> = ended.iter().copied().collect();
    assert_eq!((ended.len(), distinct.len()), (n_events, n_events), "each event is there once");
    assert_eq!(numbers.len(), n_users);
    for (user, numbers) in numbers {
        assert!(numbers.is_sorted(), "the order of user {user}: {numbers:?}");
    }
}

/// When the destination got an event, in seconds of its day.
pub(super) fn received_at(event: &Value) -> f64 {
    let text = event["received_at"].as_str().unwrap();
    let time = text.split('T').nth(1).unwrap().trim_end_matches('Z');
    time.split(':').fold(0.0, |sum, part| sum * 60.0 + part.parse::<f64>().unwrap())
}
