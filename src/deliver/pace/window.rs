//! The limits of an account as the destination itself tells them in the headers of its replies: so many requests until a
//! moment.
//!
//! A destination may count some requests apart from the others, under the same headers. So there is a window for each
//! number of requests that replies have named as the limit, and a step counts in the one that its last reply named.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::super::clock::{self, Instant};
use super::turns::Turns;

/// How long a destination that has once refused for too many requests counts as one with limits.
const REMEMBERED: Duration = Duration::from_hours(1);

/// What a reply says of the account's limit.
///
/// Source: IETF draft "`RateLimit` header fields for HTTP", version 6: `RateLimit-Limit`, `-Remaining`, `-Reset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Requests in a window.
    pub limit: u32,
    /// Requests left in this one.
    pub remaining: u32,
    /// Time until the next one.
    pub reset: Duration,
}

/// Counts along with the destination.
#[derive(Debug, Default)]
pub(super) struct Windows {
    state: Mutex<State>,
    turns: Turns,
}

#[derive(Debug, Default)]
struct State {
    /// By their limits.
    windows: HashMap<u32, Window>,
    of_step: HashMap<Arc<str>, u32>,
    has_answered: bool,
    overrun: Option<Instant>,
}

#[derive(Debug)]
struct Window {
    left: u32,
    resets_at: Instant,
    under_way: u32,
}

/// A request that is under way until this is dropped.
#[derive(Debug)]
pub(super) struct Counted<'w> {
    windows: &'w Windows,
    /// The limit of the window that it counts in; nothing is known of a step before its first reply.
    limit: Option<u32>,
}

impl Windows {
    /// Waits until the step's window has a request left, and takes it.
    pub(super) async fn pass(&self, step: &Arc<str>) -> Counted<'_> {
        let _turn = self.turns.take(step).await;
        loop {
            match self.take(step) {
                Ok(limit) => return Counted { windows: self, limit },
                Err(moment) => clock::wait_until(moment).await,
            }
        }
    }

    /// Whether the destination has answered and says nothing of limits: nothing needs to be saved.
    pub(super) fn are_open(&self) -> bool {
        let state = self.state();
        let is_overrun = state.overrun.is_some_and(|moment| clock::now() < moment + REMEMBERED);
        state.has_answered && state.windows.is_empty() && !is_overrun
    }

    /// Requests left in the window that has the smallest part of its own left, and the time until it begins anew.
    pub(super) fn left(&self) -> Option<(u32, Duration)> {
        let state = self.state();
        let now = clock::now();
        let current = state.windows.iter().filter(|(_, window)| window.resets_at > now);
        let tightest =
            current.min_by_key(|(limit, window)| u64::from(window.left) * 1000 / u64::from(**limit).max(1));
        tightest.map(|(_, window)| (window.left, window.resets_at - now))
    }

    fn take(&self, step: &Arc<str>) -> Result<Option<u32>, Instant> {
        self.state().take(step, clock::now())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted<'_> {
    /// The answer to a request of a step has come, `is_overrun` when it was one too many; whether nothing is left, as far
    /// as anybody knows.
    pub(super) fn answered(self, step: &Arc<str>, standing: Option<Standing>, is_overrun: bool) -> bool {
        let windows = self.windows;
        drop(self);
        let mut state = windows.state();
        let now = clock::now();
        state.has_answered = true;
        if is_overrun {
            state.overrun = Some(now);
        }
        if let Some(standing) = standing {
            state.learn(step, standing, now);
        }
        standing.is_none_or(|standing| standing.remaining == 0)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        let mut state = self.windows.state();
        if let Some(window) = self.limit.and_then(|limit| state.windows.get_mut(&limit)) {
            window.under_way = window.under_way.saturating_sub(1);
        }
    }
}

impl State {
    /// Takes a request of the step's window, and says which that is.
    ///
    /// # Errors
    /// The moment to wait for when none is left.
    fn take(&mut self, step: &Arc<str>, now: Instant) -> Result<Option<u32>, Instant> {
        let Some(limit) = self.of_step.get(step) else { return Ok(None) };
        let Some(window) = self.windows.get_mut(limit) else { return Ok(None) };
        if window.resets_at <= now {
            // Until the next reply says more, the new window counts as a whole one.
            (window.left, window.resets_at) = (*limit, now + Duration::from_mins(1));
        }
        window.left = window.left.checked_sub(1).ok_or(window.resets_at)?;
        window.under_way = window.under_way.saturating_add(1);
        Ok(Some(*limit))
    }

    /// Those under way may not have been counted yet by the reply.
    fn learn(&mut self, step: &Arc<str>, standing: Standing, now: Instant) {
        let resets_at = now + standing.reset;
        let fresh = Window { left: standing.remaining, resets_at, under_way: 0 };
        let window = self.windows.entry(standing.limit).or_insert(fresh);
        let left = standing.remaining.saturating_sub(window.under_way);
        let is_same = window.resets_at + Duration::from_secs(1) >= resets_at;
        // A reply that was late knows less.
        window.left = if is_same { left.min(window.left) } else { left };
        window.resets_at = resets_at;
        if self.of_step.get(step) != Some(&standing.limit) {
            self.of_step.insert(step.clone(), standing.limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(limit: u32, remaining: u32, reset: u64) -> Standing {
        Standing { limit, remaining, reset: Duration::from_secs(reset) }
    }

    /// Passes, and says how long that took.
    async fn pass<'w>(windows: &'w Windows, step: &str) -> (Counted<'w>, Duration) {
        let before = clock::now();
        let counted = windows.pass(&step.into()).await;
        (counted, clock::now() - before)
    }

    /// A request that is answered so.
    async fn answer(windows: &Windows, step: &str, standing: Option<Standing>) -> bool {
        pass(windows, step).await.0.answered(&step.into(), standing, false)
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_known_before_the_first_reply() {
        let windows = Windows::default();
        for _ in 0..100 {
            assert_eq!(pass(&windows, "a").await.1, Duration::ZERO);
        }
        assert!(!windows.are_open());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_left_is_used_up_and_then_waited_for() {
        let windows = Windows::default();
        assert!(!answer(&windows, "a", Some(standing(10, 2, 20))).await);
        assert_eq!([pass(&windows, "a").await.1, pass(&windows, "a").await.1], [Duration::ZERO; 2]);
        let (counted, waited) = pass(&windows, "a").await;
        assert_eq!(waited, Duration::from_secs(20));
        assert!(counted.answered(&"a".into(), Some(standing(10, 0, 60)), false));
        assert_eq!(pass(&windows, "a").await.1, Duration::from_mins(1));
    }

    #[tokio::test(start_paused = true)]
    async fn the_tightest_window_is_told() {
        let windows = Windows::default();
        assert_eq!(windows.left(), None);
        answer(&windows, "people", Some(standing(400, 300, 30))).await;
        answer(&windows, "events", Some(standing(1000, 500, 20))).await;
        assert_eq!(windows.left(), Some((500, Duration::from_secs(20))));
        clock::wait(Duration::from_secs(25)).await;
        assert_eq!(windows.left(), Some((300, Duration::from_secs(5))));
    }

    #[tokio::test(start_paused = true)]
    async fn those_under_way_may_not_be_counted_yet() {
        let windows = Windows::default();
        answer(&windows, "a", Some(standing(10, 9, 20))).await;
        let first = pass(&windows, "a").await.0;
        let _others = [pass(&windows, "a").await, pass(&windows, "a").await, pass(&windows, "a").await];
        first.answered(&"a".into(), Some(standing(10, 5, 20)), false);
        assert_eq!([pass(&windows, "a").await.1, pass(&windows, "a").await.1], [Duration::ZERO; 2]);
        assert_eq!(pass(&windows, "a").await.1, Duration::from_secs(20));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_counted_apart_does_not_mix() {
        let windows = Windows::default();
        answer(&windows, "people", Some(standing(400, 300, 30))).await;
        answer(&windows, "events", Some(standing(250, 0, 30))).await;
        assert_eq!(pass(&windows, "people").await.1, Duration::ZERO);
        assert_eq!(pass(&windows, "events").await.1, Duration::from_secs(30));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_given_up_is_under_way_no_more() {
        let windows = Windows::default();
        answer(&windows, "a", Some(standing(10, 5, 20))).await;
        drop(pass(&windows, "a").await);
        assert_eq!(windows.state().windows[&10].under_way, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_of_limits_has_none_until_it_refuses() {
        let windows = Windows::default();
        answer(&windows, "a", None).await;
        assert!(windows.are_open());
        pass(&windows, "a").await.0.answered(&"a".into(), None, true);
        assert!(!windows.are_open());
        clock::wait(REMEMBERED).await;
        assert!(windows.are_open());
        answer(&windows, "a", Some(standing(10, 5, 20))).await;
        assert!(!windows.are_open());
    }
}
