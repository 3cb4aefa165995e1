//! The accounts of destinations: a session with its caches, token and gate for each mapping with its settings.
//!
//! An account is opened at its first event and kept while it is used. Its settings come with the events; of them only
//! those that the mapping declares are looked at.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::served::Served;
use super::{metrics, trace};
use crate::deliver::{
    Address, CarriedTransport, Deliverer, HttpLimits, HttpTransport, Network, Options, RetryPolicy, Sending,
    Standing, Transport,
};
use crate::run::{Limits, Request, Session};
use crate::value::Secret;

/// Most accounts that are kept open.
const MOST_OPEN: u64 = 10_000;

/// How long an account that nobody uses is kept open.
const KEPT: Duration = Duration::from_hours(1);

/// Why an account cannot be opened, in words without any setting's value.
pub(super) type Refusal = Arc<str>;

/// Open accounts.
#[derive(Debug)]
pub(super) struct Accounts {
    /// By the fingerprint of mapping and settings.
    open: Cache<[u8; 32], Result<Deliverer, Refusal>>,
    endpoints: BTreeMap<String, String>,
    network: Option<Arc<dyn Network>>,
    retry: RetryPolicy,
    concurrency: usize,
}

/// A transport whose requests are counted and traced.
#[derive(Debug)]
struct Counted {
    inner: Box<dyn Transport>,
}

impl Transport for Counted {
    fn send<'a>(&'a self, request: &'a Request, authorization: Option<&'a Secret>) -> Sending<'a> {
        Box::pin(async move {
            let (begun, span) = (Instant::now(), trace::request(request));
            let answer = self.inner.send(request, authorization).instrument(span.clone()).await;
            trace::request_ended(&span, &answer);
            metrics::sent(request, &answer, begun.elapsed(), self.inner.rate_left());
            answer
        })
    }

    fn take_standing(&self) -> Option<Standing> {
        self.inner.take_standing()
    }

    fn shared(&self, is_there: bool) {
        metrics::shared(is_there);
    }

    fn ask_token<'a>(&'a self, path: &'a str, form: &'a Secret) -> Sending<'a> {
        self.inner.ask_token(path, form)
    }
}

impl Accounts {
    pub(super) fn new(options: &super::Options) -> Self {
        Self {
            open: Cache::builder().max_capacity(MOST_OPEN).time_to_idle(KEPT).build(),
            endpoints: options.endpoints.clone(),
            network: options.network.clone(),
            retry: options.retry,
            concurrency: options.concurrency,
        }
    }

    /// The account of a destination with these settings (a JSON object).
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub(super) fn get(&self, served: &Served, settings: &str) -> Result<Deliverer, Refusal> {
        let mut fingerprint = Sha256::new();
        fingerprint.update(served.plan.hash());
        fingerprint.update(settings);
        let open = || self.open(served, settings).map_err(Refusal::from);
        self.open.get_with(fingerprint.finalize().into(), open)
    }

    fn open(&self, served: &Served, settings: &str) -> Result<Deliverer, String> {
        let settings: Map<String, Value> =
            serde_json::from_str(settings).map_err(|_| "the destination has no settings".to_owned())?;
        let session = Session::open(served.plan.clone(), &declared(served, settings));
        let session = session
            .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
        let address = match self.endpoints.get(&served.name.to_ascii_lowercase()) {
            Some(endpoint) => Address::at_endpoint(session.base_url(), endpoint),
            None => Address::of_base_url(session.base_url()),
        };
        let address = address.map_err(|error| error.to_string())?;
        let inner: Box<dyn Transport> = match &self.network {
            Some(network) => Box::new(CarriedTransport::new(network.clone(), address, session.headers())),
            None => Box::new(
                HttpTransport::new(address, session.headers(), HttpLimits::default())
                    .map_err(|error| error.to_string())?,
            ),
        };
        let transport = Counted { inner };
        let limits = Limits { trace: false, ..Limits::default() };
        let options =
            Options { retry: self.retry, concurrency: self.concurrency, limits, ..Options::default() };
        Ok(Deliverer::new(Arc::new(session), Arc::new(transport), options))
    }
}

/// The settings that the mapping declares: a platform sends its own along.
fn declared(served: &Served, mut settings: Map<String, Value>) -> Map<String, Value> {
    settings.retain(|name, _| served.plan.settings().any(|(declared, _)| declared == name));
    settings
}
