//! One event from its arrival to its end: begun if it is still ours, tried until it is through or has failed too often, and
//! its source told.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::Deliverer;
use super::clock;
use super::gather::Busy;
use super::journal::Entry;
use super::retry::{RetryPolicy, wait_before};
use super::source::{Arrived, End, SourceError, Ticket};
use super::stop::Stop;
use super::stream::Finished;
use crate::run::{Blame, Outcome, Trace, Verdict};

/// What became of an event that was given out.
#[derive(Debug)]
pub(super) enum Attended {
    /// It has come to its end, and its source knows unless there is an error.
    Finished(Box<Finished>, Option<SourceError>),
    /// It was given back, to be given out again.
    GivenBack,
}

/// Attends to an event. It counts as under way from this call on.
pub(super) fn attend<T: Ticket>(
    deliverer: &Deliverer,
    arrived: Arrived<T>,
    stop: &Stop,
) -> impl Future<Output = Attended> + Send + use<T> {
    let Arrived { line, is_in_doubt, ticket } = arrived;
    let (deliverer, stop, busy) = (deliverer.clone(), stop.clone(), deliverer.busy());
    async move {
        if !ticket.begin().await {
            return Attended::GivenBack;
        }
        let ended = match &line.content {
            Err(unreadable) => Some((rejected(&unreadable.why), false)),
            Ok(event) => {
                let entry = deliverer.entry(&line, event, is_in_doubt);
                Tries { deliverer: &deliverer, event, ticket: &ticket, stop: &stop }.run(entry, busy).await
            }
        };
        let Some((outcome, is_unknown)) = ended else {
            // If the source is not told it gives the event out again all the same.
            let _ = ticket.settle(End::Again { after: Duration::ZERO }).await;
            return Attended::GivenBack;
        };
        let finished = Finished { line, outcome, is_unknown };
        let end = match &finished.outcome.verdict {
            Verdict::Delivered | Verdict::Skipped { .. } => End::Done,
            Verdict::Rejected { .. } | Verdict::Failed { .. } => End::Dead(&finished),
        };
        let kept = deliverer.keep(&finished).await;
        let told = ticket.settle(end).await;
        let error = kept.err().map(SourceError::new).or(told.err());
        Attended::Finished(Box::new(finished), error)
    }
}

/// The tries of one event.
struct Tries<'a, T> {
    deliverer: &'a Deliverer,
    event: &'a Arc<Value>,
    ticket: &'a T,
    stop: &'a Stop,
}

impl<T: Ticket> Tries<'_, T> {
    /// Runs the event until it is through or has failed too often. While it waits, the events behind it wait as well.
    /// What became of it, and whether nobody knows that of one of its writes. `None`: it is for somebody else to try again.
    async fn run(&self, mut entry: Option<Entry>, mut busy: Busy) -> Option<(Outcome, bool)> {
        let mut tries = 1;
        loop {
            let outcome = self.deliverer.deliver_entry(self.event.clone(), entry.as_mut()).await;
            drop(busy);
            tries += 1;
            let Some(wait) = wait_to_try(&outcome.verdict, tries, &self.deliverer.tries) else {
                return Some((outcome, entry.as_ref().is_some_and(Entry::is_unknown)));
            };
            tokio::select! {
                () = self.deliverer.back_off(wait) => {}
                () = self.stop.stopped() => return None,
            }
            if !self.ticket.is_held() {
                return None;
            }
            busy = self.deliverer.busy();
        }
    }
}

/// How long to wait before an event is tried for the `tries`th time; `None` when it has come to its end.
fn wait_to_try(verdict: &Verdict, tries: u32, policy: &RetryPolicy) -> Option<Duration> {
    match verdict {
        Verdict::Failed { is_lasting: false, retry_after, .. } => {
            wait_before(tries, *retry_after, policy, clock::chance())
        }
        _ => None,
    }
}

fn rejected(why: &str) -> Outcome {
    let verdict = Verdict::Rejected { why: why.to_owned() };
    Outcome { verdict, blame: Blame::Event, notes: Vec::new(), trace: Trace::default() }
}
