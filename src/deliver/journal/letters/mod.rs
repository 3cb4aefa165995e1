//! Dead letters in a journal: what was rejected or has failed, until it is delivered after all or given up.
//!
//! A letter is what [`DeadLetters`](super::super::DeadLetters) writes into a file, and the key of its event. So a letter that
//! is tried again is the same event for the journal: writes that were answered are known.

use std::fmt;
use std::time::UNIX_EPOCH;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::clock;
use super::super::dead_letters::letter;
use super::super::input::Line;
use super::super::source::{Arrived, Source, SourceError, Ticket};
use super::super::stream::Finished;
use super::super::summary::NotSent;
use super::store::{KeptLetter, Record};
use super::{Fingerprint, Journal, JournalError, key, key_of};
use crate::run::Verdict;

/// Names a letter: twelve hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LetterId(Fingerprint);

impl fmt::Display for LetterId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(6).try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// What a letter is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    /// Its name.
    pub id: LetterId,
    /// File as the user named it.
    pub file: String,
    /// Line, counts from 1.
    pub line: u64,
    /// Type of the event; `None` for a line that is none.
    pub kind: Option<String>,
    /// `rejected`, `failed` or `unknown`.
    pub outcome: String,
    /// One sentence.
    pub reason: String,
    /// How often it was tried.
    pub tries: u32,
    /// Hash of the mapping that judged it last.
    pub mapping: String,
}

/// What a letter says, as far as it is needed to find and to try it.
#[derive(Deserialize)]
struct Content {
    file: String,
    line: u64,
    event: Option<Value>,
    text: Option<String>,
    outcome: String,
    reason: String,
    #[serde(default)]
    mapping: String,
}

impl Content {
    fn read(text: &[u8]) -> Result<Self, String> {
        let content: Self = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        if !["rejected", "failed", super::UNKNOWN].contains(&&*content.outcome) {
            return Err(format!("`{}` is no outcome of a dead letter", content.outcome));
        }
        match (&content.event, &content.text) {
            (Some(Value::Object(_)), None) | (None, Some(_)) => Ok(content),
            _ => Err("it has neither an `event` nor the `text` of a line".to_owned()),
        }
    }

    /// What was read as an event.
    fn source(&self) -> String {
        self.event.as_ref().map_or_else(|| self.text.clone().unwrap_or_default(), Value::to_string)
    }

    fn key(&self) -> Fingerprint {
        key_of(&self.file, self.line, &self.source())
    }
}

/// What became of a line that was to be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is in the journal now.
    New,
    /// It was there already.
    Known,
    /// Its event has come to its end meanwhile.
    Finished,
    /// It is no dead letter, for this reason.
    NoLetter(String),
}

impl Journal {
    /// Keeps the letter of an event that was rejected or has failed; nothing of any other. `mapping` is the mapping's hash.
    pub(in super::super) async fn keep_letter(
        &self,
        finished: &Finished,
        mapping: &str,
    ) -> Result<(), JournalError> {
        let Some(letter) = letter(finished, mapping) else { return Ok(()) };
        let event = key(&finished.line);
        let is_final = matches!(finished.outcome.verdict, Verdict::Rejected { .. });
        let letter = letter.to_string().into_bytes();
        self.store.commit(Record::Keep { event, letter, kept_at: now(), is_final }).await
    }

    /// All letters, by file and line.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn letters(&self) -> Result<Vec<Heading>, JournalError> {
        let mut headings = Vec::new();
        self.store.each_letter(|letter| headings.extend(heading(&letter)))?;
        headings.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
        Ok(headings)
    }

    /// A letter as JSON: its `id`, the line of a file of dead letters, `tries`, and `kept_at` in seconds since 1970.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn letter(&self, id: LetterId) -> Result<Option<Value>, JournalError> {
        let Some(KeptLetter { tries, kept_at, text, .. }) = self.store.letter(&id.0)? else {
            return Ok(None);
        };
        let mut whole: Map<String, Value> = serde_json::from_slice(&text).unwrap_or_default();
        whole.shift_insert(0, "id".to_owned(), json!(id.to_string()));
        whole.insert("tries".to_owned(), json!(tries));
        whole.insert("kept_at".to_owned(), json!(kept_at));
        Ok(Some(Value::Object(whole)))
    }

    /// Gives letters up: their events count as finished.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn drop_letters(&self, ids: &[LetterId]) -> Result<(), JournalError> {
        let records: Vec<Record> = ids.iter().map(|id| Record::Finish(id.0)).collect();
        self.store.change(&records)
    }

    /// Takes in a line of a file of dead letters.
    ///
    /// # Errors
    /// The journal cannot be read or written.
    pub fn take_letter(&self, line: &[u8]) -> Result<Taken, JournalError> {
        let content = match Content::read(line) {
            Ok(content) => content,
            Err(why) => return Ok(Taken::NoLetter(why)),
        };
        let event = content.key();
        if self.store.letter(&event)?.is_some() {
            return Ok(Taken::Known);
        }
        if self.store.is_finished(&event) {
            return Ok(Taken::Finished);
        }
        let is_final = content.outcome == "rejected";
        let record = Record::Keep { event, letter: line.to_vec(), kept_at: now(), is_final };
        self.store.change(&[record])?;
        Ok(Taken::New)
    }

    /// Letters as events to deliver. With `from_step` the writes that were answered are not made again; without, all are.
    #[must_use]
    pub fn retry(&self, ids: Vec<LetterId>, from_step: bool) -> Letters {
        Letters { journal: self.clone(), left: ids.into_iter().rev().collect(), from_step }
    }
}

fn heading(letter: &KeptLetter) -> Option<Heading> {
    let Content { file, line, event, outcome, reason, mapping, .. } = Content::read(&letter.text).ok()?;
    let kind = event.as_ref().and_then(|event| event.get("type")?.as_str().map(str::to_owned));
    Some(Heading {
        id: LetterId(letter.event),
        file,
        line,
        kind,
        outcome,
        reason,
        tries: letter.tries,
        mapping,
    })
}

fn now() -> u64 {
    clock::date().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Letters that are tried again, as a source of events.
#[derive(Debug)]
pub struct Letters {
    journal: Journal,
    /// The next one last.
    left: Vec<LetterId>,
    from_step: bool,
}

impl Letters {
    fn line(&self, id: LetterId) -> Result<Option<Line>, JournalError> {
        let Some(kept) = self.journal.store.letter(&id.0)? else { return Ok(None) };
        let Ok(content) = Content::read(&kept.text) else { return Ok(None) };
        Ok(Some(Line::of_bytes(content.file.as_str().into(), content.line, content.source().as_bytes())))
    }
}

impl Source for Letters {
    type Ticket = LetterTicket;

    async fn next(&mut self) -> Option<Result<Arrived<LetterTicket>, SourceError>> {
        while let Some(id) = self.left.pop() {
            match self.line(id) {
                Ok(Some(line)) => {
                    let ticket =
                        LetterTicket { journal: self.journal.clone(), id, from_step: self.from_step };
                    return Some(Ok(Arrived { line, is_in_doubt: false, ticket }));
                }
                // It went away meanwhile.
                Ok(None) => {}
                Err(error) => return Some(Err(SourceError::new(error))),
            }
        }
        None
    }

    async fn close(&mut self) -> Option<NotSent> {
        Some(NotSent { events: self.left.len() as u64, at_least: false })
    }

    fn repeats(&self) -> bool {
        true
    }
}

/// A letter that was given out. It is opened again when its event begins: one that is read ahead and never begun stays as it
/// is.
#[derive(Debug)]
pub struct LetterTicket {
    journal: Journal,
    id: LetterId,
    from_step: bool,
}

impl Ticket for LetterTicket {
    async fn begin(&self) -> bool {
        let record = Record::Reopen { event: self.id.0, keep_answers: self.from_step };
        // A journal that cannot be written takes no end of the event either, and that is where it is told.
        let _ = self.journal.store.commit(record).await;
        true
    }
}

#[cfg(test)]
mod tests;
