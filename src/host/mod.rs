//! A transformer host: answers the HTTP calls of a customer data platform for the destinations that it has mappings for.
//!
//! ```text
//! request ─ route ─ batch ─▶ jobs ─ router | processor ─▶ account: session, deliverer ─▶ outcome ─ verdict ─▶ answer
//! ```
//!
//! In come batches of events, each with the settings of its destination; events are run by `deliver`. What the caller
//! wants back as it was (metadata, destination) is passed on byte for byte, and no tree is built of it. Nothing here
//! knows a destination: their names come from the mappings.

mod accounts;
mod batch;
mod calls;
mod change;
mod connections;
mod deletion;
mod dynamic;
mod features;
mod jobs;
mod lines;
mod log;
mod message;
mod metrics;
mod plugin;
mod processor;
mod proxy;
mod reload;
mod rest;
mod route;
mod router;
mod served;
mod server;
mod shadow;
mod shares;
mod trace;
mod upstream;
mod verdict;

pub use change::{Change, Unserved};
#[cfg(feature = "cli")]
pub(crate) use log::not_served;
pub use metrics::Tally;
pub use plugin::{Plugin, PluginOptions, PluginSession, Unloaded};
pub use reload::Watch;
pub use served::{Mappings, MappingsError};
pub use server::{Listening, serve, serve_metrics, serve_tally};
pub use trace::SPANS;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::deliver::{Deliverer, Network, RetryPolicy};
use accounts::{Accounts, Refusal};
use metrics::Metrics;
use served::Served;
use shadow::Shadowing;
use shares::{Share, Shares};
use upstream::Upstream;
pub use upstream::UpstreamError;

/// Who makes the last request of an event, where the mapping says that it can be left to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// We do: the caller has nothing to send.
    Engine,
    /// The caller does.
    Host,
}

/// How a host works.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who makes the last request of an event; by the destination's name in lower case. Without an entry, who the
    /// mapping says.
    pub finish: BTreeMap<String, Finish>,
    /// Replaces scheme and host of a destination's base URL; by the destination's name in lower case.
    pub endpoints: BTreeMap<String, String>,
    /// Where calls go that are about other destinations, or that the host does not have.
    pub upstream: Option<String>,
    /// How often and how patiently requests to a destination are repeated before their event goes back to the caller.
    pub retry: RetryPolicy,
    /// Makes the requests to destinations. Without it they are made here.
    pub network: Option<Arc<dyn Network>>,
    /// Requests to one account under way at the same time, at least 1.
    pub concurrency: usize,
    /// Largest body of a request in bytes, unpacked.
    pub body_bytes: usize,
    /// Connections at the same time, at least 1; more wait until one ends.
    pub connections: usize,
    /// Calls under way at the same time, at least 1; more are told to come again. Asking for the health is no such call.
    pub calls: usize,
    /// Longest time that a request's head may take to arrive; so long a connection may say nothing.
    pub head_time: Duration,
    /// Longest time that a request's body may take to arrive.
    pub body_time: Duration,
    /// Longest time of a call from its head to its answer. Events that are not at their end by then are to be sent again.
    pub call_time: Duration,
    /// Longest time that requests under way may take when the host is asked to end.
    pub drain: Duration,
    /// Events by which a saved mapping is compared with the served one before it takes its place; 0 serves it at once.
    pub shadow: u64,
    /// What the counts of this host are labelled with, as `instanceName`.
    pub instance: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            finish: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            upstream: None,
            network: None,
            retry: RetryPolicy { attempts: 4, longest: Duration::from_secs(20), ..RetryPolicy::default() },
            concurrency: 64,
            body_bytes: 200 << 20,
            connections: 1000,
            calls: 500,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_mins(1),
            // The caller itself waits 600 s, and an answer says more than none.
            call_time: Duration::from_secs(590),
            drain: Duration::from_secs(30),
            shadow: 0,
            instance: "localhost".to_owned(),
        }
    }
}

/// The mappings that are served, and all that requests share.
#[derive(Debug)]
pub struct Host {
    mappings: ArcSwap<Mappings>,
    accounts: Accounts,
    options: Options,
    upstream: Option<Upstream>,
    metrics: Metrics,
    places: Semaphore,
    shares: Shares,
    /// Without it a saved mapping is served at once.
    shadowing: Option<Shadowing>,
}

impl Host {
    /// A host for some mappings.
    ///
    /// # Errors
    /// The upstream is no URL, or no HTTP client can be set up.
    pub fn new(mappings: Mappings, options: Options) -> Result<Self, UpstreamError> {
        let upstream = options.upstream.as_deref().map(Upstream::new).transpose()?;
        for served in mappings.iter() {
            log::serves(&served.name, served.plan.hash());
        }
        Ok(Self {
            mappings: ArcSwap::from_pointee(mappings),
            shadowing: (options.shadow > 0)
                .then(|| Shadowing { events: options.shadow, ended: Arc::default() }),
            accounts: Accounts::new(&options),
            metrics: Metrics::new(&options.instance),
            places: Semaphore::new(options.calls.clamp(1, Semaphore::MAX_PERMITS)),
            shares: Shares::default(),
            options,
            upstream,
        })
    }

    /// The mappings of this moment.
    fn mappings(&self) -> Arc<Mappings> {
        self.mappings.load_full()
    }

    /// When a call that begins now has to be at its end.
    fn deadline(&self) -> Instant {
        Instant::now() + self.options.call_time
    }

    /// The share of a call with events of this account; `None` when the account has too much of the host already.
    fn share(&self, account: &Deliverer) -> Option<Share> {
        self.shares.take(account, self.places.available_permits())
    }

    /// The account that an event goes to. While a saved mapping is compared with the served one, it looks on.
    fn account(&self, served: &Served, settings: &str) -> Result<Deliverer, Refusal> {
        let account = self.accounts.get(served, settings)?;
        let Some(shadow) = served.shadow.as_ref().filter(|shadow| shadow.is_running()) else {
            return Ok(account);
        };
        let next = self.accounts.get(&shadow.next, settings);
        Ok(shadow.look_on(account, next, self.finish(served) == self.finish(&shadow.next)))
    }

    /// Returns once a saved mapping has been compared for as many events as it should.
    async fn compared(&self) {
        match &self.shadowing {
            Some(shadowing) => shadowing.ended.notified().await,
            None => std::future::pending().await,
        }
    }

    /// Who makes the last request of a destination's events.
    fn finish(&self, served: &Served) -> Finish {
        let default = if served.plan.host_finishes() { Finish::Host } else { Finish::Engine };
        self.options.finish.get(&served.name.to_ascii_lowercase()).copied().unwrap_or(default)
    }
}
