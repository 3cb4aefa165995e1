//! Reading, compiling and running mappings, next to what plain JSON costs; `docs/performance.md` has the numbers.
//! How the evaluator compares with others is measured in `benches/contest`.
//!
//! Each iteration is a pass over 1,000 events, so a millisecond of a pass is a microsecond of an event.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "whatever goes wrong here stops the benchmark"
)]
#![expect(clippy::wildcard_imports, reason = "a module here is a heading of the table")]

mod oracle;
#[path = "../../tests/it/scripted.rs"]
mod scripted;
mod sets;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use mapwright::diag::Diagnostics;
use mapwright::{compile, json, model, source};
use scripted::ZENDESK;
use serde::de::IgnoredAny;
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
        passes(bencher, kind.set(), |set, index| parsed(&set.lines[index]));
    }

    #[divan::bench(args = Kind::ALL)]
    fn b_parse_and_write(bencher: Bencher<'_, '_>, kind: Kind) {
        passes(bencher, kind.set(), |set, index| serde_json::to_vec(&parsed(&set.lines[index])));
    }
}

/// The same events checked as JSON.
mod scan {
    use super::*;

    #[divan::bench(args = Kind::ALL)]
    fn a_our_scanner(bencher: Bencher<'_, '_>, kind: Kind) {
        passes(bencher, kind.set(), |set, index| {
            json::scan::validate(black_box(set.lines[index].as_bytes())).unwrap();
        });
    }

    #[divan::bench(args = Kind::ALL)]
    fn b_serde_json_keeping_nothing(bencher: Bencher<'_, '_>, kind: Kind) {
        passes(bencher, kind.set(), |set, index| {
            serde_json::from_slice::<IgnoredAny>(black_box(set.lines[index].as_bytes())).unwrap()
        });
    }

    #[divan::bench(args = Kind::ALL)]
    fn c_serde_json_to_a_tree(bencher: Bencher<'_, '_>, kind: Kind) {
        passes(bencher, kind.set(), |set, index| parsed(&set.lines[index]));
    }
}

/// Events through `mappings/zendesk.yaml`, with answers at hand.
mod run {
    use super::*;

    #[divan::bench(args = Kind::ALL)]
    fn a_parsed_to_first_body(bencher: Bencher<'_, '_>, kind: Kind) {
        passes(bencher, kind.set(), |set, index| first_body(set, index, set.values[index].clone()));
    }

    #[divan::bench(args = Kind::ALL)]
    fn b_bytes_to_first_body(bencher: Bencher<'_, '_>, kind: Kind) {
        passes(bencher, kind.set(), |set, index| first_body(set, index, parsed(&set.lines[index]).into()));
    }

    #[divan::bench(args = Kind::ALL)]
    fn c_parsed_to_end(bencher: Bencher<'_, '_>, kind: Kind) {
        passes(bencher, kind.set(), |set, index| replay(set, index, false));
    }

    #[divan::bench(args = Kind::ALL)]
    fn d_parsed_to_end_with_trace(bencher: Bencher<'_, '_>, kind: Kind) {
        passes(bencher, kind.set(), |set, index| replay(set, index, true));
    }
}

/// From the text of a mapping; an iteration is one file.
mod load {
    use super::*;

    const MAPPINGS: [&str; 4] = ["zendesk", "rows 10", "rows 100", "rows 1000"];

    fn text(name: &str) -> String {
        let rows = name.strip_prefix("rows ").map(|rows| rows.parse().unwrap());
        rows.map_or_else(|| ZENDESK.to_owned(), corpus::mapping_with_rows)
    }

    #[divan::bench(args = MAPPINGS)]
    fn a_source(bencher: Bencher<'_, '_>, name: &str) {
        let text = text(name);
        bencher.bench_local(|| source::read(&text, &mut Diagnostics::new()).unwrap());
    }

    #[divan::bench(args = MAPPINGS)]
    fn b_source_and_model(bencher: Bencher<'_, '_>, name: &str) {
        let text = text(name);
        let lowered = || {
            let mut found = Diagnostics::new();
            let document = source::read(&text, &mut found).unwrap();
            model::lower(&document, &mut found).unwrap()
        };
        bencher.bench_local(lowered);
    }

    #[divan::bench(args = MAPPINGS)]
    fn c_all(bencher: Bencher<'_, '_>, name: &str) {
        let text = text(name);
        bencher.bench_local(|| compile::load(&text, &mut Diagnostics::new()).unwrap());
    }
}

fn parsed(line: &str) -> Value {
    serde_json::from_slice(black_box(line.as_bytes())).unwrap()
}

/// Times passes over a set.
fn passes<T>(bencher: Bencher<'_, '_>, set: &Set, one: impl Fn(&Set, usize) -> T) {
    let pass = || (0..set.lines.len()).for_each(|index| drop(black_box(one(set, black_box(index)))));
    bencher.counter(ItemsCount::new(set.lines.len())).bench_local(pass);
}
