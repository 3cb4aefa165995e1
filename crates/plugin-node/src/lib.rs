//! The Node addon behind the npm package `mapwright`: JSON texts in, JSON texts out, off the event loop.
//!
//! `index.js` is the only caller and has the API that programs see. Events are read, run and answered on threads of the
//! addon; the event loop copies texts. A panic becomes an exception or a rejection, never the end of the process.
#![expect(clippy::needless_pass_by_value, reason = "napi hands over values that it has made")]
#![expect(clippy::unused_async, reason = "an async function is what napi runs off the event loop")]

#[cfg(debug_assertions)]
pub mod faults;
mod network;
mod options;

use std::sync::Arc;

use mapwright::host::{Plugin, PluginSession, Unloaded};
use napi::bindgen_prelude::Either;
use napi::{Error, Result};
use napi_derive::napi;
use serde::Deserialize;
use serde_json::value::RawValue;

use network::Function;

/// Why a mapping is not loaded.
#[napi(object)]
#[derive(Debug)]
pub struct Refused {
    /// For people.
    pub message: String,
    /// Its errors, a JSON list; absent when they are not the reason.
    pub diagnostics: Option<String>,
}

impl From<Unloaded> for Refused {
    fn from(why: Unloaded) -> Self {
        let message = why.to_string();
        let diagnostics = match why {
            Unloaded::Errors { diagnostics, .. } => Some(diagnostics.to_string()),
            _ => None,
        };
        Refused { message, diagnostics }
    }
}

/// Loads the text of a mapping, off the event loop. `options` is a JSON object.
#[napi(catch_unwind)]
pub async fn load(
    text: String,
    name: String,
    options: String,
    network: Option<Function>,
) -> Result<Either<Loaded, Refused>> {
    load_now(text, name, options, network)
}

/// Loads the text of a mapping while the program starts.
#[napi(catch_unwind)]
pub fn load_now(
    text: String,
    name: String,
    options: String,
    network: Option<Function>,
) -> Result<Either<Loaded, Refused>> {
    let options = options::read(&options, network).map_err(Error::from_reason)?;
    Ok(match Plugin::load(&text, &name, options) {
        Ok(plugin) => Either::A(Loaded { plugin: Arc::new(plugin) }),
        Err(why) => Either::B(why.into()),
    })
}

/// A mapping that is loaded.
#[napi]
#[derive(Debug)]
pub struct Loaded {
    plugin: Arc<Plugin>,
}

#[napi]
impl Loaded {
    /// Name of the destination.
    #[napi(getter, catch_unwind)]
    #[must_use]
    pub fn destination(&self) -> String {
        self.plugin.destination().to_owned()
    }

    /// Fingerprint of the mapping.
    #[napi(getter, catch_unwind)]
    #[must_use]
    pub fn hash(&self) -> String {
        self.plugin.hash()
    }

    /// Loads a mapping in place of the one before; gives why it is refused.
    #[napi(catch_unwind)]
    pub async fn reload(&self, text: String, name: String) -> Option<Refused> {
        self.plugin.reload(&text, &name).err().map(Refused::from)
    }

    /// Runs a list of the router; gives an element for each event.
    #[napi(catch_unwind)]
    pub async fn route(&self, list: String, can_filter: bool) -> Result<Vec<String>> {
        let output = self.plugin.route(list.as_bytes(), can_filter).await.map_err(Error::from_reason)?;
        let Output { output } = serde_json::from_slice(&output).map_err(bad_answer)?;
        Ok(texts(&output))
    }

    /// Runs a list of the processor; gives an element for each output.
    #[napi(catch_unwind)]
    pub async fn process(&self, list: String) -> Result<Vec<String>> {
        let output = self.plugin.process(list.as_bytes()).await.map_err(Error::from_reason)?;
        list_of_texts(&output)
    }

    /// A session for the account with these settings, a JSON object.
    #[napi(catch_unwind)]
    pub async fn open(&self, settings: String) -> Result<Opened> {
        let session = self.plugin.open(&settings).map_err(Error::from_reason)?;
        Ok(Opened { session })
    }
}

/// An account of a mapping.
#[napi]
#[derive(Debug)]
pub struct Opened {
    session: PluginSession,
}

#[napi]
impl Opened {
    /// Runs a list of events; gives an outcome for each.
    #[napi(catch_unwind)]
    pub async fn transform(&self, events: String) -> Result<Vec<String>> {
        let output = self.session.transform(events.as_bytes()).await.map_err(Error::from_reason)?;
        list_of_texts(&output)
    }
}

/// What the router is answered.
#[derive(Deserialize)]
struct Output<'a> {
    #[serde(borrow)]
    output: Vec<&'a RawValue>,
}

/// The elements of a list one by one, so that the event loop need not read them all at once.
fn list_of_texts(list: &[u8]) -> Result<Vec<String>> {
    let list: Vec<&RawValue> = serde_json::from_slice(list).map_err(bad_answer)?;
    Ok(texts(&list))
}

fn texts(list: &[&RawValue]) -> Vec<String> {
    list.iter().map(|element| element.get().to_owned()).collect()
}

fn bad_answer(error: serde_json::Error) -> Error {
    Error::from_reason(format!("the engine's answer cannot be read: {error}"))
}
