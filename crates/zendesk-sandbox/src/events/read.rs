//! Reading events and profiles of requests, with the errors of the events gateway.
//!
//! Guess: all codes but `InvalidProfileTypeLength` are formed after it.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::refusal;
use crate::reply::Reply;

/// Longest source and type, in characters.
const LONGEST: usize = 40;
/// Most identifiers of one profile.
const MOST: usize = 20;

/// A checked event.
#[derive(Clone, Debug)]
pub(crate) struct SentEvent {
    /// As sent.
    pub(crate) body: Map<String, Value>,
    pub(crate) source: String,
    pub(crate) kind: String,
    pub(crate) created_at: Option<Timestamp>,
}

/// A checked profile.
#[derive(Clone, Debug)]
pub(crate) struct SentProfile {
    /// As sent.
    pub(crate) body: Map<String, Value>,
    pub(crate) source: String,
    pub(crate) kind: String,
    /// Type and value of each identifier.
    pub(crate) identifiers: Vec<(String, String)>,
}

/// The identifier of a query: `source:type:identifier type:value`.
#[derive(Clone, Debug)]
pub(crate) struct Identifier {
    pub(crate) source: String,
    pub(crate) kind: String,
    /// Type and value.
    pub(crate) pair: (String, String),
}

impl SentEvent {
    /// Reads the `event` of a body.
    pub(crate) fn read(body: &Map<String, Value>) -> Result<Self, Reply> {
        let event = part(body, "event", "MissingEvent")?;
        let source = name(&event, "source", "Event")?;
        let kind = name(&event, "type", "Event")?;
        if !event.get("properties").is_some_and(Value::is_object) {
            return Err(bad("InvalidEventProperties", "Event properties must be an object"));
        }
        let created_at = match event.get("created_at") {
            None | Some(Value::Null) => None,
            Some(stamp) => {
                let stamp = stamp.as_str().and_then(|text| text.parse().ok());
                let why = "Event created_at is not an ISO 8601 timestamp";
                Some(stamp.ok_or_else(|| bad("InvalidEventCreatedAt", why))?)
            }
        };
        Ok(Self { body: event, source, kind, created_at })
    }
}

impl SentProfile {
    /// Reads the `profile` of a body.
    pub(crate) fn read(body: &Map<String, Value>) -> Result<Self, Reply> {
        Self::check(part(body, "profile", "MissingProfile")?)
    }

    /// Reads the `profile` of a body; what it leaves out comes from the query.
    pub(crate) fn read_for(body: &Map<String, Value>, known: &Identifier) -> Result<Self, Reply> {
        let mut profile = part(body, "profile", "MissingProfile")?;
        profile.entry("source").or_insert_with(|| json!(known.source));
        profile.entry("type").or_insert_with(|| json!(known.kind));
        let (kind, value) = &known.pair;
        profile.entry("identifiers").or_insert_with(|| json!([{"type": kind, "value": value}]));
        Self::check(profile)
    }

    fn check(profile: Map<String, Value>) -> Result<Self, Reply> {
        Ok(Self {
            source: name(&profile, "source", "Profile")?,
            kind: name(&profile, "type", "Profile")?,
            identifiers: identifiers(&profile)?,
            body: profile,
        })
    }

    /// The value of the first identifier of a type.
    pub(crate) fn identifier(&self, kind: &str) -> Option<&str> {
        self.identifiers.iter().find(|(known, _)| known == kind).map(|(_, value)| value.as_str())
    }
}

impl Identifier {
    /// Reads `?identifier=`.
    pub(crate) fn read(call: &Call) -> Result<Self, Reply> {
        let text = call.param("identifier").unwrap_or_default();
        let mut parts = text.splitn(4, ':').filter(|part| !part.is_empty()).map(str::to_owned);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(source), Some(kind), Some(name), Some(value)) => {
                Ok(Self { source, kind, pair: (name, value) })
            }
            _ => Err(bad("InvalidIdentifier", "The identifier must read source:type:identifier_type:value")),
        }
    }
}

/// The object that a request has as its body.
pub(crate) fn body(call: &Call) -> Result<Map<String, Value>, Reply> {
    match serde_json::from_slice(&call.body) {
        Ok(Value::Object(body)) => Ok(body),
        _ => Err(bad("InvalidJson", "The request body could not be parsed as JSON")),
    }
}

fn part(body: &Map<String, Value>, name: &str, code: &str) -> Result<Map<String, Value>, Reply> {
    let found = body.get(name).and_then(Value::as_object).cloned();
    found.ok_or_else(|| bad(code, &format!("Missing {name}")))
}

fn bad(code: &str, title: &str) -> Reply {
    refusal::listed(400, code, title)
}

/// `source` or `type` of an event or profile: 1 to 40 characters, and not the vendor's own name.
fn name(part: &Map<String, Value>, key: &str, label: &str) -> Result<String, Reply> {
    let title = if key == "type" { "Type" } else { "Source" };
    let text = part.get(key).and_then(Value::as_str).unwrap_or_default();
    if text.is_empty() {
        return Err(bad(&format!("Missing{label}{title}"), &format!("{label} {key} is required")));
    }
    if text.chars().count() > LONGEST {
        let code = format!("Invalid{label}{title}Length");
        return Err(bad(&code, &format!("{label} {key} length > {LONGEST} chars")));
    }
    if key == "source" && text.eq_ignore_ascii_case("zendesk") {
        return Err(bad(&format!("Invalid{label}Source"), &format!("{label} source `zendesk` is reserved")));
    }
    Ok(text.to_owned())
}

fn identifiers(profile: &Map<String, Value>) -> Result<Vec<(String, String)>, Reply> {
    let items = profile.get("identifiers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if items.is_empty() {
        return Err(bad("MissingProfileIdentifiers", "Profile identifiers are required"));
    }
    if items.len() > MOST {
        return Err(bad("TooManyProfileIdentifiers", "Profile identifiers > 20"));
    }
    let text = |item: &Value, key: &str| {
        let text = item.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or_else(|| {
            bad("InvalidProfileIdentifier", &format!("Profile identifier {key} must be a non-empty string"))
        })
    };
    items.iter().map(|item| Ok((text(item, "type")?, text(item, "value")?))).collect()
}
