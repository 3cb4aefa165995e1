//! The order of a batch: events of one user one after another, the others side by side.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Finish;
use super::verdict::Answer;
use crate::deliver::{Deliverer, Handed, Shared};
use crate::run::Event;

/// What became of an event: the answer, the request that is left to the caller, those that are shown to it.
pub(super) type End = (Answer, Option<Shared>, Vec<Shared>);

/// Events that go one after another, each with its place in the batch.
type Line = Vec<(usize, Deliverer, Event)>;

/// Runs events. Those of one user go one after another, in their order, the rest side by side.
///
/// After an event that is to be repeated, the later ones of its user are not run: they come again behind it.
#[derive(Debug)]
pub(super) struct Lines<K> {
    /// Places of the lines of users.
    by_user: HashMap<K, usize>,
    lines: Vec<Line>,
}

impl<K: Eq + Hash> Lines<K> {
    pub(super) fn new() -> Self {
        Self { by_user: HashMap::new(), lines: Vec::new() }
    }

    /// Takes an event that has this place in its batch.
    pub(super) fn push(&mut self, place: usize, user: Option<K>, deliverer: Deliverer, event: Event) {
        let event = (place, deliverer, event);
        let Some(user) = user else {
            self.lines.push(vec![event]);
            return;
        };
        let line = *self.by_user.entry(user).or_insert(self.lines.len());
        match self.lines.get_mut(line) {
            Some(line) => line.push(event),
            None => self.lines.push(vec![event]),
        }
    }

    /// Runs all, at most so many at the same time, and hands over each answer with its place.
    pub(super) async fn run(self, concurrency: usize, finish: Finish, mut on_end: impl FnMut(usize, End)) {
        let permits = Arc::new(Semaphore::new(concurrency.max(1)));
        let mut running = JoinSet::new();
        for line in self.lines {
            running.spawn(run_line(line, finish, permits.clone()));
        }
        while let Some(done) = running.join_next().await {
            // A line that ends in a panic has no answers; its events count as to be repeated.
            done.into_iter().flatten().for_each(|(place, end)| on_end(place, end));
        }
    }
}

async fn run_line(line: Line, finish: Finish, permits: Arc<Semaphore>) -> Vec<(usize, End)> {
    let mut ends = Vec::with_capacity(line.len());
    let mut is_held = false;
    for (place, deliverer, event) in line {
        if is_held {
            let why = "an earlier event of this user has to be delivered first";
            ends.push((place, (Answer::later(why), None, Vec::new())));
            continue;
        }
        let permit = permits.acquire().await;
        let end = match finish {
            Finish::Engine => (Answer::of(deliverer.deliver_one(event).await), None, Vec::new()),
            Finish::Host => {
                let Handed { outcome, left, shown } = deliverer.deliver_for_host(event).await;
                (Answer::of(outcome), left, shown)
            }
        };
        drop(permit);
        is_held = end.0.is_repeated();
        ends.push((place, end));
    }
    ends
}
