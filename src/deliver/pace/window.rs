//! The account's limit as the destination itself tells it in the headers of its replies: so many requests until a moment.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::super::clock::{self, Instant};
use super::turns::Turns;

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
pub(super) struct Window {
    state: Mutex<State>,
    turns: Turns,
}

/// A request that is under way until this is dropped.
#[derive(Debug)]
pub(super) struct Counted<'w>(&'w Window);

impl Counted<'_> {
    /// The answer has come; whether nothing is left, as far as anybody knows.
    pub(super) fn answered(self, standing: Option<Standing>) -> bool {
        let window = self.0;
        drop(self);
        if let Some(standing) = standing {
            window.state().learn(standing, clock::now());
        }
        standing.is_none_or(|standing| standing.remaining == 0)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.under_way = state.under_way.saturating_sub(1);
    }
}

#[derive(Debug, Default)]
struct State {
    /// Nothing is known before the first reply that says something.
    known: Option<Known>,
    under_way: u32,
}

#[derive(Debug)]
struct Known {
    limit: u32,
    left: u32,
    resets_at: Instant,
}

impl Window {
    /// Waits until the window has a request left, and takes it.
    pub(super) async fn pass(&self, class: &Arc<str>) -> Counted<'_> {
        let _turn = self.turns.take(class).await;
        while let Some(moment) = self.take() {
            clock::wait_until(moment).await;
        }
        Counted(self)
    }

    fn take(&self) -> Option<Instant> {
        self.state().take(clock::now())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes a request; gives the moment to wait for when none is left.
    fn take(&mut self, now: Instant) -> Option<Instant> {
        if let Some(known) = &mut self.known {
            if known.resets_at <= now {
                // Until the next reply says more, the new window counts as a whole one.
                (known.left, known.resets_at) = (known.limit, now + Duration::from_mins(1));
            }
            if known.left == 0 {
                return Some(known.resets_at);
            }
            known.left -= 1;
        }
        self.under_way += 1;
        None
    }

    /// Those under way may not have been counted yet by the reply.
    fn learn(&mut self, standing: Standing, now: Instant) {
        let left = standing.remaining.saturating_sub(self.under_way);
        let resets_at = now + standing.reset;
        let is_same = |known: &Known| known.resets_at + Duration::from_secs(1) >= resets_at;
        let left = match &self.known {
            // A reply that was late knows less.
            Some(known) if is_same(known) => left.min(known.left),
            _ => left,
        };
        self.known = Some(Known { limit: standing.limit, left, resets_at });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(remaining: u32, reset: u64) -> Standing {
        Standing { limit: 10, remaining, reset: Duration::from_secs(reset) }
    }

    /// Passes, and says how long that took.
    async fn pass(window: &Window) -> (Counted<'_>, Duration) {
        let before = clock::now();
        let counted = window.pass(&"step".into()).await;
        (counted, clock::now() - before)
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_known_before_the_first_reply() {
        let window = Window::default();
        for _ in 0..100 {
            assert_eq!(pass(&window).await.1, Duration::ZERO);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_left_is_used_up_and_then_waited_for() {
        let window = Window::default();
        assert!(!pass(&window).await.0.answered(Some(standing(2, 20))));
        assert_eq!([pass(&window).await.1, pass(&window).await.1], [Duration::ZERO; 2]);
        let (counted, waited) = pass(&window).await;
        assert_eq!(waited, Duration::from_secs(20));
        assert!(counted.answered(Some(standing(0, 60))));
        assert_eq!(pass(&window).await.1, Duration::from_mins(1));
    }

    #[tokio::test(start_paused = true)]
    async fn those_under_way_may_not_be_counted_yet() {
        let window = Window::default();
        let first = pass(&window).await.0;
        let _others = [pass(&window).await, pass(&window).await, pass(&window).await];
        first.answered(Some(standing(5, 20)));
        assert_eq!([pass(&window).await.1, pass(&window).await.1], [Duration::ZERO; 2]);
        assert_eq!(pass(&window).await.1, Duration::from_secs(20));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_given_up_is_under_way_no_more() {
        let window = Window::default();
        drop(pass(&window).await);
        assert_eq!(window.state().under_way, 0);
    }
}
