//! Drives runs over a transport: one event at a time or a whole input, with retries, shared answers and order.
//!
//! ```text
//! input ─ order ─▶ drive ─▶ account: gate ─ cache ─ auth ─ retry ─▶ transport (http) ─▶ destination
//!                    └────▶ Finished: summary, dead letters
//! ```
//!
//! In come a [`Session`], a [`Transport`] and events; out go [`Outcome`]s. Nothing here knows
//! what a mapping looks like or what the destination means by its answers: that is the run's.

mod account;
mod address;
mod auth;
mod cache;
#[cfg(feature = "host")]
mod carried;
mod clock;
mod dead_letters;
mod drive;
mod gate;
mod hand_over;
mod http;
mod input;
mod inside;
mod onlooker;
mod order;
mod plans;
mod retry;
mod stop;
mod stream;
mod summary;
mod transport;

#[cfg(feature = "cli")]
pub(crate) use clock::{date_and_time, stopwatch, today};

pub use address::{Address, AddressError};
#[cfg(feature = "host")]
pub use carried::{CarriedTransport, Incoming, Network, Outgoing};
pub use dead_letters::{DeadLetterError, DeadLetters};
pub use hand_over::{Handed, Shared};
#[cfg(feature = "host")]
pub(crate) use http::plain_client;
pub use http::{HttpError, HttpLimits, HttpTransport};
pub use input::{Input, InputError, LONGEST_LINE, Line, Unreadable};
pub use onlooker::{Ended, Onlooker};
pub use plans::{Applied, Plans};
pub use retry::{RetryPolicy, wait_before};
pub use stop::Stop;
pub use stream::Finished;
pub use summary::{NotSent, Requests, Summary};
pub use transport::{Sending, Transport};

use std::sync::Arc;

use serde_json::Value;

use crate::diff::Recording;
use crate::run::Session;
#[cfg(feature = "host")]
use crate::run::{Answer, Request};
use crate::run::{Event, Limits, Outcome};
use account::Account;

/// How a deliverer works.
#[derive(Clone, Debug)]
pub struct Options {
    /// Events under way at the same time, at least 1.
    pub concurrency: usize,
    /// How often and how patiently requests are repeated.
    pub retry: RetryPolicy,
    /// Limits of each run. Its `attempts` are those of `retry`.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self { concurrency: 16, retry: RetryPolicy::default(), limits: Limits::default() }
    }
}

/// Delivers events of one session. Clones share its token, its caches and its counts.
#[derive(Clone, Debug)]
pub struct Deliverer {
    account: Arc<Account>,
    limits: Arc<Limits>,
    concurrency: usize,
    onlooker: Option<Arc<dyn Onlooker>>,
}

impl Deliverer {
    /// A deliverer for a session whose requests leave by `transport`.
    #[must_use]
    pub fn new(session: Arc<Session>, transport: Arc<dyn Transport>, options: Options) -> Self {
        let Options { concurrency, retry, limits } = options;
        Self {
            account: Arc::new(Account::new(session, transport, retry)),
            limits: Arc::new(Limits { attempts: retry.attempts, ..limits }),
            concurrency: concurrency.max(1),
            onlooker: None,
        }
    }

    /// The same deliverer with somebody who looks on while single events are run.
    #[must_use]
    pub fn seen_by(self, onlooker: Arc<dyn Onlooker>) -> Self {
        Self { onlooker: Some(onlooker), ..self }
    }

    /// Runs one event to its end.
    pub async fn deliver_one(&self, event: impl Into<Event>) -> Outcome {
        let event = event.into();
        let mut recording = self.onlooker.as_ref().map(|_| Recording::new(false));
        let outcome = drive::drive(&self.account, event.clone(), &self.limits, &mut recording).await;
        self.show(event, recording, &outcome);
        outcome
    }

    /// Runs one event for a host that sends requests itself: one that the mapping leaves to it is not made.
    pub async fn deliver_for_host(&self, event: impl Into<Event>) -> Handed {
        let event = event.into();
        let mut recording = self.onlooker.as_ref().map(|_| Recording::new(true));
        let handed = drive::drive_for_host(&self.account, event.clone(), &self.limits, &mut recording).await;
        self.show(event, recording, &handed.outcome);
        handed
    }

    fn show(&self, event: Event, recording: Option<Recording>, outcome: &Outcome) {
        if let (Some(onlooker), Some(recording)) = (&self.onlooker, recording) {
            onlooker.saw(Ended { event, recording, verdict: &outcome.verdict, limits: &self.limits });
        }
    }

    /// Makes one request as it is, with the credentials that stand in its headers; no repeat, no cache.
    #[cfg(feature = "host")]
    pub(crate) async fn forward(&self, request: &Request) -> Answer {
        self.account.forward(request).await
    }

    /// The session whose events these are.
    #[cfg(feature = "host")]
    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.account.session
    }

    /// Delivers an input and calls `on_finished` after each event, in the order in which they finish.
    ///
    /// Events with one order key go one after another. After [`Stop::stop`] nothing new is begun; what is in flight
    /// is finished and what is left is counted. The error says that the input broke off; what came before it counts.
    pub async fn deliver_all(
        &self,
        input: Input,
        stop: &Stop,
        on_finished: impl FnMut(&Finished),
    ) -> (Summary, Option<InputError>) {
        let lines = stream::read_ahead(input, stop.clone());
        stream::deliver_all(self, lines, stop, on_finished).await
    }

    /// Requests that went out so far.
    #[must_use]
    pub fn requests(&self) -> Requests {
        self.account.requests.total()
    }

    fn order_key(&self, event: &Arc<Value>) -> Option<String> {
        self.account.session.order_key(&Event::from(event.clone()))
    }

    fn concurrency(&self) -> usize {
        self.concurrency
    }
}

#[cfg(test)]
mod tests;
