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
mod dynamic;
mod features;
mod jobs;
mod message;
mod processor;
mod rest;
mod route;
mod router;
mod served;
mod server;
mod verdict;

pub use served::{Mappings, MappingsError, Unserved};
pub use server::{Listening, serve};

use std::collections::BTreeMap;
use std::time::Duration;

use crate::deliver::RetryPolicy;
use accounts::Accounts;
use served::Served;

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
    /// How often and how patiently requests to a destination are repeated before their event goes back to the caller.
    pub retry: RetryPolicy,
    /// Events of one request under way at the same time, at least 1.
    pub concurrency: usize,
    /// Largest body of a request in bytes, unpacked.
    pub body_bytes: usize,
    /// Longest time that a request's body may take to arrive.
    pub body_time: Duration,
    /// Longest time that requests under way may take when the host is asked to end.
    pub drain: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            finish: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            retry: RetryPolicy { attempts: 4, longest: Duration::from_secs(20), ..RetryPolicy::default() },
            concurrency: 64,
            body_bytes: 200 << 20,
            body_time: Duration::from_mins(1),
            drain: Duration::from_secs(30),
        }
    }
}

/// The mappings that are served, and all that requests share.
#[derive(Debug)]
pub struct Host {
    mappings: Mappings,
    accounts: Accounts,
    options: Options,
}

impl Host {
    /// A host for some mappings.
    #[must_use]
    pub fn new(mappings: Mappings, options: Options) -> Self {
        Self { mappings, accounts: Accounts::new(&options), options }
    }

    /// Who makes the last request of a destination's events.
    fn finish(&self, served: &Served) -> Finish {
        let default = if served.plan.host_finishes() { Finish::Host } else { Finish::Engine };
        self.options.finish.get(&served.name.to_ascii_lowercase()).copied().unwrap_or(default)
    }
}
