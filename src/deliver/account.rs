//! One account of a destination: credentials, gate, shared answers, and the way of a single request through them.

use std::sync::Arc;

use super::auth::Credentials;
use super::cache::{Ask, Cache};
use super::clock::{self, Instant};
use super::gate::Gate;
use super::retry::{RetryPolicy, wait_before};
use super::summary::RequestCounter;
use super::transport::Transport;
use crate::run::Session;
use crate::run::{Answer, Request};
use crate::value::Secret;

/// Memory for shared answers of reads.
const READ_BYTES: usize = 64 * 1024 * 1024;

/// Memory for shared answers of writes, which are mostly their keys.
const WRITE_BYTES: usize = 16 * 1024 * 1024;

/// All that the events of one session share.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) session: Arc<Session>,
    pub(super) requests: RequestCounter,
    policy: RetryPolicy,
    transport: Arc<dyn Transport>,
    credentials: Credentials,
    gate: Gate,
    reads: Cache,
    writes: Cache,
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
    pub(super) fn new(session: Arc<Session>, transport: Arc<dyn Transport>, policy: RetryPolicy) -> Self {
        Self {
            credentials: Credentials::new(session.auth()),
            session,
            requests: RequestCounter::default(),
            policy,
            transport,
            gate: Gate::default(),
            reads: Cache::new(READ_BYTES),
            writes: Cache::new(WRITE_BYTES),
        }
    }

    /// The answer to a request: shared, kept or fresh, after whatever wait is due.
    ///
    /// # Errors
    /// Why there will be none: too many attempts, or no access token.
    pub(super) async fn answer(&self, request: &Request, last: &mut Option<Last>) -> Result<Answer, String> {
        if request.attempt > 1 && !request.fresh_auth {
            let wait = wait_before(request.attempt, request.retry_after, &self.policy, clock::chance());
            let wait = wait.ok_or_else(|| gave_up(request.attempt, last.as_ref()))?;
            clock::wait(wait).await;
        }
        let after = last.as_ref().filter(|_| request.attempt > 1 || request.fresh_auth).map(|last| last.at);
        let expired = last.as_ref().filter(|_| request.fresh_auth).map(|last| last.sent.used);
        let sent = self.share(request, after, expired).await;
        *last = Some(Last { sent: sent.clone(), at: clock::now() });
        sent.answer.map_err(|why| why.to_string())
    }

    /// The credentials for a request that somebody else makes; the error says why there are none.
    pub(super) async fn authorization(&self) -> Result<Option<Arc<Secret>>, String> {
        let header = self.credentials.header(&*self.transport, &self.policy, None).await;
        header.map(|header| header.value).map_err(|refusal| refusal.to_string())
    }

    /// Makes a request that somebody else has put together.
    #[cfg(feature = "host")]
    pub(super) async fn forward(&self, request: &Request) -> Answer {
        self.gate.pass().await;
        self.requests.count(request.method);
        self.transport.send(request, None).await
    }

    async fn share(&self, request: &Request, after: Option<Instant>, expired: Option<u64>) -> Sent {
        let send = self.send(request, expired);
        let step = &request.step;
        let (sent, is_there) = if request.method.is_read() {
            let Some(keep) = request.cache else { return send.await };
            self.reads.ask(Ask { key: read_key(request), step, keep, after }, send).await
        } else {
            let Some(once) = &request.once else { return send.await };
            let key = format!("{step}\n{}", once.key);
            self.writes.ask(Ask { key, step, keep: once.keep, after }, send).await
        };
        self.transport.shared(is_there);
        sent
    }

    /// Sends a request once and draws the account's conclusions from the answer.
    async fn send(&self, request: &Request, expired: Option<u64>) -> Sent {
        self.gate.pass().await;
        let header = match self.credentials.header(&*self.transport, &self.policy, expired).await {
            Ok(header) => header,
            Err(refusal) => return Sent { answer: Err(refusal.to_string().into()), used: 0 },
        };
        self.requests.count(request.method);
        let answer = self.transport.send(request, header.value.as_deref()).await;
        if let Answer::Reply { status: 429 | 503, retry_after: Some(wish), .. } = &answer {
            self.gate.close_for((*wish).min(self.policy.longest));
        }
        if may_have_changed(&answer) {
            self.reads.forget(&request.forget);
        }
        Sent { answer: Ok(answer), used: header.serial }
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
