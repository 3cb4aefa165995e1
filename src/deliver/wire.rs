//! The way of a single request to the destination: gate, credentials, transport.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::account::Sent;
use super::auth::Credentials;
use super::gate::Gate;
use super::retry::RetryPolicy;
use super::summary::RequestCounter;
use super::transport::Transport;
use crate::run::{Answer, Request, Session};
use crate::value::Secret;

/// What all requests of an account share.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) session: Arc<Session>,
    pub(super) requests: RequestCounter,
    pub(super) policy: RetryPolicy,
    transport: Arc<dyn Transport>,
    credentials: Credentials,
    gate: Gate,
    /// A permit for each request under way.
    permits: Semaphore,
}

impl Wire {
    pub(super) fn new(
        session: Arc<Session>,
        transport: Arc<dyn Transport>,
        policy: RetryPolicy,
        concurrency: usize,
    ) -> Self {
        Self {
            credentials: Credentials::new(session.auth()),
            session,
            requests: RequestCounter::default(),
            policy,
            transport,
            gate: Gate::default(),
            permits: Semaphore::new(concurrency),
        }
    }

    /// Sends a request once and draws the account's conclusions from the answer. `expired` is the serial of the access
    /// token that is no longer good.
    pub(super) async fn send(&self, request: &Request, expired: Option<u64>) -> Sent {
        self.gate.pass().await;
        let header = match self.credentials.header(&*self.transport, &self.policy, expired).await {
            Ok(header) => header,
            Err(refusal) => return Sent { answer: Err(refusal.to_string().into()), used: 0 },
        };
        let permit = self.permits.acquire().await;
        self.requests.count(request.method);
        let answer = self.transport.send(request, header.value.as_deref()).await;
        drop(permit);
        if let Answer::Reply { status: 429 | 503, retry_after: Some(wish), .. } = &answer {
            self.gate.close_for((*wish).min(self.policy.longest));
        }
        Sent { answer: Ok(answer), used: header.serial }
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
}
