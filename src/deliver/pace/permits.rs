//! How many requests are under way at a time: fewer after the destination was overrun, one more after enough good answers.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

/// Permits for requests.
#[derive(Debug)]
pub(super) struct Permits {
    semaphore: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    most: usize,
    now: usize,
    /// Permits that are not given back, because there are to be fewer.
    owed: usize,
    /// Good answers since the number last changed.
    good: usize,
}

/// A request under way.
#[derive(Debug)]
pub(super) struct Permit<'p> {
    permits: &'p Permits,
    /// There is none once the semaphore is closed, which it never is.
    inner: Option<SemaphorePermit<'p>>,
}

impl Permits {
    /// At most so many at a time.
    pub(super) fn new(most: usize) -> Self {
        let state = State { most, now: most, owed: 0, good: 0 };
        Self { semaphore: Semaphore::new(most), state: Mutex::new(state) }
    }

    pub(super) async fn take(&self) -> Permit<'_> {
        Permit { permits: self, inner: self.semaphore.acquire().await.ok() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// The request has its answer; `is_overrun` when the destination was asked too much, or does not answer.
    pub(super) fn answered(self, is_overrun: bool) {
        let mut state = self.permits.state();
        if is_overrun {
            let fewer = state.now / 2;
            let taken = self.permits.semaphore.forget_permits(fewer);
            state.owed += fewer - taken;
            state.now -= fewer;
            state.good = 0;
        } else {
            state.good += 1;
            if state.good >= state.now && state.now < state.most {
                (state.now, state.good) = (state.now + 1, 0);
                match state.owed.checked_sub(1) {
                    Some(less) => state.owed = less,
                    None => self.permits.semaphore.add_permits(1),
                }
            }
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.permits.state();
        if let (Some(less), true) = (state.owed.checked_sub(1), self.inner.is_some()) {
            state.owed = less;
            self.inner.take().into_iter().for_each(SemaphorePermit::forget);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answer(permits: &Permits, is_overrun: bool) {
        permits.take().await.answered(is_overrun);
    }

    #[tokio::test]
    async fn half_after_an_overrun_and_slowly_back() {
        let permits = Permits::new(8);
        answer(&permits, true).await;
        assert_eq!((permits.state().now, permits.semaphore.available_permits()), (4, 4));
        for _ in 0..4 {
            answer(&permits, false).await;
        }
        assert_eq!((permits.state().now, permits.semaphore.available_permits()), (5, 5));
        for _ in 0..100 {
            answer(&permits, false).await;
        }
        assert_eq!((permits.state().now, permits.semaphore.available_permits()), (8, 8));
    }

    #[tokio::test]
    async fn those_under_way_are_counted() {
        let permits = Permits::new(4);
        let (first, second) = (permits.take().await, permits.take().await);
        let (third, fourth) = (permits.take().await, permits.take().await);
        first.answered(true);
        drop((second, third, fourth));
        assert_eq!((permits.state().now, permits.semaphore.available_permits()), (2, 2));
    }

    #[tokio::test]
    async fn one_is_always_left() {
        let permits = Permits::new(3);
        for _ in 0..10 {
            answer(&permits, true).await;
        }
        assert_eq!(permits.semaphore.available_permits(), 1);
    }
}
