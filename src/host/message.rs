//! The event of a job, as the engine takes it.

use std::sync::LazyLock;

use serde_json::Value;

use crate::json::capture::Paths;
use crate::json::{Arena, Slot};
use crate::run::Event;

/// What a message is.
#[derive(Debug, PartialEq)]
pub(super) enum Message {
    /// An event.
    Event(Event),
    /// The result of an earlier call, which goes back as it is.
    Transformed,
}

/// What is looked at before the mapping.
struct Head {
    paths: Paths,
    status: Slot,
    channel: Slot,
}

static HEAD: LazyLock<Head> = LazyLock::new(|| {
    let mut paths = Paths::default();
    let status = paths.below(Paths::EVENT, "statusCode");
    let channel = paths.below(Paths::EVENT, "channel");
    Head { paths, status, channel }
});

/// Reads a message, in one pass over its text.
pub(super) fn read(text: &str) -> Option<Message> {
    let arena = Arena::new();
    let head = HEAD.paths.capture_text(text, &arena).ok()?;
    if head.get(HEAD.status, &arena).is_some_and(|status| is_truthy(&status.to_value())) {
        return Some(Message::Transformed);
    }
    let channel = head.get(HEAD.channel, &arena).and_then(|channel| channel.scalar_text(&arena));
    if channel == Some("sources") {
        let message: Value = serde_json::from_str(text).ok()?;
        return Some(Message::Event(timed(message).into()));
    }
    Some(Message::Event(Event::of_checked(text)))
}

/// A value that a script would take for true.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}

/// Gives an event that comes from a warehouse the time that its record has.
fn timed(mut message: Value) -> Value {
    if message.pointer("/context/mappedToDestination").is_some_and(is_truthy) {
        return message;
    }
    let kind = message.get("type").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let places: &[&str] = match kind.as_str() {
        "identify" => &[
            "/context/timestamp",
            "/context/traits/timestamp",
            "/traits/timestamp",
            "/timestamp",
            "/originalTimestamp",
        ],
        "track" => &["/properties/timestamp", "/timestamp", "/originalTimestamp"],
        _ => &[],
    };
    let found =
        places.iter().find_map(|place| message.pointer(place).filter(|value| is_truthy(value)).cloned());
    if let (Some(found), Some(members)) = (found, message.as_object_mut()) {
        members.insert("timestamp".to_owned(), found);
    }
    message
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_transformed_before_goes_back() {
        assert_eq!(read(r#"{"statusCode":200,"output":{}}"#), Some(Message::Transformed));
        for status in ["0", "null", "false", "\"\""] {
            let read = read(&format!(r#"{{"statusCode":{status}}}"#));
            assert!(matches!(read, Some(Message::Event(_))), "{status}");
        }
    }

    #[test]
    fn a_record_of_a_warehouse_has_its_own_time() {
        let message = json!({"channel": "sources", "type": "Track", "timestamp": "b", "properties": {"timestamp": "a"}});
        assert_eq!(timed(message.clone())["timestamp"], "a");
        let mut mapped = message;
        mapped["context"] = json!({"mappedToDestination": true});
        assert_eq!(timed(mapped)["timestamp"], "b");
        let message = json!({"type": "identify", "traits": {"timestamp": ""}, "originalTimestamp": "c"});
        assert_eq!(timed(message)["timestamp"], "c");
    }
}
