//! Cases against the sandbox: real HTTP over loopback, the state before and after.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::{CaseError, Done, Made, Planned, decoded, limits};
use crate::deliver::{Address, Deliverer, HttpLimits, HttpTransport, Options, RetryPolicy};
use crate::run::Session;

/// Tries of a request in a case.
const ATTEMPTS: u32 = 4;

/// Plans the events against a sandbox of their own.
pub(super) fn plan(
    session: &Arc<Session>,
    events: &[Value],
    state: &Value,
    faults: &[Value],
) -> Result<Planned, CaseError> {
    block_on(async {
        let (sandbox, deliverer) = open(session, state, faults).await?;
        let mut plans = deliverer.plans();
        let mut planned = Planned { events: Vec::new(), reads: 0 };
        for (number, event) in (1_u64..).zip(events) {
            let event = Arc::new(event.clone());
            let plan = plans.next(&event, &format!("event {number}")).await;
            planned.events.push((event, plan));
        }
        planned.reads = deliverer.requests().read;
        sandbox.stop().await;
        Ok(planned)
    })
}

/// Delivers the events one after another into a sandbox of their own.
pub(super) fn perform(
    session: &Arc<Session>,
    events: &[Value],
    state: &Value,
    faults: &[Value],
) -> Result<Done, CaseError> {
    block_on(async {
        let (sandbox, deliverer) = open(session, state, faults).await?;
        let mut done = Done::default();
        for event in events {
            done.outcomes.push(deliverer.deliver_one(Arc::new(event.clone())).await);
        }
        done.requests =
            sandbox.requests().iter().filter_map(|logged| made(logged, session.base_url())).collect();
        done.state = Some(sandbox.state());
        sandbox.stop().await;
        Ok(done)
    })
}

fn block_on<T>(work: impl Future<Output = Result<T, CaseError>>) -> Result<T, CaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| CaseError(format!("cannot start: {error}")))?.block_on(work)
}

/// A sandbox with a state and faults, and a deliverer into it.
async fn open(
    session: &Arc<Session>,
    state: &Value,
    faults: &[Value],
) -> Result<(sandbox::Sandbox, Deliverer), CaseError> {
    let problem = |error: &dyn std::fmt::Display| CaseError(format!("sandbox: {error}"));
    let builder = sandbox::Sandbox::builder().index_delay(Duration::ZERO);
    let sandbox = builder.start().await.map_err(|error| problem(&error))?;
    sandbox.seed(state).map_err(|error| problem(&error))?;
    for fault in faults {
        sandbox.fault(fault).map_err(|error| problem(&error))?;
    }
    let address =
        Address::at_endpoint(session.base_url(), &sandbox.url()).map_err(|error| problem(&error))?;
    let limits_of_http = HttpLimits { total: Duration::from_secs(5), ..HttpLimits::default() };
    let transport =
        HttpTransport::new(address, session.headers(), limits_of_http).map_err(|error| problem(&error))?;
    let options =
        Options { retry: RetryPolicy::without_waiting(ATTEMPTS), limits: limits(), ..Options::default() };
    Ok((sandbox, Deliverer::new(session.clone(), Arc::new(transport), options)))
}

/// A logged request below the base URL; those for tokens lie elsewhere and are left out.
fn made(logged: &sandbox::RequestLog, base_url: &str) -> Option<Made> {
    let base_path =
        base_url.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    let path = logged.path.strip_prefix(base_path.unwrap_or(""))?;
    let query = if logged.query.is_empty() { String::new() } else { format!("?{}", logged.query) };
    let body = Some(&logged.body).filter(|body| !body.is_null()).cloned();
    Some(Made { request: decoded(&format!("{} {path}{query}", logged.method)), body })
}
