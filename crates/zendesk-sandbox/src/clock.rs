//! The only place that reads a clock.
//!
//! A request takes one [`Moment`] when it arrives and uses it throughout, so all stamps of one write agree.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// When a request arrived, on the wall and on the steady clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Wall time; goes into `created_at` and `updated_at`.
    pub(crate) wall: Timestamp,
    /// Steady time; measures delays, token lifetimes and rate windows.
    pub(crate) steady: Instant,
}

impl Moment {
    /// Now.
    pub(crate) fn now() -> Self {
        Self { wall: Timestamp::now(), steady: Instant::now() }
    }
}

/// Length of a rate window.
pub(crate) const MINUTE: Duration = Duration::from_mins(1);

/// A stamp with second precision, as Support records carry it: `2023-09-18T23:26:04Z`.
pub(crate) fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A stamp with millisecond precision, as events carry it: `2024-05-01T10:00:00.000Z`.
pub(crate) fn milliseconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_have_the_precision_of_their_kind() {
        let at: Timestamp = "2024-05-01T10:00:00.25Z".parse().unwrap();
        assert_eq!(seconds(at), "2024-05-01T10:00:00Z");
        assert_eq!(milliseconds(at), "2024-05-01T10:00:00.250Z");
    }
}
