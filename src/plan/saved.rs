//! Saved plans: one JSON file with the events, what their reads saw and which writes they would make. No secrets: the
//! settings are there as a fingerprint only, of those that are none.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::change::Change;
use super::event::{Ending, EventPlan, PlannedRead, PlannedWrite};
use super::seen;
use crate::model::{Method, SettingKind};
use crate::run::{Session, Verdict};

/// Version of the format.
const FORMAT: u64 = 1;

/// A plan that was saved, or will be.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedPlan {
    /// Fingerprint of the mapping's text.
    pub mapping: String,
    /// Fingerprint of the settings that are no secrets, and of the base URL.
    pub settings: String,
    /// Events, with where they stood, in their order.
    pub events: Vec<SavedEvent>,
}

/// An event of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedEvent {
    /// File that it came from.
    pub file: String,
    /// Its line there, from 1.
    pub line: u64,
    /// The event; `None` for a line that is none.
    pub event: Option<Arc<Value>>,
    /// What it would do.
    pub plan: EventPlan,
}

/// A text is no saved plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPlan(String);

impl fmt::Display for BadPlan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for BadPlan {}

/// Fingerprint of a session's settings that are no secrets, and of where its requests go.
#[must_use]
pub fn fingerprint(session: &Session) -> String {
    let settings = session.plan().settings().zip(session.settings());
    let open = settings.filter(|((_, setting), _)| setting.kind != SettingKind::Secret);
    let told: Map<String, Value> = open.map(|((name, _), value)| (name.to_owned(), json!(value))).collect();
    seen::hex(&format!("{}\n{}", session.base_url(), Value::Object(told)))
}

impl SavedPlan {
    /// The plan as the text of a file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let events: Vec<Value> = self.events.iter().map(SavedEvent::to_json).collect();
        let saved =
            json!({"format": FORMAT, "mapping": self.mapping, "settings": self.settings, "events": events});
        format!("{saved:#}\n")
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// The text is no plan, or one of another version.
    pub fn read(text: &str) -> Result<Self, BadPlan> {
        let bad = |error: serde_json::Error| {
            BadPlan(format!("it is no saved plan: line {}, column {}", error.line(), error.column()))
        };
        let format: FormatPiece = serde_json::from_str(text).map_err(bad)?;
        if format.format != FORMAT {
            let found = format.format;
            return Err(BadPlan(format!("it is a plan of format {found}, expected format {FORMAT}")));
        }
        let piece: PlanPiece = serde_json::from_str(text).map_err(bad)?;
        let events = piece.events.into_iter().map(SavedEvent::of).collect::<Result<_, _>>()?;
        Ok(SavedPlan { mapping: piece.mapping, settings: piece.settings, events })
    }
}

impl SavedEvent {
    /// Where it stood: `events.ndjson:3`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    fn to_json(&self) -> Value {
        let mut told = Map::new();
        told.insert("file".into(), self.file.as_str().into());
        told.insert("line".into(), self.line.into());
        if let Some(event) = &self.event {
            told.insert("event".into(), (**event).clone());
        }
        told.insert("plan".into(), self.plan.saved());
        Value::Object(told)
    }

    fn of(piece: EventPiece) -> Result<Self, BadPlan> {
        let EventPiece { file, line, event, plan } = piece;
        let place = format!("{file}:{line}");
        let why = plan.why.unwrap_or_default();
        let ending = match plan.outcome.as_str() {
            "delivered" => Ending::Known(Verdict::Delivered),
            "skipped" => Ending::Known(Verdict::Skipped { why }),
            "rejected" => Ending::Known(Verdict::Rejected { why }),
            "failed" => Ending::Known(Verdict::failed(why)),
            "unknown" => Ending::Open(why),
            _ => return Err(unknown_word(&place, "outcome")),
        };
        let writes = plan.writes.into_iter().map(|write| write.read(&place)).collect::<Result<_, _>>()?;
        let reads = plan.reads.into_iter().map(ReadPiece::read).collect();
        let plan = EventPlan { ending, notes: plan.notes, reads, writes };
        Ok(SavedEvent { file, line, event: event.map(Arc::new), plan })
    }
}

fn unknown_word(place: &str, what: &str) -> BadPlan {
    BadPlan(format!("it is no saved plan: the event of {place} has an unknown {what}"))
}

#[derive(Deserialize)]
struct FormatPiece {
    format: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanPiece {
    #[expect(dead_code, reason = "it has been looked at before")]
    format: u64,
    mapping: String,
    settings: String,
    events: Vec<EventPiece>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventPiece {
    file: String,
    line: u64,
    #[serde(default)]
    event: Option<Value>,
    plan: OnePiece,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnePiece {
    outcome: String,
    #[serde(default)]
    why: Option<String>,
    #[serde(default)]
    notes: Vec<String>,
    reads: Vec<ReadPiece>,
    writes: Vec<WritePiece>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadPiece {
    step: String,
    request: String,
    answer: String,
    saw: String,
}

impl ReadPiece {
    fn read(self) -> PlannedRead {
        let ReadPiece { step, request, answer, saw } = self;
        PlannedRead { step: step.into(), request, digest: answer, saw }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WritePiece {
    step: String,
    change: String,
    #[serde(default)]
    why: Option<String>,
    #[serde(default)]
    doubtful: bool,
    #[serde(default)]
    repeats: bool,
    method: String,
    target: String,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    before: Map<String, Value>,
}

impl WritePiece {
    fn read(self, place: &str) -> Result<PlannedWrite, BadPlan> {
        let methods = Method::ALL.into_iter().map(|(_, method)| method);
        let method = methods.into_iter().find(|method| method.as_str() == self.method);
        let text = |(name, value): (String, Value)| Some((name, value.as_str()?.to_owned()));
        Ok(PlannedWrite {
            step: self.step.into(),
            change: Change::of_name(&self.change).ok_or_else(|| unknown_word(place, "change"))?,
            why: self.why,
            is_doubtful: self.doubtful,
            repeats: self.repeats,
            method: method.filter(|method| !method.is_read()).ok_or_else(|| unknown_word(place, "method"))?,
            target: self.target,
            headers: self.headers.into_iter().filter_map(text).collect(),
            body: self.body,
            before: self.before.into_iter().collect(),
        })
    }
}
