//! The only reader of clocks and of chance. Tests stand still in tokio's paused time.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, SystemTime};

pub(super) use tokio::time::Instant;

#[cfg(feature = "cli")]
use crate::value::Day;

/// The moment, for measuring spans of time.
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Date and time, for comparing with dates that a server sent.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub(super) fn date() -> SystemTime {
    SystemTime::now()
}

/// The day, in UTC.
#[cfg(feature = "cli")]
pub(crate) fn today() -> Option<Day> {
    Day::of(date())
}

/// Date and time to the second, in UTC: `2026-10-01T12:00:00`.
#[cfg(feature = "cli")]
pub(crate) fn date_and_time() -> Option<String> {
    let moment = jiff::Timestamp::try_from(date()).ok()?;
    Some(moment.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

/// A watch that starts now: each call tells how long it has been running.
#[cfg(feature = "cli")]
pub(crate) fn stopwatch() -> impl Fn() -> Duration {
    let start = now();
    move || start.elapsed()
}

/// Waits.
pub(super) async fn wait(span: Duration) {
    tokio::time::sleep(span).await;
}

/// Waits until a moment that may have passed already.
pub(super) async fn wait_until(moment: Instant) {
    tokio::time::sleep_until(moment).await;
}

/// A number from 0 to below 1 that differs each time; good enough to spread retries, not for secrets.
pub(super) fn chance() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::chance;

    #[test]
    fn chance_stays_in_its_range_and_varies() {
        let drawn: Vec<f64> = (0..100).map(|_| chance()).collect();
        assert!(drawn.iter().all(|number| (0.0..1.0).contains(number)));
        assert!(drawn.iter().any(|number| (number - drawn[0]).abs() > f64::EPSILON));
    }
}
