//! Writes made-up events to standard output, one a line: `cargo run -p corpus --example events -- 10000`.

use std::io::{self, BufWriter, Write};

/// The seed with which most tests and benchmarks begin.
const SEED: u64 = 42;

fn main() -> io::Result<()> {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000);
    let mut out = BufWriter::new(io::stdout().lock());
    for event in corpus::events(SEED, count, corpus::Variant::Shuffled) {
        writeln!(out, "{event}")?;
    }
    out.flush()
}
