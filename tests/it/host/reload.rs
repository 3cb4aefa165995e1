//! Events while mappings are saved: none is lost, none sees two versions, and a broken file is never served.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use mapwright::host::Change;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::destination::{Asked, Watched, route, save};

/// Events of a batch.
const BATCH: u64 = 100;

/// Batches under way at the same time.
const SIDE_BY_SIDE: usize = 4;

/// A mapping that marks each of its two requests with its version.
fn mapping(version: &str) -> String {
    format!(
        "format: 1\ndestination: example\nservice: {{base_url: {{value: \"https://api.example.com\"}}}}\n\
         tables: {{mark: {{rows: {{version: {{value: {version}}}, event: $.event, batch: $.batch}}}}}}\n\
         flows: {{track: {{event: track, steps: [{{first: {{post: /first, body: mark}}}}, \
         {{second: {{post: /second, body: mark}}}}]}}}}\n"
    )
}

/// Saves one version after the other every 100 ms, and something broken in between; gives how often it saved each.
async fn save_on(file: PathBuf, is_over: Arc<AtomicBool>) -> (usize, usize) {
    let (one, two) = (mapping("one"), mapping("two"));
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    for turn in 0_usize.. {
        if is_over.load(Ordering::Relaxed) {
            return (turn.div_ceil(2), turn / 2);
        }
        tick.tick().await;
        // Each is broken in its own way, so that what is told of it is told of it alone.
        let broken = one.replace("steps", &format!("steps_{turn}"));
        save(&file, [&two, &broken, &one, &broken][turn % 4]);
    }
    (0, 0)
}

/// Sends batches until there are so many, and then until the mapping was swapped often enough; gives how many events.
async fn send(client: &reqwest::Client, url: &str, most: u64, swaps: &Arc<AtomicU64>) -> u64 {
    let next = Arc::new(AtomicU64::new(0));
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..SIDE_BY_SIDE {
        let (client, url, next, swaps) = (client.clone(), url.to_owned(), next.clone(), swaps.clone());
        senders.spawn(async move {
            loop {
                let is_enough = next.load(Ordering::Relaxed) * BATCH >= most;
                if is_enough && swaps.load(Ordering::Relaxed) >= 4 {
                    return;
                }
                let batch = next.fetch_add(1, Ordering::Relaxed);
                let event =
                    |number| json!({"type": "track", "userId": number, "event": number, "batch": batch});
                let events: Vec<Value> = (batch * BATCH..(batch + 1) * BATCH).map(event).collect();
                assert_eq!(route(&client, &url, &events).await, vec![299; events.len()]);
            }
        });
    }
    while let Some(done) = senders.join_next().await {
        done.unwrap();
    }
    next.load(Ordering::Relaxed) * BATCH
}

/// Requests of each event, and versions of each batch.
fn sorted(asked: &[Asked]) -> (BTreeMap<u64, Vec<String>>, BTreeMap<u64, BTreeSet<String>>) {
    let mut events: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    let mut batches: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    for Asked { request, body } in asked {
        let version = body["version"].as_str().unwrap();
        let request = format!("{request} {version}");
        events.entry(body["event"].as_u64().unwrap()).or_default().push(request);
        batches.entry(body["batch"].as_u64().unwrap()).or_default().insert(version.to_owned());
    }
    (events, batches)
}

/// 4,000 events, or as many as `RELOAD_EVENTS` says.
#[tokio::test(flavor = "multi_thread")]
async fn no_event_is_lost_or_mixed_while_the_mapping_is_saved() {
    let wish = std::env::var_os("RELOAD_EVENTS");
    let most = wish.map_or(4_000, |wish| wish.to_str().unwrap().parse().unwrap());
    let mut watched = Watched::start("reload-events", &mapping("one"), 0).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let saving = tokio::spawn(save_on(watched.file.clone(), is_over.clone()));
    let swaps = Arc::new(AtomicU64::new(0));
    let (sender, mut told) = tokio::sync::mpsc::unbounded_channel();
    let (counted, mut changes) = (swaps.clone(), std::mem::replace(&mut watched.changes, told_nothing()));
    tokio::spawn(async move {
        while let Some(change) = changes.recv().await {
            counted.fetch_add(u64::from(matches!(change, Change::Active { .. })), Ordering::Relaxed);
            sender.send(change).unwrap();
        }
    });
    let begun = Instant::now();
    let sent = send(&watched.client, &watched.url, most, &swaps).await;
    let took = begun.elapsed();
    is_over.store(true, Ordering::Relaxed);
    let (n_good, n_broken) = saving.await.unwrap();

    let (events, batches) = sorted(&watched.destination.asked());
    assert_eq!(events.len() as u64, sent, "events are lost");
    for (event, requests) in &events {
        let version = requests[0].rsplit(' ').next().unwrap();
        assert_eq!(requests, &["first", "second"].map(|step| format!("POST /{step} {version}")), "{event}");
    }
    let mixed = batches.iter().filter(|(_, versions)| versions.len() != 1).count();
    assert_eq!(mixed, 0, "batches saw two versions");

    let mut all = Vec::new();
    while let Ok(change) = told.try_recv() {
        all.push(change);
    }
    let refused: Vec<String> =
        all.iter().filter(|change| matches!(change, Change::Refused(_))).map(ToString::to_string).collect();
    let n_refused = refused.iter().collect::<BTreeSet<_>>().len();
    assert_eq!(n_refused, refused.len(), "told twice");
    println!(
        "{sent} events in {took:.1?}, {n_good} good files and {n_broken} broken ones saved, {} swaps, {n_refused} refusals told, \
         0 events lost, 0 mixed",
        swaps.load(Ordering::Relaxed)
    );
}

fn told_nothing() -> tokio::sync::mpsc::UnboundedReceiver<Change> {
    tokio::sync::mpsc::unbounded_channel().1
}
