//! Nothing is allocated for an event, once memory has grown to what events need.
//!
//! A test binary of its own, since the allocator that counts is that of the whole program.

#[path = "../src/engine.rs"]
mod engine;

use contest::{Corpus, Made};
use engine::{Engine, session};
use serde_json::Value;

/// Events in which memory may grow.
const FIRST: usize = 100;

#[test]
fn none_for_an_event_in_bytes() {
    check(|engine, event| {
        let event = event.as_bytes().to_vec();
        Box::new(move |out| engine.prepare(&event, out))
    });
}

#[test]
fn none_for_a_parsed_event() {
    check(|engine, event| {
        let event: Value = serde_json::from_str(event).expect("it is JSON");
        Box::new(move |out| engine.prepare_value(&event, out))
    });
}

type Prepare<'e> = Box<dyn FnMut(&mut Vec<u8>) -> Made + 'e>;

#[track_caller]
fn check(entry: impl for<'e> Fn(&'e mut Engine, &str) -> Prepare<'e>) {
    let corpus = Corpus::checked("mixed");
    let mut engine = Engine::new(session(&corpus));
    let mut out = Vec::with_capacity(8192);
    let (mut bodies, mut rejections) = (0, 0);
    for (index, event) in corpus.events.iter().enumerate() {
        let mut prepare = entry(&mut engine, event);
        out.clear();
        let mut made = Made::Nothing;
        let counted = allocation_counter::measure(|| made = prepare(&mut out));
        assert!(index < FIRST || counted.count_total == 0, "event {index}: {counted:?}\n{event}");
        bodies += usize::from(made == Made::Body);
        rejections += usize::from(made == Made::Rejected);
    }
    assert_eq!((bodies, rejections), (9_362, 591), "the events have become others");
}
