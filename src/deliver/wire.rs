//! The way of a single request to the destination: gate, credentials, transport.

use std::sync::Arc;
use std::time::Duration;

use super::Options;
use super::account::Sent;
use super::auth::Credentials;
use super::pace::Manners;
#[cfg(feature = "host")]
use super::pace::Standstill;
use super::retry::RetryPolicy;
use super::spent::{Clocks, Doing};
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
    pub(super) clocks: Clocks,
    transport: Arc<dyn Transport>,
    credentials: Credentials,
    manners: Manners,
}

impl Wire {
    pub(super) fn new(session: Arc<Session>, transport: Arc<dyn Transport>, options: &Options) -> Self {
        let manners = Manners::new(session.limits(), options);
        Self {
            credentials: Credentials::new(session.auth()),
            session,
            requests: RequestCounter::default(),
            policy: options.retry,
            clocks: Clocks::default(),
            transport,
            manners,
        }
    }

    /// Sends a request once and draws the account's conclusions from the answer.
    pub(super) async fn send(&self, request: &Request) -> Sent {
        let leave = match self.manners.leave(request, &self.clocks).await {
            Ok(leave) => leave,
            Err(why) => return Sent { answer: Err(why.into()), used: 0 },
        };
        let header = match self.credentials.header(&*self.transport, &self.policy).await {
            Ok(header) => header,
            Err(refusal) => return Sent { answer: Err(refusal.to_string().into()), used: 0 },
        };
        self.requests.count(request.method);
        let sending = self.transport.send(request, header.value.as_deref());
        let answer = self.clocks.time(Doing::UnderWay, sending).await;
        // Before the next one gets leave, which would begin with the same token. One that is refused when it is new is not
        // at fault.
        if matches!(answer, Answer::Reply { status, .. } if self.session.renews_on(status))
            && !request.fresh_auth
        {
            self.credentials.refuse(header.serial);
        }
        leave.answered(request, &answer, self.transport.take_standing(), header.serial);
        Sent { answer: Ok(answer), used: header.serial }
    }

    /// The destination no longer takes the access token with this serial.
    pub(super) fn refuse_token(&self, serial: u64) {
        self.credentials.refuse(serial);
    }

    /// Requests left in the tightest window, and the time until there are more.
    pub(super) fn left(&self) -> Option<(u32, Duration)> {
        self.manners.left()
    }

    /// Whether the account stands still.
    #[cfg(feature = "host")]
    pub(super) fn standstill(&self) -> Option<Standstill> {
        self.manners.standstill()
    }

    /// Whether requests may be made as they come, for the destination has no limits.
    pub(super) fn is_wide(&self) -> bool {
        self.manners.are_needless()
    }

    /// Tells those who count that an answer was shared, or is made for all.
    pub(super) fn shared(&self, is_there: bool) {
        self.transport.shared(is_there);
    }

    /// The credentials for a request that somebody else makes; the error says why there are none.
    pub(super) async fn authorization(&self) -> Result<Option<Arc<Secret>>, String> {
        let header = self.credentials.header(&*self.transport, &self.policy).await;
        header.map(|header| header.value).map_err(|refusal| refusal.to_string())
    }

    /// Makes a request that somebody else has put together.
    #[cfg(feature = "host")]
    pub(super) async fn forward(&self, request: &Request) -> Answer {
        let leave = match self.manners.leave(request, &self.clocks).await {
            Ok(leave) => leave,
            Err(why) => return Answer::Unreachable { why },
        };
        self.requests.count(request.method);
        let answer = self.clocks.time(Doing::UnderWay, self.transport.send(request, None)).await;
        leave.answered(request, &answer, self.transport.take_standing(), 0);
        answer
    }
}
