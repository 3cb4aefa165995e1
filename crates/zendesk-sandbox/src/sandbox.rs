//! The handle of a running sandbox.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::builder::Builder;
use crate::dump;
use crate::error::SandboxError;
use crate::log::RequestLog;
use crate::seed;
use crate::state::State;

/// How long `stop` waits for requests in flight.
const PATIENCE: Duration = Duration::from_secs(2);

/// A running sandbox; dropping it stops it.
#[derive(Debug)]
pub struct Sandbox {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    /// Sending, or dropping, ends the server.
    shutdown: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl Sandbox {
    pub(crate) fn new(
        addr: SocketAddr,
        state: Arc<Mutex<State>>,
        shutdown: oneshot::Sender<()>,
        server: JoinHandle<()>,
    ) -> Self {
        Self { addr, state, shutdown: Some(shutdown), server: Some(server) }
    }

    /// Settings of a new sandbox.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Its address: `http://127.0.0.1:PORT`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The socket it listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Everything the account holds, each list in id order: `users` (complete objects), `identities`,
    /// `organizations`, `organization_memberships`, `user_fields`, `organization_fields`, `events`, `deleted_users`.
    #[must_use]
    pub fn state(&self) -> Value {
        let mut state = self.lock();
        state.run_jobs();
        dump::state(&state.account, &state.base)
    }

    /// Adds records, in the shape that [`Sandbox::state`] gives. Ids may be left out; searches see them at once.
    ///
    /// # Errors
    /// [`SandboxError::Seed`] for a wrong shape or a contradiction; nothing is added then.
    pub fn seed(&self, records: &Value) -> Result<(), SandboxError> {
        let mut state = self.lock();
        let at = state.clock.now();
        seed::apply(&mut state.account, records, at)
    }

    /// The requests received so far, without those to control routes.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestLog> {
        self.lock().log.entries().cloned().collect()
    }

    /// Forgets the requests received so far.
    pub fn clear_requests(&self) {
        self.lock().log.clear();
    }

    /// Back to an empty account: records, issued tokens, counters, faults and log go.
    pub fn reset(&self) {
        self.lock().reset();
    }

    /// Adds a fault, in the shape that `POST /_sandbox/faults` takes.
    ///
    /// # Errors
    /// [`SandboxError::Fault`] for a wrong shape.
    pub fn fault(&self, wish: &Value) -> Result<(), SandboxError> {
        self.lock().faults.add(wish)
    }

    /// Ends all access tokens issued so far.
    pub fn revoke_tokens(&self) {
        self.lock().tokens.revoke_all();
    }

    /// Moves the sandbox's clock ahead: limits, jobs, the search index and tokens follow it.
    pub fn advance(&self, by: Duration) {
        self.lock().clock.advance(by);
    }

    /// Writes the state to the file that [`Builder::state_file`] named; does nothing without one.
    ///
    /// # Errors
    /// [`SandboxError::StateFile`] when the file cannot be written.
    pub fn save(&self) -> Result<(), SandboxError> {
        self.lock().save()
    }

    /// Stops listening, lets requests in flight finish, and closes the connections.
    pub async fn stop(mut self) {
        drop(self.shutdown.take());
        if let Some(mut server) = self.server.take()
            && tokio::time::timeout(PATIENCE, &mut server).await.is_err()
        {
            server.abort();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
