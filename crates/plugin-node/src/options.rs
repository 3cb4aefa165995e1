//! The options of a program: a JSON object, and the function that makes its requests.

use std::sync::Arc;

use mapwright::deliver::Network;
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
    concurrency: Option<usize>,
    attempts: Option<u32>,
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
    let tree: Value = serde_json::from_str(text).map_err(|error| format!("options: {error}"))?;
    let written = Written::deserialize(tree).map_err(|error| format!("options: {error}"))?;
    let mut options = PluginOptions { endpoint: written.endpoint, ..PluginOptions::default() };
    options.finish = written.finish.map(|finish| match finish {
        WrittenFinish::Engine => Finish::Engine,
        WrittenFinish::Host => Finish::Host,
    });
    if let Some(concurrency) = written.concurrency {
        options.concurrency = at_least_one("concurrency", concurrency)?;
    }
    if let Some(attempts) = written.attempts {
        options.retry.attempts = at_least_one("attempts", attempts)?;
    }
    options.network = network.map(|function| -> Arc<dyn Network> { Arc::new(ProgramNetwork::new(function)) });
    Ok(options)
}

fn at_least_one<N: PartialOrd + From<u8>>(name: &str, number: N) -> Result<N, String> {
    if number < N::from(1) {
        return Err(format!("options: `{name}` is at least 1"));
    }
    Ok(number)
}
