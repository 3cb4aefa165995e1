//! One kind of request: who waits, and which of them go together.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::super::clock::{self, Instant};
use super::ReplyTo;
use super::batch::{Batch, Sender};
use crate::compile::BulkPlan;
use crate::run::together::Item;

/// What a line is told.
#[derive(Debug)]
pub(super) enum Said {
    /// Somebody asks.
    Asks(Waiting),
    /// Nobody is left who could ask.
    Quiet,
}

/// A request that waits for others.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) item: Item,
    pub(super) step: Arc<str>,
    pub(super) plan: Arc<BulkPlan>,
    pub(super) reply_to: ReplyTo,
}

/// A line of requests of one kind.
#[derive(Debug)]
pub(super) struct Line {
    heard: mpsc::UnboundedReceiver<Said>,
    sender: Arc<Sender>,
    waiting: VecDeque<Waiting>,
    /// Keys of the batches that are under way.
    under_way: HashSet<String>,
    batches: JoinSet<Vec<String>>,
    /// When those that wait have waited long enough.
    due: Option<Instant>,
}

impl Line {
    pub(super) fn new(heard: mpsc::UnboundedReceiver<Said>, sender: Arc<Sender>) -> Self {
        Self {
            heard,
            sender,
            waiting: VecDeque::new(),
            under_way: HashSet::new(),
            batches: JoinSet::new(),
            due: None,
        }
    }

    /// Works until nobody can ask any more and all have their answers.
    pub(super) async fn run(mut self) {
        let mut is_open = true;
        while is_open || !self.batches.is_empty() || !self.waiting.is_empty() {
            let due = self.due;
            tokio::select! {
                said = self.heard.recv(), if is_open => match said {
                    Some(Said::Asks(waiting)) => self.take(waiting),
                    Some(Said::Quiet) => self.send_all(),
                    None => {
                        is_open = false;
                        self.send_all();
                    }
                },
                Some(done) = self.batches.join_next() => {
                    self.free(done);
                    self.wait_for(Duration::ZERO);
                }
                () = until(due), if due.is_some() => self.send_all(),
            }
        }
    }

    /// The keys of a batch that has come back. After a panic nobody knows which those are, and none is held back.
    fn free(&mut self, done: Result<Vec<String>, tokio::task::JoinError>) {
        match done {
            Ok(keys) => self.under_way.retain(|key| !keys.contains(key)),
            Err(_) => self.under_way.clear(),
        }
    }

    fn take(&mut self, waiting: Waiting) {
        let (max, linger) = (waiting.plan.max, waiting.plan.linger);
        self.waiting.push_back(waiting);
        if self.waiting.len() >= max && self.n_ready() >= max {
            self.send_one();
        }
        self.wait_for(linger);
    }

    /// Those that wait wait at most so long, unless they are due earlier.
    fn wait_for(&mut self, span: Duration) {
        if self.waiting.is_empty() {
            self.due = None;
            return;
        }
        let moment = clock::now() + span;
        self.due = Some(self.due.map_or(moment, |due| due.min(moment)));
    }

    /// How many could go now.
    fn n_ready(&self) -> usize {
        let keys: HashSet<&str> = self.waiting.iter().map(|waiting| waiting.item.key.as_str()).collect();
        keys.iter().filter(|key| !self.under_way.contains(**key)).count()
    }

    /// Sends all that can go; what has to wait for an earlier one with its key goes when that has come back.
    fn send_all(&mut self) {
        self.due = None;
        while self.send_one() {}
    }

    fn send_one(&mut self) -> bool {
        let Some(batch) = self.next_batch() else { return false };
        let keys: Vec<String> = batch.keys().map(str::to_owned).collect();
        self.under_way.extend(keys.iter().cloned());
        let sender = self.sender.clone();
        self.batches.spawn(async move {
            sender.send(batch).await;
            keys
        });
        true
    }

    /// The requests that go next: no two with one key, unless one stands for both.
    fn next_batch(&mut self) -> Option<Batch> {
        let first = self.waiting.front()?;
        let plan = first.plan.clone();
        let mut batch = Batch::new(first.step.clone(), plan.clone());
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut left = VecDeque::new();
        for waiting in self.waiting.drain(..) {
            let key = &waiting.item.key;
            match places.get(key) {
                Some(place) if plan.collapses => batch.replace(*place, waiting),
                None if !self.under_way.contains(key) && batch.len() < plan.max => {
                    places.insert(key.clone(), batch.len());
                    batch.add(waiting);
                }
                _ => left.push_back(waiting),
            }
        }
        self.waiting = left;
        (batch.len() > 0).then_some(batch)
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(moment) => clock::wait_until(moment).await,
        None => std::future::pending().await,
    }
}
