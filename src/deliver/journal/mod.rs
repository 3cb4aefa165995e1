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

mod letters;
mod store;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::account::{Account, Last};
use super::input::Line;
use crate::run::{Answer, Body, Repeat, Request};
pub use letters::{Heading, LetterId, LetterTicket, Letters, Taken};
pub use store::JournalError;
use store::{Record, Store};

/// The outcome of an event of which nobody can know whether something was done; its reason begins so as well.
pub(super) const UNKNOWN: &str = "unknown";

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
        let kept = Kept::InFile(self.store.clone(), key_of(&line.file, line.line, &event.to_string()));
        Entry { kept, asked: HashSet::new(), is_unknown: false }
    }

    /// Whether a line came to its end in an earlier delivery.
    pub(super) fn is_finished(&self, line: &Line) -> bool {
        self.store.is_finished(&key(line))
    }
}

/// What is kept of an event that is under way.
#[derive(Debug)]
pub(super) struct Entry {
    kept: Kept,
    /// Writes that this try has asked for: what is asked again is a repeat, and not in doubt.
    asked: HashSet<Fingerprint>,
    /// This try was given up at a write that nobody can tell anything about.
    is_unknown: bool,
}

/// Where the writes of an event are kept.
#[derive(Debug)]
enum Kept {
    InFile(Arc<Store>, Fingerprint),
    InMemory {
        /// Others may have made writes that are not here.
        is_in_doubt: bool,
        /// What this process knows.
        writes: HashMap<Fingerprint, Known>,
    },
}

/// What is known of a write.
#[derive(Clone, Debug)]
enum Known {
    /// It was answered.
    Answer(Answer),
    /// It was asked for, and nobody knows whether it arrived.
    InDoubt,
    /// Nothing.
    Nothing,
}

impl Entry {
    /// An entry that is kept for as long as this process tries the event. `is_in_doubt`: somebody has begun with the event,
    /// and nobody knows how far that went.
    pub(super) fn in_memory(is_in_doubt: bool) -> Self {
        let kept = Kept::InMemory { is_in_doubt, writes: HashMap::new() };
        Self { kept, asked: HashSet::new(), is_unknown: false }
    }

    /// Begins a try.
    pub(super) fn begin(&mut self) {
        self.asked.clear();
        self.is_unknown = false;
    }

    /// Whether the last try ended because nobody knows if a write has arrived.
    pub(super) fn is_unknown(&self) -> bool {
        self.is_unknown
    }

    /// The event has come to its end: it is not run again.
    pub(super) async fn finish(&self) -> Result<(), JournalError> {
        match &self.kept {
            Kept::InFile(store, event) => store.commit(Record::Finish(*event)).await,
            Kept::InMemory { .. } => Ok(()),
        }
    }

    /// Whether a request is a write that was asked for in an earlier try and may have arrived, and the mapping's `verify`
    /// can tell. Once in a try: after that the write is made.
    pub(super) fn doubts(&mut self, request: &Request) -> bool {
        if request.repeat != Repeat::Verified {
            return false;
        }
        let write = fingerprint(request);
        matches!(self.known(&write), Known::InDoubt) && self.asked.insert(write)
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
            match self.known(&write) {
                Known::Answer(answer) => return Ok(answer),
                Known::InDoubt if request.repeat == Repeat::Doubles => {
                    self.is_unknown = true;
                    return Err(unknown(request));
                }
                Known::InDoubt | Known::Nothing => {}
            }
        }
        self.keep(write, Known::InDoubt).await.map_err(|error| error.to_string())?;
        let answer = account.answer(request, last).await;
        if let Some(known) = answer.as_ref().ok().and_then(told) {
            self.keep(write, known).await.map_err(|error| error.to_string())?;
        }
        answer
    }

    fn known(&self, write: &Fingerprint) -> Known {
        match &self.kept {
            Kept::InFile(store, event) => match store.get(event, write) {
                None => Known::Nothing,
                Some(bytes) => read(&bytes).map_or(Known::InDoubt, Known::Answer),
            },
            Kept::InMemory { is_in_doubt, writes } => {
                let unseen = if *is_in_doubt { Known::InDoubt } else { Known::Nothing };
                writes.get(write).cloned().unwrap_or(unseen)
            }
        }
    }

    async fn keep(&mut self, write: Fingerprint, known: Known) -> Result<(), JournalError> {
        match (&mut self.kept, known) {
            (Kept::InFile(store, event), known) => {
                let record = match known {
                    Known::InDoubt => Record::Put(*event, write, Vec::new()),
                    Known::Answer(answer) => Record::Put(*event, write, text(&answer)),
                    Known::Nothing => Record::Remove(*event, write),
                };
                store.commit(record).await
            }
            (Kept::InMemory { writes, .. }, known) => {
                writes.insert(write, known);
                Ok(())
            }
        }
    }
}

/// What an answer tells of a write; nothing more than before if it does not say whether it was done.
fn told(answer: &Answer) -> Option<Known> {
    match answer {
        Answer::Reply { status: 200..=399, .. } => Some(Known::Answer(answer.clone())),
        Answer::Timeout | Answer::Reply { status: 408 | 500..=502 | 504.., .. } => None,
        Answer::Reply { .. } | Answer::Unreachable { .. } => Some(Known::Nothing),
    }
}

fn unknown(request: &Request) -> String {
    format!(
        "{UNKNOWN}: `{}` was asked before the delivery was broken off, and may have arrived",
        request.step
    )
}

/// An answer as it is kept.
fn text(answer: &Answer) -> Vec<u8> {
    let Answer::Reply { status, body, .. } = answer else { return Vec::new() };
    let kept = match body {
        Body::Json(value) => json!({"status": status, "json": **value}),
        Body::Other(text) => json!({"status": status, "text": text}),
        Body::Empty => json!({"status": status}),
    };
    kept.to_string().into_bytes()
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

/// What a line is known by.
fn key(line: &Line) -> Fingerprint {
    match &line.content {
        Ok(event) => key_of(&line.file, line.line, &event.to_string()),
        Err(unreadable) => key_of(&line.file, line.line, &unreadable.text),
    }
}

/// What an event of an input is known by.
fn key_of(file: &str, line: u64, text: &str) -> Fingerprint {
    let mut digest = Sha256::new();
    digest.update(file.as_bytes());
    digest.update(line.to_le_bytes());
    digest.update(text);
    first_half(&digest.finalize())
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
