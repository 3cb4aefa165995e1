//! Drives runs over a transport: one event at a time or a whole input, with retries, shared answers and order.
//!
//! ```text
//! source ─ order ─▶ attend ─▶ drive ─▶ account: gate ─ cache ─ auth ─ retry ─▶ transport (http) ─▶ destination
//!                     └─────▶ Finished: summary, dead letters, the source itself
//! ```
//!
//! In come a [`Session`], a [`Transport`] and events; out go [`Outcome`]s. Nothing here knows
//! what a mapping looks like or what the destination means by its answers: that is the run's.

mod account;
mod address;
mod attend;
mod auth;
mod cache;
#[cfg(feature = "host")]
mod carried;
mod clock;
mod dead_letters;
mod drive;
mod gather;
mod hand_over;
mod http;
mod input;
mod inside;
mod journal;
mod onlooker;
mod order;
mod pace;
mod plans;
mod retry;
mod source;
mod spent;
mod stop;
mod stream;
mod summary;
mod transport;
mod wire;

#[cfg(feature = "cli")]
pub(crate) use clock::{date_and_time, stopwatch, today};

pub use address::{Address, AddressError};
#[cfg(feature = "host")]
pub use carried::{CarriedTransport, Incoming, Network, Outgoing};
#[cfg(any(feature = "kafka", feature = "nats"))]
pub(crate) use dead_letters::letter;
pub use dead_letters::{DeadLetterError, DeadLetters};
pub use hand_over::{Handed, Shared};
#[cfg(feature = "cli")]
pub(crate) use http::causes;
#[cfg(feature = "host")]
pub(crate) use http::plain_client;
pub use http::{HttpError, HttpLimits, HttpTransport};
pub use input::{Input, InputError, LONGEST_LINE, Line, LineTicket, Lines, Unreadable};
pub use journal::{Heading, Journal, JournalError, LetterId, LetterTicket, Letters, Taken};
pub use onlooker::{Ended, Onlooker};
#[cfg(feature = "host")]
pub(crate) use pace::Standstill;
pub use pace::{Budget, Standing};
pub use plans::{Applied, Plans};
pub use retry::{RetryPolicy, wait_before};
pub use source::{Arrived, End, Source, SourceError, Ticket};
pub use spent::{Doing, Share, Spent};
pub use stop::Stop;
pub use stream::Finished;
pub use summary::{NotSent, Requests, Summary};
pub use transport::{Sending, Transport};

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::diff::Recording;
use crate::run::Session;
#[cfg(feature = "host")]
use crate::run::{Answer, Request};
use crate::run::{Event, Limits, Outcome, Pace, Verdict};
use account::Account;
use gather::Busy;
use journal::Entry;
use wire::Wire;

/// Events under way for each request that may be, where requests are made together: the others wait for theirs.
const TOGETHER: usize = 64;

/// How a deliverer works.
#[derive(Clone, Debug)]
pub struct Options {
    /// Requests under way at the same time, at least 1. Of events there are as many, or 64 times as many where
    /// the mapping makes their requests together.
    pub concurrency: usize,
    /// How often and how patiently requests are repeated.
    pub retry: RetryPolicy,
    /// How often an event that fails is run, and the waits in between; it does not fail for good before that. Events
    /// with its order key wait.
    pub tries: RetryPolicy,
    /// Requests of the account in a time, beside what the mapping and the replies of the destination say.
    pub rate: Option<Pace>,
    /// Counts them, and those of the mapping's limits that are not for each key, together with other processes.
    pub budget: Option<Arc<dyn Budget>>,
    /// Limits of each run. Its `attempts` are those of `retry`.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            concurrency: 16,
            retry: RetryPolicy::default(),
            tries: RetryPolicy { attempts: 1, ..RetryPolicy::default() },
            rate: None,
            budget: None,
            limits: Limits::default(),
        }
    }
}

/// Delivers events of one session. Clones share its token, its caches and its counts.
#[derive(Clone, Debug)]
pub struct Deliverer {
    account: Arc<Account>,
    limits: Arc<Limits>,
    tries: RetryPolicy,
    /// Events under way at the same time.
    events: usize,
    onlooker: Option<Arc<dyn Onlooker>>,
    journal: Option<Journal>,
}

impl Deliverer {
    /// A deliverer for a session whose requests leave by `transport`.
    #[must_use]
    pub fn new(session: Arc<Session>, transport: Arc<dyn Transport>, options: Options) -> Self {
        let options = Options { concurrency: options.concurrency.max(1), ..options };
        let together = if session.plan().has_bulk() { TOGETHER } else { 1 };
        let wire = Wire::new(session, transport, &options);
        let Options { concurrency, retry, tries, limits, .. } = options;
        Self {
            account: Arc::new(Account::new(wire)),
            limits: Arc::new(Limits { attempts: retry.attempts, ..limits }),
            tries,
            events: concurrency.saturating_mul(together),
            onlooker: None,
            journal: None,
        }
    }

    /// The same deliverer with somebody who looks on while single events are run.
    #[must_use]
    pub fn seen_by(self, onlooker: Arc<dyn Onlooker>) -> Self {
        Self { onlooker: Some(onlooker), ..self }
    }

    /// The same deliverer with a journal of the inputs that it delivers.
    #[must_use]
    pub fn with_journal(self, journal: Journal) -> Self {
        Self { journal: Some(journal), ..self }
    }

    /// What is kept of an event while it is not through; nothing where it is run once and nobody has begun with it.
    fn entry(&self, line: &Line, event: &Value, is_in_doubt: bool) -> Option<Entry> {
        match &self.journal {
            Some(journal) => Some(journal.entry(line, event)),
            None => (is_in_doubt || self.tries.attempts > 1).then(|| Entry::in_memory(is_in_doubt)),
        }
    }

    /// Whether an earlier delivery has brought a line to its end.
    fn is_finished(&self, line: &Line) -> bool {
        self.journal.as_ref().is_some_and(|journal| journal.is_finished(line))
    }

    /// Runs an event of a source once. Whoever calls holds a token.
    async fn deliver_entry(&self, event: Arc<Value>, mut entry: Option<&mut Entry>) -> Outcome {
        if let Some(entry) = &mut entry {
            entry.begin();
        }
        let Self { account, limits, .. } = self;
        let outcome = drive::drive(account, event.into(), limits, &mut None, entry.as_deref_mut()).await;
        let is_through = matches!(outcome.verdict, Verdict::Delivered | Verdict::Skipped { .. });
        match entry {
            // Without its mark the event would be run again, which is worse than being told.
            Some(entry) if is_through => match entry.finish().await {
                Ok(()) => outcome,
                Err(error) => Outcome { verdict: Verdict::failed(error.to_string()), ..outcome },
            },
            _ => outcome,
        }
    }

    /// Waits before an event is tried again.
    async fn back_off(&self, wait: Duration) {
        self.account.wire().clocks.time(Doing::BackOff, clock::wait(wait)).await;
    }

    /// Keeps an event that was rejected or has failed as a dead letter of the journal, if there is one.
    async fn keep(&self, finished: &Finished) -> Result<(), JournalError> {
        let Some(journal) = &self.journal else { return Ok(()) };
        journal.keep_letter(finished, self.account.session().plan().hash()).await
    }

    /// Runs one event to its end. It counts as under way from this call on, not from when its future is first polled:
    /// requests that are made together wait for those of all events under way.
    pub fn deliver_one<E: Into<Event>>(&self, event: E) -> impl Future<Output = Outcome> + Send + use<E> {
        let (deliverer, event, busy) = (self.clone(), event.into(), self.busy());
        async move {
            let _busy = busy;
            let mut recording = deliverer.onlooker.as_ref().map(|_| Recording::new(false));
            let Self { account, limits, .. } = &deliverer;
            let outcome = drive::drive(account, event.clone(), limits, &mut recording, None).await;
            deliverer.show(event, recording, &outcome);
            outcome
        }
    }

    /// Runs one event for a host that sends requests itself: one that the mapping leaves to it is not made.
    pub fn deliver_for_host(&self, event: Event) -> impl Future<Output = Handed> + Send + use<> {
        let (deliverer, busy) = (self.clone(), self.busy());
        async move {
            let _busy = busy;
            let mut recording = deliverer.onlooker.as_ref().map(|_| Recording::new(true));
            let Self { account, limits, .. } = &deliverer;
            let handed = drive::drive_for_host(account, event.clone(), limits, &mut recording).await;
            deliverer.show(event, recording, &handed.outcome);
            handed
        }
    }

    fn show(&self, event: Event, recording: Option<Recording>, outcome: &Outcome) {
        if let (Some(onlooker), Some(recording)) = (&self.onlooker, recording) {
            onlooker.saw(Ended { event, recording, verdict: &outcome.verdict, limits: &self.limits });
        }
    }

    /// Makes one request as it is, with the credentials that stand in its headers; no repeat, no cache.
    #[cfg(feature = "host")]
    pub(crate) async fn forward(&self, request: &Request) -> Answer {
        self.account.wire().forward(request).await
    }

    /// Whether nothing comes of its account for now.
    #[cfg(feature = "host")]
    pub(crate) fn standstill(&self) -> Option<Standstill> {
        self.account.wire().standstill()
    }

    /// A number that clones of a deliverer share, and no others that are there at the same time.
    #[cfg(feature = "host")]
    pub(crate) fn number(&self) -> usize {
        Arc::as_ptr(&self.account).addr()
    }

    /// The session whose events these are.
    #[cfg(feature = "host")]
    pub(crate) fn session(&self) -> &Arc<Session> {
        self.account.session()
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
    ) -> (Summary, Option<SourceError>) {
        self.deliver_from(Lines::of(input, stop.clone()), stop, on_finished).await
    }

    /// The same from any source.
    pub async fn deliver_from<S: Source>(
        &self,
        source: S,
        stop: &Stop,
        on_finished: impl FnMut(&Finished),
    ) -> (Summary, Option<SourceError>) {
        stream::deliver_all(self, source, stop, on_finished).await
    }

    /// Requests that went out so far.
    #[must_use]
    pub fn requests(&self) -> Requests {
        self.account.wire().requests.total()
    }

    /// What the requests of the account are doing, and have spent their time with.
    #[must_use]
    pub fn spent(&self) -> Spent {
        self.account.wire().clocks.read()
    }

    /// Requests that the account still has, in the tightest of its windows that its last replies told of, and the time until
    /// there are more; `None` where they tell of none.
    #[must_use]
    pub fn left(&self) -> Option<(u32, Duration)> {
        self.account.wire().left()
    }

    fn order_key(&self, event: &Arc<Value>) -> Option<String> {
        self.account.session().order_key(&Event::from(event.clone()))
    }

    /// Says that events may still come for as long as the token lives.
    fn busy(&self) -> Busy {
        self.account.busy()
    }

    fn events(&self) -> usize {
        self.events
    }
}

#[cfg(test)]
mod tests;
