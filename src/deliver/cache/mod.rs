//! Answers that many events share: one request in flight for all who ask the same, and its success kept for a while.
//!
//! Serves reads with `cache` and writes with `once` or `remember`. Nothing is kept but replies with a 2xx status.

use std::collections::HashMap;
use std::future::Future;
use std::mem::size_of;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::OnceCell;

use super::account::Sent;
use super::clock::{self, Instant};
use crate::run::{Answer, Body};

/// Answers by key, up to a number of bytes.
#[derive(Debug)]
pub(super) struct Cache {
    most_bytes: usize,
    slots: Mutex<Slots>,
}

/// What is asked.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    /// Asks with one key are the same ask.
    pub(super) key: String,
    /// Of all that is asked, where an answer holds only while that is the same. Those with one key that are under way at
    /// the same time are then not kept, for nobody knows which one comes last.
    pub(super) content: Option<Content>,
    /// The step that asks; [`Cache::forget`] knows the answer by it.
    pub(super) step: &'a Arc<str>,
    /// How long a success is kept.
    pub(super) keep: Duration,
    /// A kept answer counts only if it came after this moment: what a run found wanting is not given to it again.
    pub(super) after: Option<Instant>,
}

/// Fingerprint of what is asked.
pub(super) type Content = [u8; 32];

#[derive(Debug, Default)]
struct Slots {
    by_key: HashMap<String, Slot>,
    bytes: usize,
    /// Requests on their way whose content counts, by key.
    flights: HashMap<String, Flights>,
}

#[derive(Debug, Default)]
struct Flights {
    under_way: usize,
    /// There were several at some time since there was none.
    overlapped: bool,
}

/// A request whose content counts is on its way until this is dropped.
#[derive(Debug)]
struct Flight<'c> {
    cache: &'c Cache,
    key: String,
}

impl Flight<'_> {
    fn is_alone(&self) -> bool {
        self.cache.slots().flights.get(&self.key).is_none_or(|flights| !flights.overlapped)
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let mut slots = self.cache.slots();
        if let Some(flights) = slots.flights.get_mut(&self.key) {
            flights.under_way = flights.under_way.saturating_sub(1);
            if flights.under_way == 0 {
                slots.flights.remove(&self.key);
            }
        }
    }
}

#[derive(Debug)]
struct Slot {
    answer: Arc<OnceCell<Sent>>,
    content: Option<Content>,
    steps: Vec<Arc<str>>,
    /// `None` while the request is in flight.
    kept: Option<Kept>,
}

#[derive(Clone, Copy, Debug)]
struct Kept {
    since: Instant,
    until: Instant,
    bytes: usize,
}

impl Cache {
    /// An empty cache that keeps about so many bytes at most.
    pub(super) fn new(most_bytes: usize) -> Self {
        Self { most_bytes, slots: Mutex::default() }
    }

    /// The kept answer, the one that is on its way, else what `fetch` gives; and whether it was one of the first two.
    pub(super) async fn ask(&self, ask: Ask<'_>, fetch: impl Future<Output = Sent>) -> (Sent, bool) {
        let cell = self.slots().join(&ask, clock::now());
        let (mut is_first, mut flight) = (false, None);
        let (first, begun) = (&mut is_first, &mut flight);
        let asked = || async {
            (*first, *begun) = (true, self.begin(&ask));
            fetch.await
        };
        let sent = cell.get_or_init(asked).await.clone();
        if is_first {
            let is_alone = flight.as_ref().is_none_or(Flight::is_alone);
            self.slots().settle(&ask, &cell, &sent, is_alone, self.most_bytes);
        }
        (sent, !is_first)
    }

    fn begin(&self, ask: &Ask<'_>) -> Option<Flight<'_>> {
        ask.content?;
        let mut slots = self.slots();
        let flights = slots.flights.entry(ask.key.clone()).or_default();
        flights.under_way += 1;
        flights.overlapped |= flights.under_way > 1;
        Some(Flight { cache: self, key: ask.key.clone() })
    }

    /// Drops the kept answer of a key.
    pub(super) fn remove(&self, key: &str) {
        self.slots().remove(key);
    }

    /// Drops the answers that these steps asked for. Those on their way reach who waits for them, but are not kept.
    pub(super) fn forget(&self, steps: &[Arc<str>]) {
        if !steps.is_empty() {
            self.slots().retain(|slot| !slot.steps.iter().any(|step| steps.contains(step)));
        }
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    /// The cell to wait on: a new one unless there is one that still holds.
    fn join(&mut self, ask: &Ask<'_>, now: Instant) -> Arc<OnceCell<Sent>> {
        if let Some(slot) = self.by_key.get_mut(&ask.key)
            && slot.content == ask.content
            && slot
                .kept
                .is_none_or(|kept| kept.until > now && ask.after.is_none_or(|after| kept.since > after))
        {
            if !slot.steps.contains(ask.step) {
                slot.steps.push(Arc::clone(ask.step));
            }
            return Arc::clone(&slot.answer);
        }
        self.remove(&ask.key);
        let answer = Arc::default();
        let slot = Slot {
            answer: Arc::clone(&answer),
            content: ask.content,
            steps: vec![Arc::clone(ask.step)],
            kept: None,
        };
        self.by_key.insert(ask.key.clone(), slot);
        answer
    }

    /// Keeps a success and drops anything else, unless the slot was forgotten meanwhile.
    fn settle(
        &mut self,
        ask: &Ask<'_>,
        cell: &Arc<OnceCell<Sent>>,
        sent: &Sent,
        is_alone: bool,
        most_bytes: usize,
    ) {
        let Some(slot) = self.by_key.get_mut(&ask.key) else { return };
        if !Arc::ptr_eq(&slot.answer, cell) {
            return;
        }
        let since = clock::now();
        match (&sent.answer, since.checked_add(ask.keep)) {
            (Ok(answer), Some(until)) if is_success(answer) && is_alone => {
                let bytes = ask.key.len() + weight(answer);
                slot.kept = Some(Kept { since, until, bytes });
                self.bytes += bytes;
                self.shrink(since, most_bytes);
            }
            _ => self.remove(&ask.key),
        }
    }

    /// Makes room: first what has expired, then what expires next.
    fn shrink(&mut self, now: Instant, most_bytes: usize) {
        if self.bytes <= most_bytes {
            return;
        }
        self.retain(|slot| slot.kept.is_none_or(|kept| kept.until > now));
        if self.bytes <= most_bytes {
            return;
        }
        let mut kept: Vec<(Instant, usize, String)> = self
            .by_key
            .iter()
            .filter_map(|(key, slot)| slot.kept.map(|kept| (kept.until, kept.bytes, key.clone())))
            .collect();
        kept.sort();
        // A quarter is freed at once, so that a full cache is not sorted for each new answer.
        for (_, _, key) in kept {
            if self.bytes <= most_bytes / 4 * 3 {
                break;
            }
            self.remove(&key);
        }
    }

    fn remove(&mut self, key: &str) {
        if let Some(Slot { kept: Some(kept), .. }) = self.by_key.remove(key) {
            self.bytes = self.bytes.saturating_sub(kept.bytes);
        }
    }

    fn retain(&mut self, holds: impl Fn(&Slot) -> bool) {
        self.by_key.retain(|_, slot| holds(slot));
        self.bytes = self.by_key.values().filter_map(|slot| slot.kept).map(|kept| kept.bytes).sum();
    }
}

fn is_success(answer: &Answer) -> bool {
    matches!(answer, Answer::Reply { status: 200..=299, .. })
}

/// About how many bytes of memory an answer takes.
fn weight(answer: &Answer) -> usize {
    let body = match answer {
        Answer::Reply { body: Body::Json(value), .. } => weight_of(value),
        Answer::Reply { body: Body::Other(text), .. } => text.len(),
        Answer::Reply { body: Body::Empty, .. } | Answer::Timeout | Answer::Unreachable { .. } => 0,
    };
    body + size_of::<Slot>()
}

fn weight_of(value: &Value) -> usize {
    let inside: usize = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(weight_of).sum(),
        Value::Object(members) => {
            members.iter().map(|(key, member)| key.len() + size_of::<String>() + weight_of(member)).sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    inside + size_of::<Value>()
}

#[cfg(test)]
mod tests;
