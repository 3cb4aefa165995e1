//! One account of a destination: shared answers, and the way of a run's request through them.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::cache::{Ask, Cache, Content};
use super::clock::{self, Instant};
use super::gather::{Busy, Gatherer};
use super::retry::wait_before;
use super::spent::Doing;
use super::wire::Wire;
use crate::run::{Answer, Request, Session, Verdict};

/// Memory for shared answers of reads.
const READ_BYTES: usize = 64 * 1024 * 1024;

/// Memory for shared answers of writes, which are mostly their keys; as much again for those of remembered writes, so that
/// many of these do not push out what is to be made once.
const WRITE_BYTES: usize = 16 * 1024 * 1024;

/// All that the events of one session share.
#[derive(Debug)]
pub(super) struct Account {
    wire: Arc<Wire>,
    gatherer: Gatherer,
    reads: Cache,
    writes: Cache,
    remembered: Cache,
}

/// What came of a request, and the credentials that it had.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    /// The answer, or why nothing was sent, in words without secrets.
    pub(super) answer: Result<Answer, Arc<str>>,
    /// Serial of the access token.
    pub(super) used: u64,
}

/// What a run remembers of its last answer.
#[derive(Debug)]
pub(super) struct Last {
    sent: Sent,
    at: Instant,
}

impl Account {
    pub(super) fn new(wire: Wire) -> Self {
        let wire = Arc::new(wire);
        Self {
            gatherer: Gatherer::new(wire.clone()),
            wire,
            reads: Cache::new(READ_BYTES),
            writes: Cache::new(WRITE_BYTES),
            remembered: Cache::new(WRITE_BYTES),
        }
    }

    /// The session.
    pub(super) fn session(&self) -> &Arc<Session> {
        &self.wire.session
    }

    /// The way of requests that somebody else makes or counts.
    pub(super) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Says that requests may still come for as long as the token lives.
    pub(super) fn busy(&self) -> Busy {
        self.gatherer.busy()
    }

    /// The answer to a request: shared, kept or fresh, after whatever wait is due.
    ///
    /// # Errors
    /// Why there will be none: too many attempts, or no access token.
    pub(super) async fn answer(&self, request: &Request, last: &mut Option<Last>) -> Result<Answer, String> {
        if request.attempt > 1 && !request.fresh_auth {
            let wait = wait_before(request.attempt, request.retry_after, &self.wire.policy, clock::chance());
            let wait = wait.ok_or_else(|| gave_up(request.attempt, last.as_ref()))?;
            self.wire.clocks.time(Doing::BackOff, clock::wait(wait)).await;
        }
        let after = last.as_ref().filter(|_| request.attempt > 1 || request.fresh_auth).map(|last| last.at);
        if let Some(last) = last.as_ref().filter(|_| request.fresh_auth) {
            self.wire.refuse_token(last.sent.used);
        }
        let sent = self.share(request, after).await;
        *last = Some(Last { sent: sent.clone(), at: clock::now() });
        sent.answer.map_err(|why| why.to_string())
    }

    async fn share(&self, request: &Request, after: Option<Instant>) -> Sent {
        let send = self.send(request);
        let Some((cache, key, keep)) = self.place(request) else { return send.await };
        let is_remembered = request.once.as_ref().is_some_and(|once| once.is_remembered);
        let content = is_remembered.then(|| content_of(request));
        let (sent, is_there) = cache.ask(Ask { key, content, step: &request.step, keep, after }, send).await;
        self.wire.shared(is_there);
        sent
    }

    /// Where the answer to a request is shared, by which key, and for how long.
    fn place(&self, request: &Request) -> Option<(&Cache, String, Duration)> {
        if request.method.is_read() {
            let keep = request.cache?;
            return Some((&self.reads, read_key(request), keep));
        }
        let once = request.once.as_ref()?;
        let cache = if once.is_remembered { &self.remembered } else { &self.writes };
        Some((cache, format!("{}\n{}", request.step, once.key), once.keep))
    }

    /// An event has ended with the answer to this request. One that it failed at was no success, whatever its status, and
    /// is not given to others; a write is not done either for an event that was rejected.
    pub(super) fn ended_at(&self, request: &Request, verdict: &Verdict) {
        let is_doubtful = match verdict {
            Verdict::Failed { .. } => true,
            Verdict::Rejected { .. } => !request.method.is_read(),
            Verdict::Delivered | Verdict::Skipped { .. } => false,
        };
        if is_doubtful && let Some((cache, key, _)) = self.place(request) {
            cache.remove(&key);
        }
    }

    /// Drops what is kept of steps whose answers a write may have made wrong.
    pub(super) fn forget(&self, request: &Request) {
        for cache in [&self.reads, &self.writes, &self.remembered] {
            cache.forget(&request.forget);
        }
    }

    /// Makes a request, together with others if it can be, and forgets what it may have changed.
    async fn send(&self, request: &Request) -> Sent {
        let mut forgetting = Forgetting { account: self, request, is_due: true };
        // A write of many takes longer than one: it is worth that only where requests are counted.
        let is_worth = request.method.is_read() || !self.wire.is_wide();
        let is_first = request.attempt == 1 && !request.fresh_auth;
        let together = match request.bulk.as_ref().filter(|_| is_first && is_worth) {
            Some(bulk) => self.gatherer.ask(request, bulk).await,
            None => None,
        };
        let sent = match together {
            Some(answer) => Sent { answer: Ok(answer), used: 0 },
            None => self.wire.send(request).await,
        };
        forgetting.is_due = sent.answer.as_ref().is_ok_and(may_have_changed);
        sent
    }
}

/// Forgets what a write may have changed when it ends, also if nobody waits for its answer any more.
struct Forgetting<'a> {
    account: &'a Account,
    request: &'a Request,
    is_due: bool,
}

impl Drop for Forgetting<'_> {
    fn drop(&mut self) {
        if self.is_due {
            self.account.forget(self.request);
        }
    }
}

/// Whether what the destination holds may differ from what was read before: all but a clear "not now", "not you" or
/// no arrival. A conflict counts, for it shows that what was read is out of date.
fn may_have_changed(answer: &Answer) -> bool {
    match answer {
        Answer::Reply { status, .. } => !matches!(status, 401 | 403 | 429),
        Answer::Timeout => true,
        Answer::Unreachable { .. } => false,
    }
}

/// Reads with one target and the same headers are the same read, whatever step makes them.
pub(super) fn read_key(request: &Request) -> String {
    let mut key = format!("{} {}", request.method, request.target);
    for (name, value) in &request.headers {
        key.push('\n');
        key.push_str(name);
        key.push(':');
        key.push_str(value);
    }
    key
}

/// The fingerprint of all that a write says.
fn content_of(request: &Request) -> Content {
    let mut content = Sha256::new();
    content.update(read_key(request));
    content.update([0]);
    content.update(request.body.as_deref().unwrap_or_default());
    content.finalize().into()
}

fn gave_up(attempt: u32, last: Option<&Last>) -> String {
    let attempts = attempt.saturating_sub(1);
    let answer = match last.map(|last| &last.sent.answer) {
        Some(Ok(Answer::Reply { status, .. })) => format!("the last answer was {status}"),
        Some(Ok(Answer::Timeout)) => "the last one got no answer".to_owned(),
        Some(Ok(Answer::Unreachable { why })) => why.clone(),
        Some(Err(why)) => why.to_string(),
        None => "none was answered".to_owned(),
    };
    format!("gave up after {attempts} attempts: {answer}")
}
