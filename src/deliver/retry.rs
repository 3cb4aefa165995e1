//! How long to wait before a request is made again. Pure: no clock, no randomness.

use std::time::{Duration, SystemTime};

/// How often and how patiently a request is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Times that one request is made at most, the first included.
    pub attempts: u32,
    /// Wait before the second attempt; each further wait is twice the one before.
    pub first: Duration,
    /// No wait is longer, whoever asks for it.
    pub longest: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 6, first: Duration::from_millis(500), longest: Duration::from_mins(1) }
    }
}

impl RetryPolicy {
    /// The same attempts without any wait, for tests with scripted replies.
    #[must_use]
    pub fn without_waiting(attempts: u32) -> Self {
        Self { attempts, first: Duration::ZERO, longest: Duration::ZERO }
    }
}

/// How long to wait before an attempt; `None` gives up.
///
/// `attempt` is the one about to be made and counts from 1, which never waits. A `Retry-After` of the server wins over
/// our back-off, up to `policy.longest`. `jitter`, from 0 to 1, spreads the back-off over the upper half of its span.
///
/// Source: RFC 9110, section 10.2.3.
#[must_use]
pub fn wait_before(
    attempt: u32,
    retry_after: Option<Duration>,
    policy: &RetryPolicy,
    jitter: f64,
) -> Option<Duration> {
    if attempt > policy.attempts {
        return None;
    }
    let Some(repeats) = attempt.checked_sub(2) else { return Some(Duration::ZERO) };
    if let Some(wish) = retry_after {
        return Some(wish.min(policy.longest));
    }
    let doubled = 2_u32.checked_pow(repeats).and_then(|factor| policy.first.checked_mul(factor));
    let span = doubled.unwrap_or(policy.longest).min(policy.longest);
    Some(span.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0))
}

/// The span that a `Retry-After` header asks for: seconds, or a date compared with `now`.
///
/// Source: RFC 9110, section 10.2.3.
pub(super) fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(header).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy =
        RetryPolicy { attempts: 4, first: Duration::from_secs(1), longest: Duration::from_secs(3) };

    #[track_caller]
    fn check(attempt: u32, wish: Option<u64>, jitter: f64, expected: Option<f64>) {
        let wait = wait_before(attempt, wish.map(Duration::from_secs), &POLICY, jitter);
        assert_eq!(wait.map(|wait| wait.as_secs_f64()), expected);
    }

    #[test]
    fn first_attempt_never_waits() {
        check(1, Some(30), 1.0, Some(0.0));
    }

    #[test]
    fn back_off_doubles_up_to_the_longest() {
        check(2, None, 1.0, Some(1.0));
        check(3, None, 1.0, Some(2.0));
        check(4, None, 1.0, Some(3.0));
    }

    #[test]
    fn jitter_takes_at_most_half() {
        check(3, None, 0.0, Some(1.0));
        check(3, None, 0.5, Some(1.5));
    }

    #[test]
    fn server_wish_wins_over_back_off() {
        check(2, Some(2), 0.0, Some(2.0));
        check(3, Some(0), 1.0, Some(0.0));
    }

    #[test]
    fn server_wish_is_capped() {
        check(2, Some(3600), 0.0, Some(3.0));
    }

    #[test]
    fn gives_up_after_the_last_attempt() {
        check(5, None, 0.0, None);
        check(5, Some(1), 0.0, None);
    }

    #[test]
    fn huge_numbers_stay_in_range() {
        let policy = RetryPolicy { attempts: u32::MAX, ..POLICY };
        assert_eq!(wait_before(u32::MAX, None, &policy, 1.0), Some(policy.longest));
        assert_eq!(wait_before(9, Some(Duration::MAX), &policy, 1.0), Some(policy.longest));
    }

    #[test]
    fn reads_seconds_and_dates() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let read = |header| retry_after(header, now).map(|span| span.as_secs());
        assert_eq!(read(" 27 "), Some(27));
        assert_eq!(read("Sun, 06 Nov 1994 08:50:07 GMT"), Some(30));
        assert_eq!(read("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
        assert_eq!(read("soon"), None);
        assert_eq!(read("-1"), None);
    }
}
