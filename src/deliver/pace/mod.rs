//! The manners of an account: it asks no more often than it may, no more at a time than the destination bears, and not at
//! all while the destination asks for a pause or refuses its credentials.
//!
//! ```text
//! request ─ breaker ─ rate kept with others ─ limits of the mapping ─ windows of the replies' headers ─ gate ─ permits ─▶ transport
//!                 ◀──────────────── what the answer says of each ◀──────────────────────────┘
//! ```
//!
//! All flows and workers of the account share this; other accounts have their own.

mod breaker;
mod budget;
mod gate;
mod limits;
mod permits;
mod turns;
mod window;

use std::time::Duration;

use super::Options;
use super::spent::{Clocks, Doing};
use crate::run::{Answer, Pace, Request};
use breaker::Breaker;
pub use budget::Budget;
use budget::Together;
use gate::Gate;
use limits::Limits;
use permits::{Permit, Permits};
pub use window::Standing;
use window::{Counted, Windows};

/// What an account may do, and when.
#[derive(Debug)]
pub(super) struct Manners {
    breaker: Breaker,
    together: Together,
    limits: Limits,
    windows: Windows,
    gate: Gate,
    permits: Permits,
    longest: Duration,
}

/// Why nothing comes of an account for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg(feature = "host")]
pub(crate) enum Standstill {
    /// The destination asked for a pause, which is not over.
    Pause,
    /// The destination has not answered several times in a row.
    Silence,
}

/// Leave to make one request.
#[derive(Debug)]
pub(super) struct Leave<'m> {
    manners: &'m Manners,
    counted: Counted<'m>,
    permit: Permit<'m>,
}

impl Manners {
    /// Manners with these limits of the mapping.
    pub(super) fn new(limits: &[Option<Pace>], options: &Options) -> Self {
        let Options { concurrency, retry, rate, budget, .. } = options;
        Self {
            breaker: Breaker::default(),
            together: Together::new(*rate, budget.clone()),
            limits: Limits::new(limits),
            windows: Windows::default(),
            gate: Gate::default(),
            permits: Permits::new(*concurrency),
            longest: retry.longest,
        }
    }

    /// Waits until a request may be made.
    ///
    /// # Errors
    /// The account pauses; why, in words for people.
    pub(super) async fn leave(&self, request: &Request, clocks: &Clocks) -> Result<Leave<'_>, String> {
        self.breaker.check(&request.step)?;
        let counted = clocks.time(Doing::Limits, self.pass_limits(request)).await;
        let permit = clocks.time(Doing::Turn, self.permits.take()).await;
        Ok(Leave { manners: self, counted, permit })
    }

    async fn pass_limits(&self, request: &Request) -> Counted<'_> {
        self.together.pass(request).await;
        if !self.windows.are_open() {
            self.limits.pass(request, &self.together).await;
        }
        let counted = self.windows.pass(&request.step).await;
        self.gate.pass().await;
        counted
    }

    /// Requests left in the tightest window, and the time until there are more.
    pub(super) fn left(&self) -> Option<(u32, Duration)> {
        self.windows.left()
    }
}

impl Manners {
    /// Whether the account stands still.
    #[cfg(feature = "host")]
    pub(super) fn standstill(&self) -> Option<Standstill> {
        if self.gate.is_closed() {
            return Some(Standstill::Pause);
        }
        self.breaker.is_silent().then_some(Standstill::Silence)
    }

    /// Whether the destination has no limits, as far as its replies tell: nothing needs to be saved.
    pub(super) fn are_needless(&self) -> bool {
        self.windows.are_open()
    }
}

impl Leave<'_> {
    /// Draws the conclusions from an answer; `standing` is what its headers say of the account's limit, `token` the serial of
    /// the access token that the request had, 0 for credentials that never change.
    pub(super) fn answered(self, request: &Request, answer: &Answer, standing: Option<Standing>, token: u64) {
        let Leave { manners, counted, permit } = self;
        manners.breaker.answered(&request.step, answer, token);
        let Answer::Reply { status, retry_after, .. } = answer else {
            permit.answered(true);
            return;
        };
        let is_spent = counted.answered(&request.step, standing, *status == 429);
        permit.answered(matches!(status, 429 | 503));
        // With requests left, it is this one that has to wait, not the account.
        if let (429 | 503, Some(wish), true) = (status, retry_after, is_spent) {
            manners.gate.close_for((*wish).min(manners.longest));
        }
    }
}
