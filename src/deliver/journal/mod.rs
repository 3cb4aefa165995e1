//! What a delivery has done, kept in a file, so that one that was killed goes on where it was: events that are finished
//! are not run again, and writes that were answered are not made again.
//!
//! ```text
//! event ─ key ─▶ finished? ─ no ─▶ run ─▶ write ─ before: known answer | in doubt | new ─▶ account ─▶ after: the answer
//! ```
//!
//! Of an unfinished event the writes are kept, by what they say. A write that was asked for and has no answer is in doubt:
//! it is made again where that is harmless, else the mapping's `verify` decides, else the event fails as unknown.
//! Reads are asked anew.

mod store;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::account::{Account, Last};
use super::input::Line;
use crate::run::{Answer, Body, Repeat, Request};
pub use store::JournalError;
use store::Store;

/// Fingerprint of an event in its input, or of a write of an event.
type Fingerprint = [u8; 16];

/// The journal of a delivery. Clones write to the same file.
#[derive(Clone, Debug)]
pub struct Journal {
    store: Arc<Store>,
}

impl Journal {
    /// Opens a journal, or begins one.
    ///
    /// # Errors
    /// [`JournalError`]: the file cannot be written, is none of ours, or is open in another process.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        Ok(Self { store: Arc::new(Store::open(path)?) })
    }

    /// The entry of a line that holds an event.
    pub(super) fn entry(&self, line: &Line, event: &Value) -> Entry {
        let mut text = Sha256::new();
        text.update(line.file.as_bytes());
        text.update(line.line.to_le_bytes());
        text.update(event.to_string());
        Entry { store: self.store.clone(), event: first_half(&text.finalize()), asked: HashSet::new() }
    }
}

/// An event in the journal.
#[derive(Debug)]
pub(super) struct Entry {
    store: Arc<Store>,
    event: Fingerprint,
    /// Writes that this run has asked for: what is asked again is a repeat, and not in doubt.
    asked: HashSet<Fingerprint>,
}

/// What the journal knows of a write.
enum Known {
    /// It was answered.
    Answer(Answer),
    /// It was asked for, and nobody knows whether it arrived.
    InDoubt,
    /// Nothing.
    Nothing,
}

impl Entry {
    /// Whether the event came to its end in an earlier delivery.
    pub(super) fn is_finished(&self) -> bool {
        self.store.is_finished(&self.event)
    }

    /// The event has come to its end: it is not run again.
    pub(super) async fn finish(&self) -> Result<(), JournalError> {
        self.store.finish(self.event).await
    }

    /// The answer to a request of the event's run: a known one, or a new one that is kept.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) async fn answer(
        &mut self,
        account: &Account,
        request: &Request,
        last: &mut Option<Last>,
    ) -> Result<Answer, String> {
        if request.method.is_read() {
            return account.answer(request, last).await;
        }
        let write = fingerprint(request);
        if self.asked.insert(write) {
            match (self.known(&write), request.repeat) {
                (Known::Answer(answer), _) => return Ok(answer),
                // The table of the mapping decides, and its `verify`.
                (Known::InDoubt, Repeat::Verified) => return Ok(Answer::Timeout),
                (Known::InDoubt, Repeat::Doubles) => return Err(unknown(request)),
                (Known::InDoubt, Repeat::Harmless) | (Known::Nothing, _) => {}
            }
        }
        self.store.put(self.event, write, Vec::new()).await.map_err(|error| error.to_string())?;
        let answer = account.answer(request, last).await;
        if let Ok(answer) = &answer {
            self.keep(write, answer).await.map_err(|error| error.to_string())?;
        }
        answer
    }

    fn known(&self, write: &Fingerprint) -> Known {
        match self.store.get(&self.event, write) {
            None => Known::Nothing,
            Some(bytes) => read(&bytes).map_or(Known::InDoubt, Known::Answer),
        }
    }

    /// Keeps what an answer settles: that it was done, or that it never arrived.
    async fn keep(&self, write: Fingerprint, answer: &Answer) -> Result<(), JournalError> {
        match answer {
            Answer::Reply { status: 429 | 503, .. } | Answer::Unreachable { .. } => {
                self.store.remove(self.event, write).await
            }
            Answer::Timeout | Answer::Reply { status: 408 | 500.., .. } => Ok(()),
            Answer::Reply { status, body, .. } => {
                let body = match body {
                    Body::Json(value) => json!({"status": status, "json": **value}),
                    Body::Other(text) => json!({"status": status, "text": text}),
                    Body::Empty => json!({"status": status}),
                };
                self.store.put(self.event, write, body.to_string().into_bytes()).await
            }
        }
    }
}

fn unknown(request: &Request) -> String {
    format!("unknown: `{}` was asked before the delivery was broken off, and may have arrived", request.step)
}

/// A kept answer; nothing for a write that was asked for only.
fn read(bytes: &[u8]) -> Option<Answer> {
    let mut kept: Value = serde_json::from_slice(bytes).ok()?;
    let status = u16::try_from(kept.get("status")?.as_u64()?).ok()?;
    let body = match (kept.get_mut("json").map(Value::take), kept.get("text").and_then(Value::as_str)) {
        (Some(value), _) => Body::Json(Arc::new(value)),
        (None, Some(text)) => Body::Other(text.to_owned()),
        (None, None) => Body::Empty,
    };
    Some(Answer::Reply { status, body, retry_after: None })
}

fn fingerprint(request: &Request) -> Fingerprint {
    let mut text = Sha256::new();
    for part in [&*request.step, request.method.as_str(), &request.target] {
        text.update(part.len().to_le_bytes());
        text.update(part);
    }
    text.update(request.body.as_deref().unwrap_or_default());
    first_half(&text.finalize())
}

fn first_half(digest: &[u8]) -> Fingerprint {
    let mut half = Fingerprint::default();
    half.iter_mut().zip(digest).for_each(|(to, from)| *to = *from);
    half
}

#[cfg(test)]
mod tests;
