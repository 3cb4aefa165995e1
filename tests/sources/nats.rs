//! A stream of a real NATS server: the suite of all sources, and what only many instances show: they share the partitions,
//! one is killed, and each event ends once, in the order of its user.
//!
//! `CONSUME_EVENTS` is the number of events (20,000), `PLAN_EVENTS` those under a plan of `PLAN_LIMIT` requests a minute (28
//! under 60). Without a `nats-server` on the path these tests are skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sandbox::Sandbox;
use serde_json::Value;

use super::suite::{self, Station};
use super::world::{self, mapping, numbers, received_at, summary, told, track};

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
        command.args(args).args(["--nats", &self.url, "--stream", "EVENTS", "--mapping"]).arg(mapping());
        command.current_dir(folder);
        command
    }

    fn publish(&self, folder: &Path, events: &[Value]) -> String {
        world::write(folder, events);
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

fn terminate(process: &Child) {
    let id = process.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_ends_once_though_an_instance_is_killed() {
    let Some((nats, folder)) = Nats::start("killed") else { return };
    let n_events = world::number("CONSUME_EVENTS", 20_000);
    let n_users = 500;
    let events: Vec<Value> = (0..n_events).map(|number| track(number % n_users, number)).collect();
    let published = nats.publish(&folder, &events);
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

    world::check_once_and_in_order(&sandbox, n_events, n_users);
    assert!(summaries.iter().all(|summary| summary["failed"] == 0 && summary["rejected"] == 0));
    // What has ended is not given out again.
    let after = summary(nats.consume(&folder, &sandbox, &["--idle", "3"]));
    assert_eq!(after["events"], 0, "{after}");
}

/// Three instances together keep a rate: no second has more requests than it allows.
#[tokio::test(flavor = "multi_thread")]
async fn instances_keep_a_rate_together() {
    const RATE: usize = 20;
    let Some((nats, folder)) = Nats::start("rate") else { return };
    let sandbox = Sandbox::builder().index_delay(Duration::ZERO).start().await.unwrap();
    nats.publish(&folder, &(0..120).map(|number| track(number % 40, number)).collect::<Vec<_>>());
    let instance = || nats.consume(&folder, &sandbox, &["--idle", "6", "--rate", "20/1s"]);
    let summaries = [instance(), instance(), instance()].map(summary);
    let moments: Vec<f64> = sandbox.state()["events"].as_array().unwrap().iter().map(received_at).collect();
    assert_eq!(moments.len(), 120, "{summaries:?}");
    let in_a_second =
        |from: &f64| moments.iter().filter(|moment| (*from..from + 1.0).contains(moment)).count();
    let most = moments.iter().map(in_a_second).max().unwrap();
    println!("{RATE} requests a second: at most {most} events in one, {summaries:?}");
    assert!(most <= RATE, "{most} in a second");
}

/// Three instances together stay under the limit of a plan, which answers 429 to what is above it.
#[tokio::test(flavor = "multi_thread")]
async fn instances_stay_under_the_limit_of_a_plan() {
    // New users come one a second.
    const N_USERS: usize = 10;
    let Some((nats, folder)) = Nats::start("plan") else { return };
    let (n_events, limit) = (world::number("PLAN_EVENTS", 28), world::number("PLAN_LIMIT", 60));
    let builder = Sandbox::builder().rate_limit(u32::try_from(limit).ok()).index_delay(Duration::ZERO);
    let sandbox = builder.log_limit(100_000).start().await.unwrap();
    let events: Vec<Value> = (0..n_events).map(|number| track(number % N_USERS, number)).collect();
    // A stream without events, for the instances share its partitions before there is anything to do.
    nats.publish(&folder, &[]);
    let rate = format!("{limit}/1m");
    let instances = [(); 3].map(|()| nats.consume(&folder, &sandbox, &["--rate", &rate]));
    tokio::time::sleep(Duration::from_secs(12)).await;
    nats.publish(&folder, &events);
    let begun = tokio::time::Instant::now();
    while numbers(&sandbox).values().map(Vec::len).sum::<usize>() < n_events {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let (requests, took) = (sandbox.requests(), begun.elapsed());
    instances.iter().for_each(terminate);
    let summaries = instances.map(summary);
    let n_refused = requests.iter().filter(|request| request.status == 429).count();
    println!(
        "{n_events} events, {} requests in {took:.1?} under {limit} a minute: {n_refused} answers 429, {summaries:?}",
        requests.len()
    );
    world::check_once_and_in_order(&sandbox, n_events, N_USERS);
    assert_eq!(n_refused, 0);
    assert!(summaries.iter().filter(|summary| summary["events"] != 0).count() > 1, "{summaries:?}");
}

/// A stream as a source.
struct Stream {
    nats: Nats,
    folder: PathBuf,
}

impl Station for Stream {
    fn fill(&self, events: &[Value]) {
        self.nats.publish(&self.folder, events);
    }

    fn start(&self, sandbox: &Sandbox) -> Child {
        self.nats.consume(&self.folder, sandbox, &["--attempts", "1"])
    }

    fn finish(&self, sandbox: &Sandbox, after_kill: bool) -> Value {
        // Longer than the lease of an instance that was killed.
        let idle = if after_kill { "14" } else { "3" };
        summary(self.nats.consume(&self.folder, sandbox, &["--attempts", "1", "--idle", idle]))
    }

    async fn dead(&self) -> Vec<Value> {
        let client = async_nats::connect(&self.nats.url).await.unwrap();
        let stream = async_nats::jetstream::new(client).get_stream("EVENTS-dead").await.unwrap();
        let mut letters = Vec::new();
        for sequence in 1..=stream.cached_info().state.last_sequence {
            let message = stream.get_raw_message(sequence).await.unwrap();
            letters.push(serde_json::from_slice(&message.payload).unwrap());
        }
        letters
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_of_a_stream_comes_to_its_end() {
    let Some((nats, folder)) = Nats::start("ends") else { return };
    suite::every_event_comes_to_its_end(&Stream { nats, folder }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_goes_on_after_a_kill() {
    let Some((nats, folder)) = Nats::start("goes-on") else { return };
    suite::what_was_killed_goes_on(&Stream { nats, folder }).await;
}

#[test]
fn wrong_streams_are_told_apart() {
    let Some((nats, folder)) = Nats::start("wrong") else { return };
    nats.publish(&folder, &[track(1, 1)]);
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
