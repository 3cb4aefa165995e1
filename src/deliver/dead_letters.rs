//! The file of events that could not be delivered: one JSON object a line, written as soon as the event is finished.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::journal::UNKNOWN;
use super::stream::Finished;
use crate::run::Verdict;

/// An open file of dead letters. New ones go to its end.
#[derive(Debug)]
pub struct DeadLetters {
    path: PathBuf,
    file: File,
    mapping: String,
}

/// Dead letters that cannot be kept.
#[derive(Debug)]
pub struct DeadLetterError {
    path: PathBuf,
    error: io::Error,
}

impl fmt::Display for DeadLetterError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot write dead letters to {}: {}", self.path.display(), self.error)
    }
}

impl std::error::Error for DeadLetterError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl DeadLetters {
    /// Opens or creates the file. `mapping` is the hash of the mapping that judged the events.
    pub fn open(path: &Path, mapping: &str) -> Result<Self, DeadLetterError> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        // Events and replies are people's data.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path);
        let file = file.map_err(|error| DeadLetterError { path: path.to_owned(), error })?;
        Ok(Self { path: path.to_owned(), file, mapping: mapping.to_owned() })
    }

    /// Writes an event down if it was rejected or has failed.
    pub fn keep(&mut self, finished: &Finished) -> Result<(), DeadLetterError> {
        let Some(letter) = letter(finished, &self.mapping) else { return Ok(()) };
        // One write a line: a process that ends between two of them leaves whole lines.
        let written = self.file.write_all(format!("{letter}\n").as_bytes()).and_then(|()| self.file.flush());
        written.map_err(|error| DeadLetterError { path: self.path.clone(), error })
    }
}

/// The letter of an event; `None` for one that went well.
pub(crate) fn letter(finished: &Finished, mapping: &str) -> Option<Value> {
    let verdict = &finished.outcome.verdict;
    let retry_after = match verdict {
        Verdict::Delivered | Verdict::Skipped { .. } => return None,
        Verdict::Rejected { .. } => None,
        Verdict::Failed { retry_after, .. } => *retry_after,
    };
    let mut letter = Map::new();
    letter.insert("line".into(), json!(finished.line.line));
    letter.insert("file".into(), json!(&*finished.line.file));
    match &finished.line.content {
        Ok(event) => letter.insert("event".into(), (**event).clone()),
        Err(unreadable) => letter.insert("text".into(), json!(unreadable.text)),
    };
    let why = verdict.why();
    letter.insert("outcome".into(), json!(if finished.is_unknown { UNKNOWN } else { verdict.name() }));
    letter.insert("reason".into(), json!(why));
    if let Some(wish) = retry_after {
        letter.insert("retry_after_seconds".into(), json!(wish.as_secs()));
    }
    letter.insert("mapping".into(), json!(mapping));
    letter.insert("steps".into(), json!(finished.outcome.trace.done_writes()));
    letter.insert("trace".into(), finished.outcome.trace.to_json());
    Some(Value::Object(letter))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::super::input::{Line, Unreadable};
    use super::*;
    use crate::run::Blame;
    use crate::run::{Outcome, Trace};

    fn finished(content: Result<Value, Unreadable>, verdict: Verdict) -> Finished {
        let line = Line { file: "events.ndjson".into(), line: 7, content: content.map(Arc::new) };
        Finished {
            line,
            outcome: Outcome { verdict, blame: Blame::Event, notes: Vec::new(), trace: Trace::default() },
            is_unknown: false,
        }
    }

    #[track_caller]
    fn check(finished: &Finished, expected: Option<&str>) {
        assert_eq!(letter(finished, "ab12").map(|letter| letter.to_string()).as_deref(), expected);
    }

    #[test]
    fn what_went_well_is_not_kept() {
        check(&finished(Ok(json!({})), Verdict::Delivered), None);
        check(&finished(Ok(json!({})), Verdict::Skipped { why: "no".into() }), None);
    }

    #[test]
    fn a_failed_event_is_kept_with_its_wait() {
        let verdict = Verdict::Failed {
            why: "busy".into(),
            retry_after: Some(Duration::from_secs(30)),
            status: Some(429),
            is_lasting: false,
        };
        check(
            &finished(Ok(json!({"type": "track"})), verdict),
            Some(
                r#"{"line":7,"file":"events.ndjson","event":{"type":"track"},"outcome":"failed","reason":"busy","retry_after_seconds":30,"mapping":"ab12","steps":[],"trace":[]}"#,
            ),
        );
    }

    #[test]
    fn an_unreadable_line_is_kept_as_text() {
        let unreadable = Unreadable { why: "not JSON".into(), text: "{oops".into() };
        check(
            &finished(Err(unreadable), Verdict::Rejected { why: "not JSON".into() }),
            Some(
                r#"{"line":7,"file":"events.ndjson","text":"{oops","outcome":"rejected","reason":"not JSON","mapping":"ab12","steps":[],"trace":[]}"#,
            ),
        );
    }

    #[test]
    fn letters_are_appended() {
        let path = std::env::temp_dir().join(format!("mapwright-dead-letters-{}.ndjson", std::process::id()));
        let _ = std::fs::remove_file(&path);
        for _ in 0..2 {
            let mut letters = DeadLetters::open(&path, "ab12").unwrap();
            letters.keep(&finished(Ok(json!({})), Verdict::Rejected { why: "bad".into() })).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2);
        std::fs::remove_file(&path).unwrap();
    }
}
