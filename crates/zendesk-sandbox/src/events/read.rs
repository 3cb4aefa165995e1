//! Reading the body of an event request, with the errors of the events gateway.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::call::Call;
use crate::refusal;
use crate::reply::Reply;

/// Longest source and type, in characters.
const LONGEST: usize = 40;
/// Most identifiers of one profile.
const MOST: usize = 20;

/// A checked event with its profile, both as sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) profile: Map<String, Value>,
    pub(crate) event: Map<String, Value>,
    pub(crate) source: String,
    pub(crate) kind: String,
    /// Type and value of each identifier of the profile.
    pub(crate) identifiers: Vec<(String, String)>,
    pub(crate) created_at: Option<Timestamp>,
}

impl Sent {
    /// Reads `{"event":{..},"profile":{..}}`.
    ///
    /// Guess: all codes but `InvalidProfileTypeLength` are formed after it.
    pub(crate) fn read(call: &Call) -> Result<Self, Reply> {
        let body: Value = serde_json::from_slice(&call.body)
            .map_err(|_| bad("InvalidJson", "The request body could not be parsed as JSON"))?;
        let part = |name: &str, code: &str| {
            body.get(name)
                .and_then(Value::as_object)
                .cloned()
                .ok_or_else(|| bad(code, &format!("Missing {name}")))
        };
        let (event, profile) = (part("event", "MissingEvent")?, part("profile", "MissingProfile")?);
        name(&event, "source", "Event")?;
        name(&event, "type", "Event")?;
        if !event.get("properties").is_some_and(Value::is_object) {
            return Err(bad("InvalidEventProperties", "Event properties must be an object"));
        }
        let created_at = match event.get("created_at") {
            None | Some(Value::Null) => None,
            Some(stamp) => match stamp.as_str().and_then(|text| text.parse().ok()) {
                Some(at) => Some(at),
                None => {
                    return Err(bad(
                        "InvalidEventCreatedAt",
                        "Event created_at is not an ISO 8601 timestamp",
                    ));
                }
            },
        };
        Ok(Self {
            source: name(&profile, "source", "Profile")?,
            kind: name(&profile, "type", "Profile")?,
            identifiers: identifiers(&profile)?,
            profile,
            event,
            created_at,
        })
    }

    /// The value of the first identifier of a type.
    pub(crate) fn identifier(&self, kind: &str) -> Option<&str> {
        self.identifiers.iter().find(|(known, _)| known == kind).map(|(_, value)| value.as_str())
    }
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
