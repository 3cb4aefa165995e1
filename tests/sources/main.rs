//! Sources of events, each by the same checks: files, streams of a NATS server, topics of Kafka.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and says what it measured"
)]

mod file;
#[cfg(feature = "kafka")]
mod kafka;
mod nats;
mod suite;
mod world;
