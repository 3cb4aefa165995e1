//! A delivery is watched while it runs: its counts, and `mapwright top`.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use sandbox::Sandbox;
use serde_json::json;

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_mapwright"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_waits_for_limits_says_so() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("watching");
    fs::create_dir_all(&folder).unwrap();
    let identify =
        |user: usize| json!({"type": "identify", "userId": format!("u{user}"), "traits": {"name": "Ada"}});
    let events: Vec<String> = (0..200).map(|user| identify(user).to_string()).collect();
    fs::write(folder.join("events.ndjson"), events.join("\n")).unwrap();
    fs::write(folder.join("account.yaml"), "{domain: acme, email: a@acme.test, apiToken: t}").unwrap();
    // Ten requests a minute: the delivery is there for long enough.
    let sandbox = Sandbox::builder().rate_limit(Some(10)).start().await.unwrap();
    let mut process = program()
        .args([
            "deliver",
            "events.ndjson",
            "--config",
            "account.yaml",
            "--metrics",
            "127.0.0.1:0",
            "--endpoint",
        ])
        .args([&sandbox.url(), "--mapping", concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/zendesk.yaml")])
        .current_dir(&folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut notes = BufReader::new(process.stderr.take().unwrap()).lines();
    let said = notes.next().unwrap().unwrap();
    let url = said.strip_prefix("metrics on ").unwrap();
    while sandbox.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let shown = program().args(["top", url, "--once"]).output().unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    for part in ["events  ", "requests  ", "a second", "now       ", "process   "] {
        assert!(shown.contains(part), "{part} in\n{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_summary_says_what_time_was_spent_with() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("spent");
    fs::create_dir_all(&folder).unwrap();
    let event = json!({"type": "identify", "userId": "u", "traits": {"name": "Ada"}});
    fs::write(folder.join("events.ndjson"), event.to_string()).unwrap();
    fs::write(folder.join("account.yaml"), "{domain: acme, email: a@acme.test, apiToken: t}").unwrap();
    let sandbox = Sandbox::builder().start().await.unwrap();
    sandbox.fault(&json!({"path": "/api/v2/users/create_or_update", "delay_ms": 1500})).unwrap();
    let output = program()
        .args(["deliver", "events.ndjson", "--config", "account.yaml", "--endpoint", &sandbox.url()])
        .args(["--mapping", concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/zendesk.yaml")])
        .current_dir(&folder)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.ends_with("to write\ntheir time: 100 % under way\n"), "{said}");
}

#[test]
fn nothing_that_runs_is_told() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = program().args(["top", &free.to_string(), "--once"]).output().unwrap();
    let notes = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{notes}");
    assert!(notes.contains("no counts at") && notes.contains("--metrics ADDRESS"), "{notes}");
}
