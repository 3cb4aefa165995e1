//! Tests in Rust; what a case file can say stands in `tests/cases`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and says what it measured"
)]

mod against_schemas;
mod blocks;
mod classic;
mod cli;
mod commands;
mod conformance;
mod corpus;
mod coverage;
mod crash;
mod dead_letters;
mod deciding;
mod destination;
mod diff;
mod docs;
mod entries;
mod explain;
mod good;
mod graph;
mod host;
mod json;
mod limits;
mod lint;
mod linting;
mod many;
mod mistakes;
mod moving;
mod mutants;
mod plans;
mod pressed;
mod robust;
mod schema;
mod scripted;
mod secrets;
mod shown_schemas;
mod testing;
mod tidy;
mod watching;
mod witness;
