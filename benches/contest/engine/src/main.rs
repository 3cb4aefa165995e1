//! The engine as a contestant, and rivals that read its own kind of values.

#![expect(clippy::expect_used, reason = "whatever goes wrong here stops the program")]

mod engine;
mod many;
mod scanned;

use contest::{Contestant, Corpus, Each, Made};
use hand::Refused;
use serde_json::Value;

use engine::{Engine, session};
use scanned::Scanned;

fn main() {
    contest::main(&[
        Contestant::Each("scan", scan),
        Contestant::Each("plan-bytes", plan_bytes),
        Contestant::Each("plan-value", plan_value),
        Contestant::Each("plan-of-1", |corpus| many::mappings(corpus, 1)),
        Contestant::Each("plan-of-100", |corpus| many::mappings(corpus, 100)),
        Contestant::Whole("plan-threads-1", |corpus| many::threads(corpus, 1)),
        Contestant::Whole("plan-threads-2", |corpus| many::threads(corpus, 2)),
        Contestant::Whole("run", |corpus| many::runs(corpus, false)),
        Contestant::Whole("run-traced", |corpus| many::runs(corpus, true)),
        Contestant::Whole("load", many::loads),
        Contestant::Each("hand-parsed", hand_parsed),
        Contestant::Each("hand-scanner", hand_scanner),
    ]);
}

/// Checks that an event is JSON with the scanner of the engine, and keeps nothing.
fn scan(corpus: &Corpus) -> Each {
    let events = corpus.events.clone();
    Box::new(move |index, _| {
        mapwright::json::scan::validate(bytes(&events, index)).expect("it is JSON");
        Made::Nothing
    })
}

/// The engine, from bytes to bytes.
fn plan_bytes(corpus: &Corpus) -> Each {
    let events = corpus.events.clone();
    let mut engine = Engine::new(session(corpus));
    Box::new(move |index, out| engine.prepare(bytes(&events, index), out))
}

/// The engine, from a parsed event to bytes.
fn plan_value(corpus: &Corpus) -> Each {
    let events = parsed(corpus);
    let mut engine = Engine::new(session(corpus));
    Box::new(move |index, out| engine.prepare_value(&events[index], out))
}

/// Written by hand, from a parsed event to bytes.
fn hand_parsed(corpus: &Corpus) -> Each {
    let events = parsed(corpus);
    Box::new(move |index, out| ended(hand::prepare(&events[index], out), out))
}

/// Written by hand on the scanner of the engine, from bytes to bytes.
fn hand_scanner(corpus: &Corpus) -> Each {
    let events = corpus.events.clone();
    let mut scanned = Scanned::default();
    Box::new(move |index, out| ended(scanned.prepare(bytes(&events, index), out), out))
}

fn ended(made: Result<bool, Refused>, out: &mut Vec<u8>) -> Made {
    let (made, why) = match made {
        Ok(true) => return Made::Body,
        Ok(false) => return Made::Nothing,
        Err(Refused::Rejected(why)) => (Made::Rejected, why),
        Err(Refused::Skipped(why)) => (Made::Skipped, why),
    };
    out.clear();
    out.extend_from_slice(why.as_bytes());
    made
}

fn bytes(events: &[String], index: usize) -> &[u8] {
    events.get(index).map_or(b"", String::as_bytes)
}

fn parsed(corpus: &Corpus) -> Vec<Value> {
    corpus.events.iter().map(|event| serde_json::from_str(event).expect("it is JSON")).collect()
}
