//! Plans: what they tell, that they write nothing, and that a delivery by a plan does what it says.

mod applied;
mod command;
mod many;
mod told;

use std::sync::Arc;

use mapwright::compile;
use mapwright::deliver::{Address, Deliverer, HttpLimits, HttpTransport, Options, RetryPolicy};
use mapwright::diag::Diagnostics;
use mapwright::run::Session;
use sandbox::{RequestLog, Sandbox};
use serde_json::{Value, json};

/// A session of the shipped mapping.
fn session() -> Arc<Session> {
    session_with(&json!({"domain": "acme", "email": "admin@acme.test", "apiToken": "canary-token"}))
}

fn session_with(config: &Value) -> Arc<Session> {
    let text = include_str!("../../../mappings/zendesk.yaml");
    let plan = compile::load(text, &mut Diagnostics::new()).unwrap();
    Arc::new(Session::open(Arc::new(plan), config.as_object().unwrap()).unwrap())
}

fn deliverer(session: &Arc<Session>, sandbox: &Sandbox) -> Deliverer {
    let address = Address::at_endpoint(session.base_url(), &sandbox.url()).unwrap();
    let transport = HttpTransport::new(address, session.headers(), HttpLimits::default()).unwrap();
    let options = Options { retry: RetryPolicy::without_waiting(4), ..Options::default() };
    Deliverer::new(session.clone(), Arc::new(transport), options)
}

/// Requests that may have changed something; asking for an access token does not.
fn writes(sandbox: &Sandbox) -> Vec<RequestLog> {
    let is_write = |request: &RequestLog| {
        !matches!(request.method.as_str(), "GET" | "HEAD") && request.path.starts_with("/api/")
    };
    sandbox.requests().into_iter().filter(is_write).collect()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}
