//! Reading a JSON body: known keys with their types, unknown keys dropped and named in a warning.
//!
//! A [`Shape`] lists what one resource accepts. The checks follow the vendor's parameter filter: a known key with a
//! wrong JSON type is 400, an unknown one is dropped. Digits in a string pass as an integer, `"true"` as a boolean.

use serde_json::{Map, Value};

use crate::call::Call;
use crate::refusal;
use crate::reply::Reply;

/// JSON type of a known key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A string.
    Text,
    /// A boolean.
    Flag,
    /// An integer id.
    Id,
    /// An array of strings.
    Texts,
    /// An array of strings, or one string in its place.
    TextOrTexts,
    /// An object.
    Object,
    /// An array of objects.
    Objects,
}

/// The keys that one resource accepts, under their wrapper.
#[derive(Debug)]
pub(crate) struct Shape {
    /// The wrapper key: `user`.
    pub(crate) wrapper: &'static str,
    /// Accepted keys.
    pub(crate) keys: &'static [(&'static str, Kind)],
}

/// What a write says about one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given<T> {
    /// The key is not there.
    Absent,
    /// The key is `null`.
    Null,
    /// The key has a value.
    Value(T),
}

impl<T> Given<T> {
    /// The value, when there is one.
    pub(crate) fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Changes `target` unless the key is absent.
    pub(crate) fn assign(self, target: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *target = None,
            Self::Value(value) => *target = Some(value),
        }
    }
}

/// A checked body: only known keys, each with its type.
#[derive(Clone, Debug)]
pub(crate) struct Payload {
    values: Map<String, Value>,
    dropped: Vec<String>,
    action: &'static str,
}

impl Payload {
    /// Reads the body of a write. `action` names it in messages: `users/create`.
    pub(crate) fn read(call: &Call, shape: &Shape, action: &'static str) -> Result<Self, Reply> {
        let mut body = read_object(call, action)?;
        let Some(wrapped) = body.shift_remove(shape.wrapper) else {
            return Err(refusal::invalid_attribute(shape.wrapper, "is required", action));
        };
        let mut payload = Self::fit(wrapped, shape.keys, shape.wrapper, action)?;
        payload.dropped.extend(body.into_iter().map(|(key, _)| key));
        Ok(payload)
    }

    /// Reads the rows of a bulk write under `plural`: `{"users": [{..}, ..]}`.
    pub(crate) fn read_rows(
        call: &Call,
        shape: &Shape,
        plural: &str,
        action: &'static str,
    ) -> Result<Vec<Self>, Reply> {
        let mut body = read_object(call, action)?;
        let Some(Value::Array(rows)) = body.shift_remove(plural) else {
            return Err(refusal::invalid_attribute(plural, "must be an array of maps", action));
        };
        rows.into_iter()
            .enumerate()
            .map(|(index, row)| Self::fit(row, shape.keys, &format!("{plural}.{index}"), action))
            .collect()
    }

    /// The known keys of an object, each with its type; `path` leads to the object.
    fn fit(object: Value, keys: &[(&str, Kind)], path: &str, action: &'static str) -> Result<Self, Reply> {
        let Value::Object(given) = object else {
            return Err(refusal::invalid_attribute(path, "must be a map", action));
        };
        let mut payload = Self { values: Map::new(), dropped: Vec::new(), action };
        for (key, value) in given {
            match keys.iter().find(|(name, _)| *name == key) {
                Some((_, kind)) => {
                    let path = format!("{path}.{key}");
                    let value =
                        fit(value, *kind).map_err(|wish| refusal::invalid_attribute(&path, wish, action))?;
                    payload.values.insert(key, value);
                }
                None => payload.dropped.push(format!("{path}.{key}")),
            }
        }
        Ok(payload)
    }

    /// A string.
    pub(crate) fn text(&self, key: &str) -> Given<String> {
        self.read_as(key, |value| value.as_str().map(str::to_owned))
    }

    /// An id; the empty string counts as null.
    pub(crate) fn id(&self, key: &str) -> Given<i64> {
        self.read_as(key, Value::as_i64)
    }

    /// A boolean; null counts as absent.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        self.values.get(key).and_then(Value::as_bool)
    }

    /// Strings; null counts as none.
    pub(crate) fn texts(&self, key: &str) -> Option<Vec<String>> {
        let items = match self.values.get(key)? {
            Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Value::String(one) => vec![one.clone()],
            _ => Vec::new(),
        };
        Some(items)
    }

    /// An object.
    pub(crate) fn object(&self, key: &str) -> Option<&Map<String, Value>> {
        self.values.get(key).and_then(Value::as_object)
    }

    /// The objects of an array.
    pub(crate) fn objects(&self, key: &str) -> Option<Vec<&Map<String, Value>>> {
        Some(self.values.get(key)?.as_array()?.iter().filter_map(Value::as_object).collect())
    }

    /// Drops a key after all and names it in the warning.
    pub(crate) fn drop_key(&mut self, wrapper: &str, key: &str) {
        if self.values.shift_remove(key).is_some() {
            self.dropped.push(format!("{wrapper}.{key}"));
        }
    }

    /// The text of the warning header; `None` when no key was dropped.
    pub(crate) fn warning(&self) -> Option<String> {
        let (controller, action) = self.action.split_once('/').unwrap_or((self.action, ""));
        warning(controller, action, &self.dropped)
    }

    fn read_as<T>(&self, key: &str, read: impl Fn(&Value) -> Option<T>) -> Given<T> {
        match self.values.get(key) {
            None => Given::Absent,
            Some(value) => read(value).map_or(Given::Null, Given::Value),
        }
    }
}

/// The object that is the body of a write.
pub(crate) fn read_object(call: &Call, action: &str) -> Result<Map<String, Value>, Reply> {
    let body: Value = serde_json::from_slice(&call.body)
        .map_err(|_| refusal::titled(400, "Invalid JSON", "The request body could not be parsed as JSON"))?;
    match body {
        Value::Object(body) => Ok(body),
        _ => Err(refusal::invalid_attribute("body", "must be a map", action)),
    }
}

/// The warning header about dropped keys, spelled as the vendor's filter spells it; always ASCII.
pub(crate) fn warning(controller: &str, action: &str, dropped: &[String]) -> Option<String> {
    if dropped.is_empty() {
        return None;
    }
    let keys: Vec<String> = dropped.iter().map(|key| format!("\"{}\"", key.escape_default())).collect();
    let keys = keys.join(", ");
    Some(format!(
        "{{:allowed_parameters=>{{:controller=>\"{controller}\", :action=>\"{action}\", \
         :unpermitted_keys=>[{keys}], :invalid_values=>[]}}}}"
    ))
}

/// The value in its type, or what it must be.
fn fit(value: Value, kind: Kind) -> Result<Value, &'static str> {
    if value.is_null() {
        return Ok(value);
    }
    match kind {
        Kind::Text => keep(value, Value::is_string, "must be a string"),
        Kind::Object => keep(value, Value::is_object, "must be a map"),
        Kind::Flag => flag(&value).ok_or("must be a boolean"),
        Kind::Id => id(&value).ok_or("must be an integer"),
        Kind::Texts => keep(value, |value| all(value, Value::is_string), "must be an array of strings"),
        Kind::TextOrTexts => {
            keep(value, |v| v.is_string() || all(v, Value::is_string), "must be an array of strings")
        }
        Kind::Objects => keep(value, |value| all(value, Value::is_object), "must be an array of maps"),
    }
}

fn keep(value: Value, good: impl Fn(&Value) -> bool, wish: &'static str) -> Result<Value, &'static str> {
    if good(&value) { Ok(value) } else { Err(wish) }
}

fn all(value: &Value, good: impl Fn(&Value) -> bool) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(good))
}

fn flag(value: &Value) -> Option<Value> {
    match value.as_str() {
        Some("true" | "1") => Some(Value::Bool(true)),
        Some("false" | "0" | "") => Some(Value::Bool(false)),
        Some(_) => None,
        None => value.as_bool().map(Value::Bool),
    }
}

fn id(value: &Value) -> Option<Value> {
    match value.as_str() {
        Some("") => Some(Value::Null),
        Some(digits) => digits.parse::<i64>().ok().map(Value::from),
        None => value.as_i64().map(Value::from),
    }
}
