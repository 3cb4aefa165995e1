//! The host as a library: a mapping that another program has loaded, without HTTP around it.
//!
//! What a caller of `/routerTransform` and `/v0/destinations` gets, it gets here too, byte for byte. A program that has
//! no host's envelopes opens a session for an account and gives it events.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::batch::{Batch, Metadata};
use super::calls::Client;
use super::lines::{End, Lines, Task, Way};
use super::message::{self, Message};
use super::rest::Rest;
use super::served::{Mappings, Served};
use super::upstream::UpstreamError;
use super::verdict::{Answer, DELIVERED, TO_SEND};
use super::{Finish, Host, Options, processor, router, trace};
use crate::deliver::{Address, AddressError, Network, RetryPolicy};
use crate::diag::{Diagnostic, render};

/// How a plugin works.
#[derive(Clone, Debug)]
pub struct PluginOptions {
    /// Replaces scheme and host of the destination's base URL.
    pub endpoint: Option<String>,
    /// Who makes the last request of an event; without it, who the mapping says.
    pub finish: Option<Finish>,
    /// Makes the requests to the destination; without it they are made here.
    pub network: Option<Arc<dyn Network>>,
    /// How often and how patiently requests are repeated before their event counts as failed.
    pub retry: RetryPolicy,
    /// Requests to one account under way at the same time, at least 1.
    pub concurrency: usize,
}

impl Default for PluginOptions {
    fn default() -> Self {
        let Options { retry, concurrency, .. } = Options::default();
        Self { endpoint: None, finish: None, network: None, retry, concurrency }
    }
}

/// Why a mapping is not loaded.
#[derive(Debug)]
#[non_exhaustive]
pub enum Unloaded {
    /// It has errors.
    Errors {
        /// The errors as JSON, the objects of `mapwright lint --format json`.
        diagnostics: Value,
        /// The same for people.
        text: String,
    },
    /// It is for another destination than the one that is loaded; this is its name.
    OtherDestination(String),
    /// Requests cannot go to the endpoint.
    Endpoint(AddressError),
    /// No HTTP client can be set up on this machine.
    Client(UpstreamError),
}

impl std::error::Error for Unloaded {}

impl fmt::Display for Unloaded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unloaded::Errors { text, .. } => formatter.write_str(text.trim_end()),
            Unloaded::OtherDestination(name) => {
                write!(formatter, "the mapping is for `{name}`, another destination than the loaded one")
            }
            Unloaded::Endpoint(error) => write!(formatter, "{error}"),
            Unloaded::Client(error) => write!(formatter, "{error}"),
        }
    }
}

/// A loaded mapping with its accounts. Its calls need a runtime of tokio.
#[derive(Debug)]
pub struct Plugin {
    host: Host,
    name: String,
}

impl Plugin {
    /// Loads the text of a mapping; `name` is what its diagnostics call the file.
    ///
    /// # Errors
    /// The mapping has errors, or the endpoint is none.
    pub fn load(text: &str, name: &str, options: PluginOptions) -> Result<Self, Unloaded> {
        options.endpoint.as_deref().map_or(Ok(()), Address::check_endpoint).map_err(Unloaded::Endpoint)?;
        let served = compile(text, name)?;
        let destination = served.name.clone();
        let key = destination.to_ascii_lowercase();
        let options = Options {
            finish: options.finish.map(|finish| (key.clone(), finish)).into_iter().collect(),
            endpoints: options
                .endpoint
                .map(|endpoint| (key, endpoint))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
            network: options.network,
            retry: options.retry,
            concurrency: options.concurrency,
            ..Options::default()
        };
        let host = Host::new(Mappings::of(served), options).map_err(Unloaded::Client)?;
        Ok(Self { host, name: destination })
    }

    /// Loads a mapping in place of the one before, from the next batch on. One with errors changes nothing.
    ///
    /// # Errors
    /// The mapping has errors, or is for another destination.
    pub fn reload(&self, text: &str, name: &str) -> Result<(), Unloaded> {
        let served = compile(text, name)?;
        if !served.name.eq_ignore_ascii_case(&self.name) {
            return Err(Unloaded::OtherDestination(served.name));
        }
        self.host.mappings.store(Arc::new(Mappings::of(served)));
        Ok(())
    }

    /// Name of the destination.
    #[must_use]
    pub fn destination(&self) -> &str {
        &self.name
    }

    /// Fingerprint of the mapping that is loaded.
    #[must_use]
    pub fn hash(&self) -> String {
        self.with_served(|served| served.plan.hash().to_owned()).unwrap_or_default()
    }

    /// Runs a batch of the router: `{"input": [{message, metadata, destination}…]}`, or the list alone.
    ///
    /// Gives `{"output": [element…]}`; `can_filter` says that the caller knows status 298.
    ///
    /// # Errors
    /// The batch is not JSON of this shape.
    pub async fn route(&self, batch: &[u8], can_filter: bool) -> Result<Vec<u8>, String> {
        let (served, batch) = self.read(batch)?;
        let client = Client { can_filter, patience: None, deadline: self.host.deadline() };
        let output = router::transform(&self.host, &served, &batch, client).await;
        self.host.metrics.tidy();
        output.map_err(|error| error.to_string())
    }

    /// Runs a list of the processor: `[{message, metadata, destination}…]`. Gives a list with an element for each output.
    ///
    /// # Errors
    /// The list is not JSON of this shape.
    pub async fn process(&self, list: &[u8]) -> Result<Vec<u8>, String> {
        let (served, batch) = self.read(list)?;
        let output = processor::transform(&self.host, &served, &batch, self.host.deadline()).await;
        self.host.metrics.tidy();
        output.map_err(|error| error.to_string())
    }

    /// A session for the account with these settings (a JSON object).
    ///
    /// # Errors
    /// What is wrong with the settings, without their values.
    pub fn open(self: &Arc<Self>, settings: &str) -> Result<PluginSession, String> {
        let session = PluginSession { plugin: self.clone(), settings: settings.to_owned() };
        self.account(settings)?;
        Ok(session)
    }

    fn account(&self, settings: &str) -> Result<(Served, crate::deliver::Deliverer), String> {
        let served = self.with_served(Served::clone).ok_or("no mapping is loaded")?;
        let account = self.host.accounts.get(&served, settings).map_err(|why| why.to_string())?;
        Ok((served, account))
    }

    fn read<'a>(&self, body: &'a [u8]) -> Result<(Served, Batch<'a>), String> {
        let served = self.with_served(Served::clone).ok_or("no mapping is loaded")?;
        let batch = Batch::read_list(body).map_err(|error| format!("the batch cannot be read: {error}"))?;
        Ok((served, batch))
    }

    fn with_served<T>(&self, take: impl FnOnce(&Served) -> T) -> Option<T> {
        self.host.mappings().get(&self.name).map(take)
    }
}

fn compile(text: &str, name: &str) -> Result<Served, Unloaded> {
    let errors = |found: Vec<Diagnostic>| Unloaded::Errors {
        diagnostics: render::json(&found, name, text),
        text: render::human(&found, name, text),
    };
    Served::compile(text, Path::new(name)).map_err(errors)
}

/// An account of a plugin. `Debug` does not show its settings.
pub struct PluginSession {
    plugin: Arc<Plugin>,
    settings: String,
}

impl fmt::Debug for PluginSession {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PluginSession")
            .field("destination", &self.plugin.name)
            .finish_non_exhaustive()
    }
}

/// What became of an event, as a program is told.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Rest>,
}

impl Told {
    fn of((answer, left, _): End) -> Self {
        let Answer { status, error: why, outcome, .. } = answer;
        let status_code = if status == DELIVERED && left.is_some() { TO_SEND } else { status };
        Told { outcome, why, status_code, request: left.map(|left| Rest::of(left, false)) }
    }
}

impl PluginSession {
    /// Runs a list of events, those of one order key one after another.
    ///
    /// Gives a list of the same length: `{"outcome": "delivered" | "skipped" | "rejected" | "failed", "why"?,
    /// "statusCode", "request"?}`; `request` is the one that the mapping leaves to the caller.
    ///
    /// # Errors
    /// The list is no JSON list, or the mapping, loaded again, does not take the settings any more.
    pub async fn transform(&self, events: &[u8]) -> Result<Vec<u8>, String> {
        let events: Vec<&RawValue> =
            serde_json::from_slice(events).map_err(|error| format!("the events are no list: {error}"))?;
        let (served, account) = self.plugin.account(&self.settings)?;
        let host = &self.plugin.host;
        let origin = host.metrics.origin("session", &served.name, &Metadata::default());
        let mut told: Vec<Told> = Vec::with_capacity(events.len());
        let mut lines = Lines::new();
        for (place, event) in events.iter().enumerate() {
            let end = match message::read(event.get()) {
                Some(Message::Event(event)) => {
                    let key = account.session().order_key(&event);
                    let deliverer = account.clone();
                    let span = trace::event(&served.name, &Metadata::default());
                    lines.push(place, key, Task { deliverer, event, origin: origin.clone(), span });
                    Answer::later("the event was not run to its end, by a fault of the plugin")
                }
                Some(Message::Transformed) => {
                    Answer::bad_event("this is what an earlier call made of an event")
                }
                None => Answer::bad_event("the event cannot be read"),
            };
            told.push(Told::of((end, None, Vec::new())));
        }
        let on_end = |place: usize, end: End| {
            if let Some(told) = told.get_mut(place) {
                *told = Told::of(end);
            }
        };
        lines.run(Way { finish: host.finish(&served), is_mixed: false }, host.deadline(), on_end).await;
        host.metrics.tidy();
        serde_json::to_vec(&told).map_err(|error| error.to_string())
    }
}
