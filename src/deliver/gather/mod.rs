//! Gathers requests that wait at the same time and makes them together.
//!
//! ```text
//! ask ─▶ line (one a kind of request): waits for others ─▶ batch: the forms, the best first ─▶ jobs
//!  ◀──────────────────────────── an answer, or "alone" ◀──────────────────────────┘
//! ```
//!
//! A request waits until its batch is full, its linger is over, or nobody is left who could ask for another.

mod batch;
mod jobs;
mod line;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, oneshot};

use super::wire::Wire;
use crate::run::together::Item;
use crate::run::{Answer, Bulk, Request};
use batch::Sender;
use line::{Line, Said, Waiting};

/// The lines of an account.
#[derive(Debug)]
pub(super) struct Gatherer {
    shared: Arc<Shared>,
    sender: Arc<Sender>,
}

/// What tokens and lines share.
#[derive(Debug, Default)]
struct Shared {
    /// Who may still ask.
    busy: AtomicUsize,
    lines: Mutex<HashMap<String, mpsc::UnboundedSender<Said>>>,
}

/// Where the answer of a request goes.
#[derive(Debug)]
struct ReplyTo {
    shared: Arc<Shared>,
    answer: oneshot::Sender<(Option<Answer>, Busy)>,
}

impl ReplyTo {
    /// Sends the answer; `None` says that the request has to be made alone. Who gets it counts as busy from now on, not
    /// from when it wakes up.
    fn send(self, answer: Option<Answer>) {
        let busy = self.shared.enter();
        // Whoever has given up waiting does not need it.
        drop(self.answer.send((answer, busy)));
    }
}

/// Says that somebody may still ask.
#[derive(Debug)]
pub(super) struct Busy(Arc<Shared>);

impl Gatherer {
    pub(super) fn new(wire: Arc<Wire>) -> Self {
        Self { shared: Arc::default(), sender: Arc::new(Sender::new(wire)) }
    }

    /// Says that requests may still come for as long as the token lives.
    pub(super) fn busy(&self) -> Busy {
        self.shared.enter()
    }

    /// The answer that a request gets together with others; `None` when it has to be made alone.
    ///
    /// The caller holds a [`Busy`], which does not count while it waits here.
    pub(super) async fn ask(&self, request: &Request, bulk: &Bulk) -> Option<Answer> {
        let item = Item::of(request, bulk)?;
        let (answer, answered) = oneshot::channel();
        let reply_to = ReplyTo { shared: self.shared.clone(), answer };
        let waiting = Waiting { item, step: request.step.clone(), plan: bulk.plan.clone(), reply_to };
        self.shared.line(&bulk.plan.line, &self.sender).send(Said::Asks(waiting)).ok()?;
        self.shared.leave();
        // Counts again even if the caller gives up while it waits.
        let back = Back(&self.shared);
        let (answer, busy) = answered.await.ok()?;
        drop(back);
        drop(busy);
        answer
    }
}

impl Shared {
    fn enter(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::AcqRel);
        Busy(self.clone())
    }

    /// One less who may ask; after the last one nothing is worth waiting for.
    fn leave(&self) {
        if self.busy.fetch_sub(1, Ordering::AcqRel) == 1 {
            // A line that has ended has nobody waiting.
            self.lines().values().for_each(|line| drop(line.send(Said::Quiet)));
        }
    }

    fn line(&self, name: &str, sender: &Arc<Sender>) -> mpsc::UnboundedSender<Said> {
        let mut lines = self.lines();
        if let Some(line) = lines.get(name) {
            return line.clone();
        }
        let (said, heard) = mpsc::unbounded_channel();
        tokio::spawn(Line::new(heard, sender.clone()).run());
        lines.insert(name.to_owned(), said.clone());
        said
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<String, mpsc::UnboundedSender<Said>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.leave();
    }
}

struct Back<'a>(&'a Shared);

impl Drop for Back<'_> {
    fn drop(&mut self) {
        self.0.busy.fetch_add(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests;
