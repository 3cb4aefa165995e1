//! Made-up customer events, the same ones each time, for tests, benchmarks and fuzzing.
//!
//! In comes a seed, out go events as JSON text, one a line. Nothing here reads a clock or a file, and nothing here
//! knows the engine: key order, escapes and the digits of numbers are written by hand, so that no library can change
//! them. [`events`] are as messy as those of real sources; [`deliverable_events`] are all accepted by the Zendesk
//! mapping and by Zendesk, and a [`scrap`] is as likely to be no JSON at all.

mod deliverable;
mod event;
mod json;
mod mapping;
mod person;
mod random;
mod scrap;
mod words;

pub use deliverable::deliverable_events;
pub use event::{Variant, events};
pub use mapping::{mapping_with_places, mapping_with_rows};
pub use random::Random;
pub use scrap::scrap;
pub use words::trait_keys;

/// FNV-1a (64 bits) of lines, each with its line feed.
///
/// Source: draft-eastlake-fnv, section 5.
pub fn checksum(lines: impl IntoIterator<Item = impl AsRef<str>>) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    for line in lines {
        for byte in line.as_ref().bytes().chain([b'\n']) {
            sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    sum
}
