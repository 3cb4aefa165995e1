//! Contestants that know nothing of the engine, built with plain `serde_json`.

#![expect(clippy::expect_used, reason = "whatever goes wrong here stops the program")]

mod toy;

use contest::{Contestant, Corpus, Each, Made};
use hand::Refused;
use serde::de::IgnoredAny;
use serde_json::Value;

fn main() {
    let plain = serde_json::from_str::<Value>("{\"b\":1.50,\"a\":2}").expect("it is JSON");
    assert_eq!(
        plain.to_string(),
        "{\"a\":2,\"b\":1.5}",
        "a feature of serde_json has leaked into the baselines"
    );
    contest::main(&CONTESTANTS);
}

const CONTESTANTS: [Contestant; 5] = [
    Contestant::Each("floor", floor),
    Contestant::Each("validate", validate),
    Contestant::Each("hand-value", hand_value),
    Contestant::Each("toy", |corpus| toy(corpus, false)),
    Contestant::Each("toy-compiled", |corpus| toy(corpus, true)),
];

/// Parses an event to a tree and writes it back: what any design costs that has a tree.
fn floor(corpus: &Corpus) -> Each {
    let events = corpus.events.clone();
    Box::new(move |index, out| {
        let event = parsed(events.get(index));
        *out = serde_json::to_vec(&event).expect("a value can be written");
        Made::Body
    })
}

/// Parses an event and keeps nothing.
fn validate(corpus: &Corpus) -> Each {
    let events = corpus.events.clone();
    Box::new(move |index, _| {
        let event = events.get(index).map_or("", String::as_str);
        serde_json::from_slice::<IgnoredAny>(event.as_bytes()).expect("it is JSON");
        Made::Nothing
    })
}

/// Parses an event to a tree; the rest is hand-written.
fn hand_value(corpus: &Corpus) -> Each {
    let events = corpus.events.clone();
    Box::new(move |index, out| {
        let made = hand::prepare(&parsed(events.get(index)), out);
        ended(made, out)
    })
}

fn toy(corpus: &Corpus, compiled: bool) -> Each {
    let events = corpus.events.clone();
    let toy = toy::Toy::new(compiled);
    Box::new(move |index, out| {
        let made = toy.prepare(&parsed(events.get(index)));
        let body = made
            .map(|body| body.map(|body| *out = serde_json::to_vec(&body).expect("a value can be written")));
        ended(body.map(|body| body.is_some()), out)
    })
}

fn parsed(event: Option<&String>) -> Value {
    serde_json::from_slice(event.map_or("", String::as_str).as_bytes()).expect("it is JSON")
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
