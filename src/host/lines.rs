//! The order of a batch: events of one user one after another, the others side by side.

use std::collections::HashMap;
use std::future::ready;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::mpsc;
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

/// How events are run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    /// Who makes the last request.
    pub(super) finish: Finish,
    /// Events of several accounts wait for each other's end: one whose account stands still is not begun.
    pub(super) is_mixed: bool,
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

    /// Runs all and hands over each answer with its place. What is not at its end by the deadline is broken off.
    pub(super) async fn run(self, way: Way, deadline: Instant, mut on_end: impl FnMut(usize, End)) -> Ran {
        let (sender, mut ends) = mpsc::unbounded_channel();
        let mut running = JoinSet::new();
        for line in self.lines {
            let mut rest = line.into_iter();
            let Some((place, task)) = rest.next() else { continue };
            running.spawn(run_line(place, task.begin(way), rest, way, sender.clone()));
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

/// An event on its way.
type Begun = Pin<Box<dyn Future<Output = End> + Send>>;

async fn run_line(
    mut place: usize,
    mut event: Begun,
    mut rest: impl Iterator<Item = (usize, Task)>,
    way: Way,
    ends: mpsc::UnboundedSender<(usize, End)>,
) {
    loop {
        let end = event.await;
        let is_held = end.0.is_repeated();
        // Nobody waits any more when the call was broken off.
        let _ = ends.send((place, end));
        if is_held {
            break;
        }
        let Some((next, task)) = rest.next() else { return };
        (place, event) = (next, task.begin(way));
    }
    for (place, task) in rest {
        let answer = Answer::later("an earlier event of this user has to be delivered first");
        trace::event_ended(&task.span, &answer);
        let _ = ends.send((place, (answer, None, Vec::new())));
    }
}

impl Task {
    /// Begins the event: from here on it counts as under way.
    fn begin(self, way: Way) -> Begun {
        let Task { deliverer, event, origin, span } = self;
        if let Some(standstill) = way.is_mixed.then(|| deliverer.standstill()).flatten() {
            let answer = Answer::not_begun(standstill);
            trace::event_ended(&span, &answer);
            return Box::pin(ready((answer, None, Vec::new())));
        }
        let run: Begun = match way.finish {
            Finish::Engine => {
                let outcome = deliverer.deliver_one(event);
                Box::pin(async move { (Answer::of(outcome.await), None, Vec::new()) })
            }
            Finish::Host => {
                let handed = deliverer.deliver_for_host(event);
                Box::pin(async move {
                    let Handed { outcome, left, shown } = handed.await;
                    (Answer::of(outcome), left, shown)
                })
            }
        };
        Box::pin(async move {
            let end = origin.watch(run.instrument(span.clone())).await;
            trace::event_ended(&span, &end.0);
            end
        })
    }
}
