//! The gate that all requests of an account go through: closed for as long as the destination asked us to wait.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::super::clock::{self, Instant};

/// Open, or closed until a moment.
#[derive(Debug, Default)]
pub(super) struct Gate {
    closed_until: Mutex<Option<Instant>>,
}

impl Gate {
    /// Closes the gate for a span from now; never opens it earlier than an earlier wish.
    pub(super) fn close_for(&self, span: Duration) {
        let moment = clock::now() + span;
        let mut closed_until = self.closed_until.lock().unwrap_or_else(PoisonError::into_inner);
        *closed_until = Some(closed_until.map_or(moment, |earlier| earlier.max(moment)));
    }

    /// Returns as soon as the gate is open.
    pub(super) async fn pass(&self) {
        while let Some(moment) = self.opens_at() {
            clock::wait_until(moment).await;
        }
    }

    /// Whether it is closed now.
    #[cfg(feature = "host")]
    pub(super) fn is_closed(&self) -> bool {
        self.opens_at().is_some()
    }

    fn opens_at(&self) -> Option<Instant> {
        let mut closed_until = self.closed_until.lock().unwrap_or_else(PoisonError::into_inner);
        if closed_until.is_some_and(|moment| moment <= clock::now()) {
            *closed_until = None;
        }
        *closed_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn waited(gate: &Gate) -> Duration {
        let before = clock::now();
        gate.pass().await;
        clock::now() - before
    }

    #[tokio::test(start_paused = true)]
    async fn an_open_gate_does_not_wait() {
        assert_eq!(waited(&Gate::default()).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_wish_counts() {
        let gate = Gate::default();
        gate.close_for(Duration::from_secs(30));
        gate.close_for(Duration::from_secs(10));
        assert_eq!(waited(&gate).await, Duration::from_secs(30));
        assert_eq!(waited(&gate).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wish_that_comes_while_waiting_prolongs_the_wait() {
        let gate = Gate::default();
        gate.close_for(Duration::from_secs(5));
        let later = async {
            clock::wait(Duration::from_secs(3)).await;
            gate.close_for(Duration::from_secs(10));
        };
        let (waited, ()) = tokio::join!(waited(&gate), later);
        assert_eq!(waited, Duration::from_secs(13));
    }
}
