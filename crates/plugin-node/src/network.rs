//! Requests that the program makes: each goes to a function of it on the event loop, which promises a reply.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use mapwright::deliver::{Incoming, Network, Outgoing};
use napi::Status;
use napi::bindgen_prelude::Promise;
use napi::threadsafe_function::ThreadsafeFunction;

/// Takes a request as JSON, promises the reply as JSON. It does not keep the process running.
pub(crate) type Function = ThreadsafeFunction<String, Promise<String>, String, Status, false, true>;

/// The program's own network.
pub(crate) struct ProgramNetwork {
    function: Function,
}

impl fmt::Debug for ProgramNetwork {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ProgramNetwork")
    }
}

impl ProgramNetwork {
    pub(crate) fn new(function: Function) -> Self {
        Self { function }
    }

    async fn ask(&self, request: Outgoing) -> Option<Incoming> {
        let request = serde_json::to_string(&request).ok()?;
        let reply = self.function.call_async(request).await.ok()?.await.ok()?;
        serde_json::from_str(&reply).ok()
    }
}

impl Network for ProgramNetwork {
    /// A request without a readable reply may have arrived all the same, so it counts as timed out.
    fn send(&self, request: Outgoing) -> Pin<Box<dyn Future<Output = Incoming> + Send + '_>> {
        Box::pin(async { self.ask(request).await.unwrap_or(Incoming::Timeout { timeout: true }) })
    }
}
