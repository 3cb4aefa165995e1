//! The order of a batch: events of one user one after another, the others side by side.

use std::collections::HashMap;
use std::hash::Hash;
use std::pin::Pin;

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

    /// Runs all and hands over each answer with its place.
    pub(super) async fn run(self, finish: Finish, mut on_end: impl FnMut(usize, End)) {
        let mut running = JoinSet::new();
        for line in self.lines {
            let mut rest = line.into_iter();
            let Some((place, deliverer, event)) = rest.next() else { continue };
            let first = begin(&deliverer, event, finish);
            running.spawn(run_line(place, first, rest, finish));
        }
        while let Some(done) = running.join_next().await {
            // A line that ends in a panic has no answers; its events count as to be repeated.
            done.into_iter().flatten().for_each(|(place, end)| on_end(place, end));
        }
    }
}

/// An event on its way.
type Begun = Pin<Box<dyn Future<Output = End> + Send>>;

/// Begins an event: from here on it counts as under way.
fn begin(deliverer: &Deliverer, event: Event, finish: Finish) -> Begun {
    match finish {
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
    }
}

async fn run_line(
    mut place: usize,
    mut event: Begun,
    rest: impl Iterator<Item = (usize, Deliverer, Event)>,
    finish: Finish,
) -> Vec<(usize, End)> {
    let mut ends = Vec::new();
    let mut rest = rest.into_iter();
    loop {
        let end = event.await;
        let is_held = end.0.is_repeated();
        ends.push((place, end));
        if is_held {
            break;
        }
        let Some((next, deliverer, waiting)) = rest.next() else { break };
        (place, event) = (next, begin(&deliverer, waiting, finish));
    }
    let why = "an earlier event of this user has to be delivered first";
    ends.extend(rest.map(|(place, ..)| (place, (Answer::later(why), None, Vec::new()))));
    ends
}
