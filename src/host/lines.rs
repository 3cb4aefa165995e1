//! The order of a batch: events of one user one after another, the others side by side.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument, Span};

use super::Finish;
use super::metrics::Origin;
use super::trace;
use super::verdict::Answer;
use crate::deliver::{Deliverer, Handed, Shared};
use crate::run::Event;

/// What became of an event: the answer, the request that is left to the caller, those that are shown to it.
pub(super) type End = (Answer, Option<Shared>, Vec<Shared>);

/// An event to run, and who watches it.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) deliverer: Deliverer,
    pub(super) event: Event,
    pub(super) origin: Arc<Origin>,
    pub(super) span: Span,
}

/// Events that go one after another, each with its place in the batch.
type Line = Vec<(usize, Task)>;

/// Runs events. Those of one user go one after another, in their order, the rest side by side.
///
/// After an event that is to be repeated, the later ones of its user are not run: they come again behind it.
#[derive(Debug)]
pub(super) struct Lines<K> {
    /// Places of the lines of users.
    by_user: HashMap<K, usize>,
    lines: Vec<Line>,
}

/// Whether all events were run to their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ran {
    /// They were, faults of the host aside.
    Whole,
    /// There was no time for some, which have no end.
    Late,
}

impl<K: Eq + Hash> Lines<K> {
    pub(super) fn new() -> Self {
        Self { by_user: HashMap::new(), lines: Vec::new() }
    }

    /// Takes an event that has this place in its batch.
    pub(super) fn push(&mut self, place: usize, user: Option<K>, task: Task) {
        let task = (place, task);
        let Some(user) = user else {
            self.lines.push(vec![task]);
            return;
        };
        let line = *self.by_user.entry(user).or_insert(self.lines.len());
        match self.lines.get_mut(line) {
            Some(line) => line.push(task),
            None => self.lines.push(vec![task]),
        }
    }

    /// Runs all, at most so many at the same time, and hands over each answer with its place. What is not at its end by
    /// the deadline is broken off.
    pub(super) async fn run(
        self,
        concurrency: usize,
        finish: Finish,
        deadline: Instant,
        mut on_end: impl FnMut(usize, End),
    ) -> Ran {
        let permits = Arc::new(Semaphore::new(concurrency.max(1)));
        let (sender, mut ends) = mpsc::unbounded_channel();
        let mut running = JoinSet::new();
        for line in self.lines {
            running.spawn(run_line(line, finish, permits.clone(), sender.clone()));
        }
        drop(sender);
        loop {
            match timeout_at(deadline, ends.recv()).await {
                Ok(Some((place, end))) => on_end(place, end),
                // A line that ends in a panic has no more answers; its events count as to be repeated.
                Ok(None) => return Ran::Whole,
                Err(_) => return Ran::Late,
            }
        }
    }
}

async fn run_line(
    line: Line,
    finish: Finish,
    permits: Arc<Semaphore>,
    ends: mpsc::UnboundedSender<(usize, End)>,
) {
    let mut is_held = false;
    for (place, task) in line {
        let span = task.span.clone();
        let end = if is_held {
            let why = "an earlier event of this user has to be delivered first";
            (Answer::later(why), None, Vec::new())
        } else {
            let _permit = permits.acquire().await;
            task.run(finish).await
        };
        trace::event_ended(&span, &end.0);
        is_held = end.0.is_repeated();
        // Nobody waits any more when the call was broken off.
        let _ = ends.send((place, end));
    }
}

impl Task {
    async fn run(self, finish: Finish) -> End {
        let Task { deliverer, event, origin, span } = self;
        let work = async {
            match finish {
                Finish::Engine => (Answer::of(deliverer.deliver_one(event).await), None, Vec::new()),
                Finish::Host => {
                    let Handed { outcome, left, shown } = deliverer.deliver_for_host(event).await;
                    (Answer::of(outcome), left, shown)
                }
            }
        };
        origin.watch(work.instrument(span)).await
    }
}
