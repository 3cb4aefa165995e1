//! Which keys may stand beside which, as the loader tells it; taken from its own tables.

use serde_json::{Map, Value, json};

use super::super::Method;
use super::super::flows::BESIDE_ENSURE;
use super::super::pieces::RequestPiece;
use super::super::requests::{OF_READS, OF_WRITES};
use super::super::rows::IDLE_WITHOUT;
use crate::source::known_keys;

/// Adds to the pieces of a schema what their structs cannot say.
pub(super) fn tell(pieces: &mut Map<String, Value>) {
    extend(pieces, "long_row", "dependentSchemas", idle_keys());
    extend(pieces, "request", "dependentSchemas", effects());
    let look_up = json!({"required": ["give"], "properties": forbidden(["for_each", "ensure"].into_iter().chain(methods(false)))});
    let create =
        json!({"properties": forbidden(["for_each", "ensure", "remember"].into_iter().chain(methods(true)))});
    let find = json!({"anyOf": [
        {"allOf": [{"$ref": "#/$defs/request"}, look_up]},
        {"type": "array", "minItems": 1, "items": {"allOf": [{"$ref": "#/$defs/request"}, look_up]}},
    ]});
    within(pieces, "ensure", "find", find);
    within(pieces, "ensure", "create", json!({"allOf": [{"$ref": "#/$defs/request"}, create]}));
    for key in ["verify", "preview"] {
        within(pieces, "request", key, json!({"allOf": [{"$ref": "#/$defs/request"}, look_up]}));
    }
}

/// Keys of a row that do nothing without one of others.
fn idle_keys() -> Value {
    let needs =
        |others: &[&str]| -> Vec<Value> { others.iter().map(|other| json!({"required": [other]})).collect() };
    IDLE_WITHOUT.iter().map(|(key, others)| ((*key).to_owned(), json!({"anyOf": needs(others)}))).collect()
}

/// What belongs to writes beside methods that read, the other way round, what look-ups have inside of them, and what
/// excludes each other.
fn effects() -> Value {
    let of_method = |(name, method): &(&'static str, Method)| {
        let wrong: &[(&str, &str, &str)] = if method.is_read() { &OF_WRITES } else { &OF_READS };
        let keys = wrong.iter().map(|(key, ..)| *key);
        ((*name).to_owned(), json!({"properties": forbidden(keys)}))
    };
    let beside_ensure =
        known_keys::<RequestPiece>().iter().filter(|key| !BESIDE_ENSURE.contains(*key)).copied();
    let of_ensure = ("ensure".to_owned(), json!({"properties": forbidden(beside_ensure)}));
    let of_once = ("once".to_owned(), json!({"properties": forbidden(["remember"])}));
    Method::ALL.iter().map(of_method).chain([of_ensure, of_once]).collect()
}

fn methods(are_reads: bool) -> impl Iterator<Item = &'static str> {
    Method::ALL.iter().filter(move |(_, method)| method.is_read() == are_reads).map(|(name, _)| *name)
}

fn forbidden<'k>(keys: impl IntoIterator<Item = &'k str>) -> Value {
    keys.into_iter().map(|key| (key.to_owned(), Value::Bool(false))).collect()
}

fn extend(pieces: &mut Map<String, Value>, piece: &str, key: &str, value: Value) {
    if let Some(Value::Object(piece)) = pieces.get_mut(piece) {
        piece.insert(key.to_owned(), value);
    }
}

/// Gives a property another form; its description and its example stay.
fn within(pieces: &mut Map<String, Value>, piece: &str, property: &str, form: Value) {
    let property = pieces.get_mut(piece).and_then(|piece| piece.get_mut("properties")?.get_mut(property));
    if let (Some(Value::Object(property)), Value::Object(form)) = (property, form) {
        property.retain(|key, _| key == "description" || key == "examples");
        property.extend(form);
    }
}
