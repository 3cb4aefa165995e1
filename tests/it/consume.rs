//! `mapwright consume` against a real NATS server: instances share the partitions, one is killed, and each event ends once,
//! in the order of its user.
//!
//! `CONSUME_EVENTS` is the number of events (20,000). Without a `nats-server` on the path these tests are skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use sandbox::Sandbox;
use serde_json::{Value, json};

/// A server with a folder of its own; ends with this value.
struct Nats {
    process: Child,
    url: String,
}

impl Nats {
    /// Starts a server, or says that there is none.
    fn start(name: &str) -> Option<(Self, PathBuf)> {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("consume").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let started = Command::new("nats-server")
            .args(["--jetstream", "--addr", "127.0.0.1", "--port", "-1", "--ports_file_dir"])
            .arg(&folder)
            .arg("--store_dir")
            .arg(folder.join("store"))
            .stderr(Stdio::null())
            .spawn();
        let Ok(process) = started else {
            println!("skipped the tests of the broker: there is no nats-server on this machine");
            return None;
        };
        let file = folder.join(format!("nats-server_{}.ports", process.id()));
        let ports = loop {
            match fs::read(&file).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok()) {
                Some(ports) => break ports,
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        let url = ports["nats"][0].as_str().unwrap().to_owned();
        Some((Self { process, url }, folder))
    }

    /// A command of ours with this server's stream.
    fn command(&self, folder: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mapwright"));
        command.args(args).args(["--nats", &self.url, "--stream", "EVENTS", "--mapping"]);
        command.arg(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("mappings/zendesk.yaml"));
        command.current_dir(folder);
        command
    }

    fn publish(&self, folder: &Path, events: impl Iterator<Item = Value>) -> String {
        let lines: Vec<String> = events.map(|event| event.to_string()).collect();
        fs::write(folder.join("events.ndjson"), lines.join("\n")).unwrap();
        fs::write(folder.join("account.yaml"), "{domain: acme, email: a@acme.test, apiToken: t}").unwrap();
        told(self.command(folder, &["publish", "events.ndjson"]).output().unwrap())
    }

    fn consume(&self, folder: &Path, sandbox: &Sandbox, more: &[&str]) -> Child {
        self.command(folder, &["consume", "--config", "account.yaml", "--format", "json"])
            .args(["--endpoint", &sandbox.url()])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[track_caller]
fn told(output: Output) -> String {
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{}: {errors}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// The summary of a process that has ended well.
#[track_caller]
fn summary(process: Child) -> Value {
    let told = told(process.wait_with_output().unwrap());
    serde_json::from_str(told.lines().last().unwrap()).unwrap()
}

fn track(user: usize, number: usize) -> Value {
    let name = format!("u{user}");
    let (hour, minute, second) = (number / 3600, number / 60 % 60, number % 60);
    json!({
        "type": "track", "messageId": format!("m{number}"), "userId": name, "event": "Order",
        "context": {"traits": {"name": name, "email": format!("{name}@acme.test")}},
        "properties": {"n": number}, "timestamp": format!("2026-11-26T{hour:02}:{minute:02}:{second:02}.000Z"),
    })
}

/// Numbers of the events that a destination holds, by user, in the order in which they came.
fn numbers(sandbox: &Sandbox) -> BTreeMap<String, Vec<u64>> {
    let mut numbers = BTreeMap::<String, Vec<u64>>::new();
    for event in sandbox.state()["events"].as_array().unwrap() {
        let number = event["event"]["properties"]["n"].as_u64();
        let number = number.unwrap_or_else(|| panic!("{event}"));
        numbers.entry(event["user_id"].to_string()).or_default().push(number);
    }
    numbers
}

fn terminate(process: &Child) {
    let id = process.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_ends_once_though_an_instance_is_killed() {
    let Some((nats, folder)) = Nats::start("killed") else { return };
    let n_events = crate::crash::number("CONSUME_EVENTS", 20_000);
    let n_users = 500;
    let published = nats.publish(&folder, (0..n_events).map(|number| track(number % n_users, number)));
    assert_eq!(published, format!("{n_events} events in EVENTS\n"));

    let sandbox = Sandbox::builder().index_delay(Duration::ZERO).start().await.unwrap();
    let mut instances: Vec<Child> = (0..3).map(|_| nats.consume(&folder, &sandbox, &[])).collect();
    let n_there = || sandbox.requests().iter().filter(|request| request.path.ends_with("/events")).count();
    while n_there() < n_events / 3 {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let mut killed = instances.remove(1);
    killed.kill().unwrap();
    killed.wait().unwrap();
    let all = || numbers(&sandbox).values().map(Vec::len).sum::<usize>();
    while all() < n_events {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    instances.iter().for_each(terminate);
    let summaries: Vec<Value> = instances.into_iter().map(summary).collect();
    println!("{n_events} events, one of three instances killed: {summaries:?}");

    let numbers = numbers(&sandbox);
    let ended: Vec<u64> = numbers.values().flatten().copied().collect();
    let distinct: BTreeSet<u64> = ended.iter().copied().collect();
    assert_eq!((ended.len(), distinct.len()), (n_events, n_events), "each event is there once");
    assert_eq!(numbers.len(), n_users);
    for (user, numbers) in numbers {
        assert!(numbers.is_sorted(), "the order of user {user}: {numbers:?}");
    }
    assert!(summaries.iter().all(|summary| summary["failed"] == 0 && summary["rejected"] == 0));
    // What has ended is not given out again.
    let after = summary(nats.consume(&folder, &sandbox, &["--idle", "3"]));
    assert_eq!(after["events"], 0, "{after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_events_are_dead_letters_and_failing_ones_are_tried_again() {
    let Some((nats, folder)) = Nats::start("dead") else { return };
    let bad = json!({"type": "track", "messageId": "bad", "event": "nobody's"});
    nats.publish(&folder, [bad, track(1, 1), track(1, 2)].into_iter());
    let sandbox = Sandbox::builder().index_delay(Duration::ZERO).start().await.unwrap();
    let fault = json!({"path": "/api/v2/users/*/events", "method": "POST", "status": 503, "times": 3});
    sandbox.fault(&fault).unwrap();
    let summary = summary(nats.consume(&folder, &sandbox, &["--idle", "8", "--attempts", "1"]));
    assert_eq!((&summary["delivered"], &summary["rejected"]), (&json!(2), &json!(1)), "{summary}");
    assert_eq!(numbers(&sandbox).into_values().next().unwrap(), [1, 2], "the second waited for the first");
    let letters = dead_letters(&nats).await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(
        (&letters[0]["event"]["messageId"], &letters[0]["outcome"]),
        (&json!("bad"), &json!("rejected"))
    );
}

/// Three instances together keep a rate: no second has more requests than it allows.
#[tokio::test(flavor = "multi_thread")]
async fn instances_keep_a_rate_together() {
    const RATE: usize = 20;
    let Some((nats, folder)) = Nats::start("rate") else { return };
    nats.publish(&folder, (0..120).map(|number| track(number % 40, number)));
    let sandbox = Sandbox::builder().index_delay(Duration::ZERO).start().await.unwrap();
    let instance = || nats.consume(&folder, &sandbox, &["--idle", "6", "--rate", "20/1s"]);
    let instances = [instance(), instance(), instance()];
    let summaries = instances.map(summary);
    let moments: Vec<f64> = sandbox.state()["events"].as_array().unwrap().iter().map(received_at).collect();
    assert_eq!(moments.len(), 120, "{summaries:?}");
    let in_a_second =
        |from: &f64| moments.iter().filter(|moment| (*from..from + 1.0).contains(moment)).count();
    let most = moments.iter().map(in_a_second).max().unwrap();
    println!("{RATE} requests a second: at most {most} events in one, {summaries:?}");
    assert!(most <= RATE, "{most} in a second");
}

/// When the destination got an event, in seconds of its day.
fn received_at(event: &Value) -> f64 {
    let text = event["received_at"].as_str().unwrap();
    let time = text.split('T').nth(1).unwrap().trim_end_matches('Z');
    time.split(':').fold(0.0, |sum, part| sum * 60.0 + part.parse::<f64>().unwrap())
}

async fn dead_letters(nats: &Nats) -> Vec<Value> {
    let client = async_nats::connect(&nats.url).await.unwrap();
    let stream = async_nats::jetstream::new(client).get_stream("EVENTS-dead").await.unwrap();
    let last = stream.cached_info().state.last_sequence;
    let mut letters = Vec::new();
    for sequence in 1..=last {
        let message = stream.get_raw_message(sequence).await.unwrap();
        letters.push(serde_json::from_slice(&message.payload).unwrap());
    }
    letters
}

#[test]
fn wrong_streams_are_told_apart() {
    let Some((nats, folder)) = Nats::start("wrong") else { return };
    nats.publish(&folder, [track(1, 1)].into_iter());
    let refused = |args: &[&str]| {
        let output = nats.command(&folder, args).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, why) = refused(&["publish", "events.ndjson", "--partitions", "3"]);
    assert!(code == Some(4) && why.contains("has 8 partitions, not 3"), "{why}");
    let (code, why) = refused(&["publish", "events.ndjson", "--subject", "other"]);
    assert!(code == Some(4) && why.contains("no subject other.0"), "{why}");
    let (code, why) = refused(&["publish", "events.ndjson", "--subject", "a b"]);
    assert!(code == Some(2) && why.contains("cannot be the beginning of a subject"), "{why}");
}
