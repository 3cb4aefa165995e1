//! One corpus through all ways into the engine, each in front of a sandbox of its own: the library, `deliver`, the router
//! and the processor of a host, the C library and the Node addon. Requests, outcomes and error texts are the same.
//!
//! The corpus: the events of our cases, those of the conformance cases where they are there, and generated ones.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and the table is for people"
)]

mod corpus_of;
mod ways;

use std::collections::BTreeMap;

use corpus_of::corpus;
use ways::{Way, ways};

#[tokio::test(flavor = "multi_thread")]
async fn every_way_gives_the_same_requests_outcomes_and_reasons() {
    let events = corpus();
    assert!(events.len() >= 1_100, "{} events", events.len());
    let mut all: BTreeMap<usize, Way> = BTreeMap::new();
    for (number, way) in ways().into_iter().enumerate() {
        if let Some(way) = way.run(&events).await {
            all.insert(number, way);
        }
    }
    let first = &all[&0];
    assert!(first.requests.len() > events.len(), "{} requests", first.requests.len());
    println!(
        "| way | events | requests | other requests | other outcomes | other reasons |\n| --- | --- | --- | --- | --- | --- |"
    );
    let mut differences = Vec::new();
    for way in all.values() {
        let requests = differing(&first.requests, &way.requests);
        let (outcomes, reasons) = first.told_as(way);
        let (outcomes, reasons) = (differing(&outcomes, &way.outcomes), differing(&reasons, &way.reasons));
        println!(
            "| {} | {} | {} | {} | {} | {} |",
            way.name,
            events.len(),
            way.requests.len(),
            requests.len(),
            outcomes.len(),
            reasons.len()
        );
        differences.extend(
            [requests, outcomes, reasons].concat().into_iter().map(|what| format!("{}: {what}", way.name)),
        );
    }
    assert!(differences.is_empty(), "{:#?}", &differences[..differences.len().min(20)]);
}

/// The places that differ.
fn differing(one: &[String], other: &[String]) -> Vec<String> {
    let longest = one.len().max(other.len());
    let pair = |place: usize| (one.get(place), other.get(place));
    (0..longest).map(pair).filter(|(one, other)| one != other).map(|pair| format!("{pair:?}")).collect()
}
