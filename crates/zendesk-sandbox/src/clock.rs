//! The only place that reads a clock.
//!
//! A request takes one [`Moment`] when it arrives and uses it throughout, so all stamps of one write agree.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// Where a manual clock starts: 2024-01-01T00:00:00Z.
const MANUAL_START: i64 = 1_704_067_200;
/// Length of a rate window in seconds.
const MINUTE: i64 = 60;

/// When a request arrived, on the wall and on the steady clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Wall time; goes into `created_at` and `updated_at`, and decides the minute of a limit.
    pub(crate) wall: Timestamp,
    /// Steady time; measures delays and token lifetimes.
    pub(crate) steady: Instant,
}

impl Moment {
    fn now() -> Self {
        Self { wall: Timestamp::now(), steady: Instant::now() }
    }

    /// Some time after this moment.
    pub(crate) fn after(self, later: Duration) -> Self {
        let seconds = SignedDuration::try_from(later).unwrap_or(SignedDuration::MAX);
        let wall = self.wall.checked_add(seconds).unwrap_or(Timestamp::MAX);
        Self { wall, steady: self.steady.checked_add(later).unwrap_or(self.steady) }
    }

    /// The number of the clock minute.
    pub(crate) fn minute(self) -> i64 {
        self.wall.as_second().div_euclid(MINUTE)
    }

    /// Whole seconds to the next clock minute, 1 to 60.
    pub(crate) fn to_next_minute(self) -> i64 {
        MINUTE - self.wall.as_second().rem_euclid(MINUTE)
    }
}

/// The sandbox's own clock: the system's, or one that only moves when told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    /// Where a manual clock started; `None` follows the system.
    start: Option<Moment>,
    /// How far the clock was advanced.
    skew: Duration,
}

impl Clock {
    /// A clock that follows the system's, or stands still at the start of 2024.
    pub(crate) fn new(manual: bool) -> Self {
        let start = manual.then(|| Moment {
            wall: Timestamp::from_second(MANUAL_START).unwrap_or(Timestamp::UNIX_EPOCH),
            steady: Instant::now(),
        });
        Self { start, skew: Duration::ZERO }
    }

    /// Now, as this clock has it.
    pub(crate) fn now(&self) -> Moment {
        self.start.unwrap_or_else(Moment::now).after(self.skew)
    }

    /// Moves the clock ahead.
    pub(crate) fn advance(&mut self, by: Duration) {
        self.skew = self.skew.saturating_add(by);
    }
}

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

    #[test]
    fn a_manual_clock_moves_when_told() {
        let mut clock = Clock::new(true);
        assert_eq!(seconds(clock.now().wall), "2024-01-01T00:00:00Z");
        clock.advance(Duration::from_secs(33));
        assert_eq!(
            (clock.now().to_next_minute(), seconds(clock.now().wall)),
            (27, "2024-01-01T00:00:33Z".into())
        );
    }
}
