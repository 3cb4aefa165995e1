//! The options of a mapping as JSON.

use std::num::{NonZeroU8, NonZeroU16, NonZeroU32};
use std::sync::Arc;

use mapwright::deliver::{Network, RetryPolicy};
use mapwright::host::{Finish, PluginOptions};
use serde::Deserialize;

use crate::problem::Problem;

/// `{"name", "endpoint", "finish", "concurrency", "attempts", "threads", "callbacks"}`, each of them optional.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Options {
    name: Option<String>,
    endpoint: Option<String>,
    finish: Option<FinishedBy>,
    concurrency: Option<NonZeroU16>,
    attempts: Option<NonZeroU32>,
    threads: Option<NonZeroU8>,
    callbacks: Option<NonZeroU16>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FinishedBy {
    Engine,
    Host,
}

impl Options {
    /// # Errors
    /// They are not JSON, or have a key or value that is not known.
    pub(crate) fn read(text: Option<&str>) -> Result<Self, Problem> {
        let wrong = |error| Problem::refused(format!("the options are wrong: {error}"));
        text.map_or_else(|| Ok(Self::default()), |text| serde_json::from_str(text).map_err(wrong))
    }

    /// What diagnostics call the mapping.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Threads of the library that run events.
    pub(crate) fn n_threads(&self) -> usize {
        self.threads.map_or(2, |threads| threads.get().into())
    }

    /// Most callbacks of the network at the same time.
    pub(crate) fn n_callbacks(&self) -> usize {
        self.callbacks.map_or(16, |callbacks| callbacks.get().into())
    }

    pub(crate) fn for_plugin(self, network: Option<Arc<dyn Network>>) -> PluginOptions {
        let default = PluginOptions::default();
        let attempts = self.attempts.map_or(default.retry.attempts, NonZeroU32::get);
        PluginOptions {
            endpoint: self.endpoint,
            finish: self.finish.map(|by| match by {
                FinishedBy::Engine => Finish::Engine,
                FinishedBy::Host => Finish::Host,
            }),
            network,
            retry: RetryPolicy { attempts, ..default.retry },
            concurrency: self.concurrency.map_or(default.concurrency, |most| most.get().into()),
        }
    }
}
