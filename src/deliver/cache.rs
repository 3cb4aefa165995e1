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
    /// Of all that is asked, where an answer holds only while that is the same. Two with one key that are under way at
    /// the same time are then both not kept, for nobody knows which one comes last.
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
}

#[derive(Debug)]
struct Slot {
    answer: Arc<OnceCell<Sent>>,
    content: Option<Content>,
    /// Another content was under way when this one was asked.
    is_contested: bool,
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
        let mut is_first = false;
        let first = &mut is_first;
        let asked = move || async move {
            *first = true;
            fetch.await
        };
        let sent = cell.get_or_init(asked).await.clone();
        if is_first {
            self.slots().settle(&ask, &cell, &sent, self.most_bytes);
        }
        (sent, !is_first)
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
        let slot = self.by_key.get_mut(&ask.key);
        let is_contested =
            slot.as_ref().is_some_and(|slot| slot.content != ask.content && slot.kept.is_none());
        if let Some(slot) = slot
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
            is_contested,
            steps: vec![Arc::clone(ask.step)],
            kept: None,
        };
        self.by_key.insert(ask.key.clone(), slot);
        answer
    }

    /// Keeps a success and drops anything else, unless the slot was forgotten meanwhile.
    fn settle(&mut self, ask: &Ask<'_>, cell: &Arc<OnceCell<Sent>>, sent: &Sent, most_bytes: usize) {
        let Some(slot) = self.by_key.get_mut(&ask.key) else { return };
        if !Arc::ptr_eq(&slot.answer, cell) {
            return;
        }
        let since = clock::now();
        match (&sent.answer, since.checked_add(ask.keep)) {
            (Ok(answer), Some(until)) if is_success(answer) && !slot.is_contested => {
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
mod tests {
    use std::cell::Cell;

    use serde_json::json;

    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn step(name: &str) -> Arc<str> {
        Arc::from(name)
    }

    fn reply(status: u16, body: Value) -> Sent {
        let answer = Answer::Reply { status, body: Body::Json(Arc::new(body)), retry_after: None };
        Sent { answer: Ok(answer), used: 0 }
    }

    /// Asks `key` as `step`; the reply takes a second and has the number of replies so far as its body.
    async fn ask(cache: &Cache, sent: &Cell<u32>, step: &str, key: &str, status: u16) -> Value {
        ask_after(cache, sent, step, key, status, None).await
    }

    async fn ask_after(
        cache: &Cache,
        sent: &Cell<u32>,
        step: &str,
        key: &str,
        status: u16,
        after: Option<Instant>,
    ) -> Value {
        let step = Arc::from(step);
        let asked = Ask { key: key.into(), content: None, step: &step, keep: MINUTE, after };
        let answer = cache.ask(asked, async {
            sent.set(sent.get() + 1);
            let body = json!(sent.get());
            clock::wait(Duration::from_secs(1)).await;
            reply(status, body)
        });
        let (sent, _) = answer.await;
        match sent.answer {
            Ok(Answer::Reply { body: Body::Json(value), .. }) => (*value).clone(),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn many_ask_and_one_request_goes_out() {
        let (cache, sent) = (Cache::new(10_000), Cell::new(0));
        let all = tokio::join!(
            ask(&cache, &sent, "find", "/a", 200),
            ask(&cache, &sent, "find", "/a", 200),
            ask(&cache, &sent, "look", "/a", 200),
            ask(&cache, &sent, "find", "/b", 200),
        );
        assert_eq!(all, (json!(1), json!(1), json!(1), json!(2)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_success_is_kept_and_expires() {
        let (cache, sent) = (Cache::new(10_000), Cell::new(0));
        assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 1);
        clock::wait(MINUTE / 2).await;
        assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 1);
        clock::wait(MINUTE / 2).await;
        assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_shared_by_those_who_wait_but_not_kept() {
        let (cache, sent) = (Cache::new(10_000), Cell::new(0));
        let both = tokio::join!(ask(&cache, &sent, "find", "/a", 503), ask(&cache, &sent, "find", "/a", 503));
        assert_eq!(both, (json!(1), json!(1)));
        assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_run_has_seen_is_not_given_to_it_again() {
        let (cache, sent) = (Cache::new(10_000), Cell::new(0));
        assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 1);
        let seen = Some(clock::now());
        assert_eq!(ask_after(&cache, &sent, "find", "/a", 200, seen).await, 2);
        assert_eq!(ask_after(&cache, &sent, "find", "/a", 200, seen).await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn forgotten_by_any_step_that_asked() {
        let (cache, sent) = (Cache::new(10_000), Cell::new(0));
        ask(&cache, &sent, "find", "/a", 200).await;
        ask(&cache, &sent, "look", "/a", 200).await;
        cache.forget(&[step("other")]);
        assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 1);
        cache.forget(&[step("look")]);
        assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_that_began_before_the_forgetting_is_not_kept() {
        let (cache, sent) = (Cache::new(10_000), Cell::new(0));
        let forget = async {
            clock::wait(Duration::from_millis(500)).await;
            cache.forget(&[step("find")]);
            ask(&cache, &sent, "find", "/a", 200).await
        };
        let answers = tokio::join!(ask(&cache, &sent, "find", "/a", 200), forget);
        assert_eq!(answers, (json!(1), json!(2)));
        assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn another_takes_over_when_the_first_is_dropped() {
        let (cache, sent) = (Cache::new(10_000), Cell::new(0));
        let dropped =
            tokio::time::timeout(Duration::from_millis(1), ask(&cache, &sent, "find", "/a", 200)).await;
        assert!(dropped.is_err());
        assert_eq!(ask(&cache, &sent, "find", "/a", 200).await, 2);
    }

    /// Writes `content` under one key; the reply takes a second. Gives whether the write was made.
    async fn write(cache: &Cache, content: u8) -> bool {
        let step = Arc::from("write");
        let content = Some([content; 32]);
        let asked = Ask { key: "k".into(), content, step: &step, keep: MINUTE, after: None };
        let answer = cache.ask(asked, async {
            clock::wait(Duration::from_secs(1)).await;
            reply(200, json!(1))
        });
        !answer.await.1
    }

    #[tokio::test(start_paused = true)]
    async fn another_content_takes_the_place_of_the_one_before() {
        let cache = Cache::new(10_000);
        for (content, is_made) in [(1, true), (1, false), (2, true), (2, false), (1, true)] {
            assert_eq!(write(&cache, content).await, is_made, "{content}");
        }
        cache.forget(&[step("write")]);
        assert!(write(&cache, 1).await);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_knows_which_of_two_contents_came_last() {
        let cache = Cache::new(10_000);
        assert_eq!(tokio::join!(write(&cache, 1), write(&cache, 1)), (true, false), "they are one");
        assert_eq!(tokio::join!(write(&cache, 2), write(&cache, 3)), (true, true));
        assert!(write(&cache, 3).await);
        assert!(!write(&cache, 3).await);
        assert!(write(&cache, 2).await);
    }

    #[tokio::test(start_paused = true)]
    async fn stays_within_its_bytes() {
        let (cache, sent) = (Cache::new(2_000), Cell::new(0));
        for number in 0..100 {
            ask(&cache, &sent, "find", &format!("/{number}"), 200).await;
        }
        assert!(cache.slots().bytes <= 2_000);
        assert!(cache.slots().by_key.len() < 20);
        assert_eq!(ask(&cache, &sent, "find", "/99", 200).await, 100, "the newest is still there");
    }
}
