//! A delivery that is killed again and again, and started again: in the end the destination holds what it holds after a
//! delivery that nobody disturbed, and each user event is there once.
//!
//! `CRASH_EVENTS` is the number of events (200), `CRASH_KILLS` that of kills (12).

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
fn events(n: usize) -> Vec<Value> {
    let event = |number: usize| {
        let user = format!("u{}", number % (n / 4).max(1));
        let traits = json!({"name": user, "email": format!("{user}@acme.test")});
        match number % 4 {
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

fn deliver(folder: &Path, url: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_mapwright"))
        .args([
            "deliver",
            "events.ndjson",
            "--config",
            "account.yaml",
            "--journal",
            "events.journal",
            "--format",
            "json",
        ])
        .args(["--attempts", "3", "--endpoint", url, "--mapping"])
        .arg(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("mappings/zendesk.yaml"))
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
    fs::write(folder.join("account.yaml"), "{domain: acme, email: a@acme.test, apiToken: t}").unwrap();
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

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_when_a_delivery_is_killed() {
    let (n_events, n_kills) = (number("CRASH_EVENTS", 200), number("CRASH_KILLS", 12));
    let events = events(n_events);
    let calm = Sandbox::builder().index_delay(Duration::ZERO).start().await.unwrap();
    assert!(deliver(&prepare("calm", &events), &calm.url()).wait().unwrap().success());
    let expected = holds(&calm);
    assert!(
        expected.iter().filter(|line| line.starts_with("event")).count() >= n_events / 2,
        "{}",
        expected.len()
    );

    let rough = Sandbox::builder().index_delay(Duration::ZERO).start().await.unwrap();
    let folder = prepare("rough", &events);
    let n_requests = calm.requests().len();
    for kill in 1..=n_kills {
        let until = n_requests * kill / (n_kills + 2);
        let mut process = deliver(&folder, &rough.url());
        while rough.requests().len() < until && process.try_wait().unwrap().is_none() {
            tokio::task::yield_now().await;
        }
        // Dead at once, whatever it was about.
        let _ = process.kill();
        process.wait().unwrap();
    }
    let output = deliver(&folder, &rough.url()).wait_with_output().unwrap();
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["failed"], 0, "{summary}");
    let (lost, doubled) = differences(&expected, &holds(&rough));
    println!(
        "{n_events} events, {n_kills} kills, {} requests instead of {n_requests}",
        rough.requests().len()
    );
    assert_eq!((lost, doubled), (Vec::new(), Vec::new()), "{summary}");
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
