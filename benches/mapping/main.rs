//! Reading, compiling and running mappings, next to what plain JSON costs; `docs/performance.md` has the numbers.
//!
//! Each iteration is a pass over 1,000 events, so a millisecond of a pass is a microsecond of an event.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "whatever goes wrong here stops the benchmark"
)]
#![expect(clippy::wildcard_imports, reason = "a module here is a heading of the table")]

mod hand;
mod oracle;
#[path = "../../tests/it/scripted.rs"]
mod scripted;
mod sets;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use mapwright::diag::Diagnostics;
use mapwright::{compile, model, source};
use scripted::ZENDESK;
use serde_json::Value;
use sets::{Kind, Set, first_body, replay};

fn main() {
    oracle::check();
    divan::Divan::default().sample_count(40).config_with_args().main();
}

/// What the same events cost without any mapping.
mod floor {
    use super::*;

    #[divan::bench(args = Kind::ALL)]
    fn a_parse(bencher: Bencher<'_, '_>, kind: Kind) {
        let set = kind.set();
        pass(bencher, set).bench_local(|| {
            for line in &set.lines {
                black_box(serde_json::from_slice::<Value>(black_box(line.as_bytes())).unwrap());
            }
        });
    }

    #[divan::bench(args = Kind::ALL)]
    fn b_parse_and_write(bencher: Bencher<'_, '_>, kind: Kind) {
        let set = kind.set();
        pass(bencher, set).bench_local(|| {
            for line in &set.lines {
                let value: Value = serde_json::from_slice(black_box(line.as_bytes())).unwrap();
                black_box(serde_json::to_vec(&value).unwrap());
            }
        });
    }
}

/// The body that identifies a user, from Rust written for the purpose.
mod by_hand {
    use super::*;

    #[divan::bench]
    fn a_parsed_to_body(bencher: Bencher<'_, '_>) {
        let set = Kind::Identify.set();
        pass(bencher, set).bench_local(|| {
            for value in &set.values {
                black_box(hand::user_body(black_box(value)).unwrap());
            }
        });
    }

    #[divan::bench]
    fn b_bytes_to_body(bencher: Bencher<'_, '_>) {
        let set = Kind::Identify.set();
        pass(bencher, set).bench_local(|| {
            for line in &set.lines {
                let value = serde_json::from_slice(black_box(line.as_bytes())).unwrap();
                black_box(hand::user_body(&value).unwrap());
            }
        });
    }
}

/// Events through `mappings/zendesk.yaml`, with answers at hand.
mod run {
    use super::*;

    #[divan::bench(args = Kind::ALL)]
    fn a_parsed_to_first_body(bencher: Bencher<'_, '_>, kind: Kind) {
        let set = kind.set();
        pass(bencher, set).bench_local(|| {
            for index in 0..set.lines.len() {
                black_box(first_body(set, index, set.values[index].clone()));
            }
        });
    }

    #[divan::bench(args = Kind::ALL)]
    fn b_bytes_to_first_body(bencher: Bencher<'_, '_>, kind: Kind) {
        let set = kind.set();
        pass(bencher, set).bench_local(|| {
            for (index, line) in set.lines.iter().enumerate() {
                let value: Value = serde_json::from_slice(black_box(line.as_bytes())).unwrap();
                black_box(first_body(set, index, value.into()));
            }
        });
    }

    #[divan::bench(args = Kind::ALL)]
    fn c_parsed_to_end(bencher: Bencher<'_, '_>, kind: Kind) {
        to_end(bencher, kind.set(), false);
    }

    #[divan::bench(args = Kind::ALL)]
    fn d_parsed_to_end_with_trace(bencher: Bencher<'_, '_>, kind: Kind) {
        to_end(bencher, kind.set(), true);
    }

    fn to_end(bencher: Bencher<'_, '_>, set: &Set, trace: bool) {
        pass(bencher, set).bench_local(|| {
            for index in 0..set.lines.len() {
                black_box(replay(set, index, trace));
            }
        });
    }
}

/// Identify events of about the same size through mappings of one request with ever more rows.
#[divan::bench(args = [10, 100, 1_000])]
fn run_rows(bencher: Bencher<'_, '_>, rows: u64) {
    let set = Set::of_rows(rows);
    pass(bencher, &set).bench_local(|| {
        for index in 0..set.lines.len() {
            black_box(first_body(&set, index, set.values[index].clone()));
        }
    });
}

/// Identify events with ever more traits through a mapping of 20 rows.
#[divan::bench(args = [5, 50, 500])]
fn run_traits(bencher: Bencher<'_, '_>, traits: u64) {
    let set = Set::of_traits(traits);
    pass(bencher, &set).bench_local(|| {
        for index in 0..set.lines.len() {
            black_box(first_body(&set, index, set.values[index].clone()));
        }
    });
}

/// From the text of a mapping; one file an iteration.
mod load {
    use super::*;

    const MAPPINGS: [(&str, u64); 4] =
        [("zendesk", 0), ("rows 10", 10), ("rows 100", 100), ("rows 1000", 1_000)];

    fn text(name: &str) -> String {
        let rows = MAPPINGS.iter().find(|(known, _)| *known == name).unwrap().1;
        if rows == 0 { ZENDESK.to_owned() } else { corpus::mapping_with_rows(rows) }
    }

    #[divan::bench(args = MAPPINGS.map(|(name, _)| name))]
    fn a_source(bencher: Bencher<'_, '_>, name: &str) {
        let text = text(name);
        bencher
            .counter(BytesCount::of_str(&text))
            .bench_local(|| source::read(&text, &mut Diagnostics::new()).unwrap());
    }

    #[divan::bench(args = MAPPINGS.map(|(name, _)| name))]
    fn b_source_and_model(bencher: Bencher<'_, '_>, name: &str) {
        let text = text(name);
        bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
            let mut found = Diagnostics::new();
            let document = source::read(&text, &mut found).unwrap();
            model::lower(&document, &mut found).unwrap()
        });
    }

    #[divan::bench(args = MAPPINGS.map(|(name, _)| name))]
    fn c_all(bencher: Bencher<'_, '_>, name: &str) {
        let text = text(name);
        bencher
            .counter(BytesCount::of_str(&text))
            .bench_local(|| compile::load(&text, &mut Diagnostics::new()).unwrap());
    }
}

/// Counts a pass over a set.
fn pass<'a, 'b>(bencher: Bencher<'a, 'b>, set: &Set) -> Bencher<'a, 'b> {
    let n_bytes: usize = set.lines.iter().map(String::len).sum();
    bencher.counter(ItemsCount::new(set.lines.len())).counter(BytesCount::new(n_bytes))
}
