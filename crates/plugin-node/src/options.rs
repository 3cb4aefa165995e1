//! The options of a program: a JSON object, and the function that makes its requests.

use std::num::{NonZeroU16, NonZeroU32};
use std::sync::Arc;

use mapwright::deliver::{Network, RetryPolicy};
use mapwright::host::{Finish, PluginOptions};
use serde::Deserialize;
use serde_json::Value;

use crate::network::{Function, ProgramNetwork};

/// The options as they are written; see `index.d.ts`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    endpoint: Option<String>,
    finish: Option<WrittenFinish>,
    concurrency: Option<NonZeroU16>,
    attempts: Option<NonZeroU32>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenFinish {
    Engine,
    Host,
}

/// Reads options; what is not said is as in [`PluginOptions::default`].
///
/// # Errors
/// The key that is unknown, or whose value is none of those that it takes.
pub(crate) fn read(text: &str, network: Option<Function>) -> Result<PluginOptions, String> {
    let wrong = |error| format!("options: {error}");
    let tree: Value = serde_json::from_str(text).map_err(wrong)?;
    let written = Written::deserialize(tree).map_err(wrong)?;
    let default = PluginOptions::default();
    let attempts = written.attempts.map_or(default.retry.attempts, NonZeroU32::get);
    Ok(PluginOptions {
        endpoint: written.endpoint,
        finish: written.finish.map(|finish| match finish {
            WrittenFinish::Engine => Finish::Engine,
            WrittenFinish::Host => Finish::Host,
        }),
        network: network.map(|function| -> Arc<dyn Network> { Arc::new(ProgramNetwork::new(function)) }),
        retry: RetryPolicy { attempts, ..default.retry },
        concurrency: written.concurrency.map_or(default.concurrency, |most| most.get().into()),
    })
}
