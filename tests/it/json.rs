//! The scanner of JSON takes what another reader takes, and refuses what it refuses.

use corpus::{Random, Variant, events, scrap};
use mapwright::json::scan::validate;
use serde_json::Value;

/// How many small texts are compared.
const TEXTS: usize = 1_000_000;

/// Compares the two, and gives whether they take a text.
#[track_caller]
fn compare(text: &[u8]) -> bool {
    let is_good = serde_json::from_slice::<Value>(text).is_ok();
    let ours = validate(text);
    assert_eq!(ours.is_ok(), is_good, "{ours:?} {:?}", String::from_utf8_lossy(text));
    assert!(ours.map_or_else(|bad| bad.offset(), |()| 0) <= text.len());
    is_good
}

#[test]
fn a_million_small_texts() {
    let (mut random, mut text) = (Random::new(7), Vec::new());
    let mut n_good = 0;
    for _ in 0..TEXTS {
        scrap(&mut random, &mut text);
        n_good += usize::from(compare(&text));
    }
    println!("{n_good} of {TEXTS} texts are JSON");
    assert!((TEXTS / 3..TEXTS * 2 / 3).contains(&n_good));
}

#[test]
fn events_cut_short_and_with_a_byte_changed() {
    let mut random = Random::new(9);
    for event in events(9, 40, Variant::Shuffled) {
        assert!(compare(event.as_bytes()));
        for _ in 0..50 {
            let mut bytes = event.clone().into_bytes();
            let at = random.index(bytes.len());
            assert!(!compare(&bytes[..at]));
            bytes[at] = random.bits().to_le_bytes()[0];
            compare(&bytes);
        }
    }
}
