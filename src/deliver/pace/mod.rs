//! The manners of an account: it asks no more often than it may, no more at a time than the destination bears, and not at
//! all while the destination asks for a pause or refuses its credentials.
//!
//! ```text
//! request ─ breaker ─ limits of the mapping ─ window of the replies' headers ─ gate ─ permits ─▶ transport
//!                 ◀──────────────── what the answer says of each ◀──────────────────────────┘
//! ```
//!
//! All flows and workers of the account share this; other accounts have their own.

mod breaker;
mod gate;
mod limits;
mod permits;
mod turns;
mod window;

use std::time::Duration;

use super::retry::RetryPolicy;
use crate::run::{Answer, Pace, Request};
use breaker::Breaker;
use gate::Gate;
use limits::Limits;
use permits::{Permit, Permits};
pub use window::Standing;
use window::{Counted, Window};

/// What an account may do, and when.
#[derive(Debug)]
pub(super) struct Manners {
    breaker: Breaker,
    limits: Limits,
    window: Window,
    gate: Gate,
    permits: Permits,
    longest: Duration,
}

/// Leave to make one request.
#[derive(Debug)]
pub(super) struct Leave<'m> {
    manners: &'m Manners,
    counted: Counted<'m>,
    permit: Permit<'m>,
}

impl Manners {
    /// Manners with these limits of the mapping, and at most so many requests at a time.
    pub(super) fn new(limits: &[Option<Pace>], policy: &RetryPolicy, concurrency: usize) -> Self {
        Self {
            breaker: Breaker::default(),
            limits: Limits::new(limits),
            window: Window::default(),
            gate: Gate::default(),
            permits: Permits::new(concurrency),
            longest: policy.longest,
        }
    }

    /// Waits until a request may be made.
    ///
    /// # Errors
    /// The account pauses; why, in words for people.
    pub(super) async fn leave(&self, request: &Request) -> Result<Leave<'_>, String> {
        self.breaker.check(&request.step)?;
        self.limits.pass(request).await;
        let counted = self.window.pass(&request.step).await;
        self.gate.pass().await;
        let permit = self.permits.take().await;
        Ok(Leave { manners: self, counted, permit })
    }
}

impl Leave<'_> {
    /// Draws the conclusions from an answer; `standing` is what its headers say of the account's limit.
    pub(super) fn answered(self, request: &Request, answer: &Answer, standing: Option<Standing>) {
        let Leave { manners, counted, permit } = self;
        let is_spent = counted.answered(standing);
        manners.breaker.answered(&request.step, answer);
        let (status, wish) = match answer {
            Answer::Reply { status, retry_after, .. } => (Some(*status), *retry_after),
            Answer::Timeout | Answer::Unreachable { .. } => (None, None),
        };
        permit.answered(matches!(status, None | Some(429 | 503)));
        // With requests left, it is this one that has to wait, not the account.
        if let (Some(429 | 503), Some(wish), true) = (status, wish, is_spent) {
            manners.gate.close_for(wish.min(manners.longest));
        }
    }
}
