//! Events from a broker: the sources that give an event out again until they hear of its end, for many instances at once.
//!
//! ```text
//! broker ─ partition (held by one instance) ─▶ Source ─▶ deliver ─▶ Ticket ─ end ─▶ broker: acknowledged, or a dead letter
//! ```
//!
//! Events with one order key are in one partition, and a partition is one instance's at a time, so their order is kept.
//! What an instance had begun when it went away is in doubt for the next one, see `hold`.

mod hold;
#[cfg(feature = "kafka")]
pub mod kafka;
#[cfg(feature = "nats")]
pub mod nats;

use std::fmt;

use crate::deliver::SourceError;

/// Names what went wrong.
fn cannot(what: &str, error: &dyn fmt::Display) -> SourceError {
    SourceError::new(format!("cannot {what}: {error}"))
}

/// The partition of an order key: FNV-1a of its bytes, 32 bits wide, modulo the number of partitions. It is the hash of
/// the server's own `partition()` in a subject mapping, so that publishers may leave it to the server.
///
/// Source: <https://docs.nats.io/nats-concepts/subject_mapping>, "Deterministic Subject Token Partitioning".
#[must_use]
pub fn partition_of(key: &str, partitions: u32) -> u32 {
    let hash =
        key.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash % partitions.max(1)
}

#[cfg(test)]
mod tests {
    use super::partition_of;

    /// Source: <http://www.isthe.com/chongo/tech/comp/fnv/>, test vectors of FNV-1a.
    #[test]
    fn the_hash_is_fnv_1a() {
        for (text, hash) in [("", 0x811c_9dc5_u32), ("a", 0xe40c_292c), ("foobar", 0xbf9c_f968)] {
            assert_eq!(partition_of(text, u32::MAX), hash % u32::MAX, "{text}");
        }
    }

    #[test]
    fn all_partitions_are_used() {
        let used: std::collections::BTreeSet<u32> =
            (0..100).map(|user| partition_of(&format!("u{user}"), 8)).collect();
        assert_eq!(used.len(), 8);
    }
}
