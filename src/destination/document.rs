//! A cursor over the JSON of a document: every value with the file and the place that it stands in.
//!
//! In: parsed JSON. Out: its parts, or an error that names the place. Must not know what the keys mean.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::SchemaError;
use crate::diag::{listed, nearest, quoted};

/// Documents by the names that they refer to each other with.
pub(super) type Documents = BTreeMap<String, (String, Value)>;

/// Parses documents, each a name and its text.
pub(super) fn parse(texts: &[(String, String)]) -> Result<Documents, SchemaError> {
    let mut documents = Documents::new();
    for (file, text) in texts {
        let value: Value = serde_json::from_str(text).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            SchemaError::new(file, &place, "it is not JSON")
        })?;
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        documents.insert(name.to_owned(), (file.clone(), value));
    }
    Ok(documents)
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct At<'d> {
    /// Name of the file, as it is shown.
    pub(super) file: &'d str,
    /// Keys that lead to the value.
    pub(super) place: String,
    pub(super) value: &'d Value,
}

impl<'d> At<'d> {
    /// The root of a document.
    pub(super) fn root(documents: &'d Documents, name: &str) -> Option<Self> {
        let (file, value) = documents.get(name)?;
        Some(Self { file, place: String::new(), value })
    }

    /// Something wrong here.
    pub(super) fn error(&self, why: impl Into<String>) -> SchemaError {
        SchemaError::new(self.file, &self.place, why)
    }

    fn below(&self, key: &str, value: &'d Value) -> Self {
        let place = if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) };
        Self { file: self.file, place, value }
    }

    /// The value under a key of an object.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        Some(self.below(key, self.value.get(key)?))
    }

    /// The value under a key that must be there.
    pub(super) fn need(&self, key: &str) -> Result<Self, SchemaError> {
        self.object()?;
        self.get(key).ok_or_else(|| self.error(format!("missing key {}", quoted(key))))
    }

    pub(super) fn object(&self) -> Result<&'d Map<String, Value>, SchemaError> {
        self.value.as_object().ok_or_else(|| self.wrong("an object"))
    }

    /// Members of an object.
    pub(super) fn entries(&self) -> Result<Vec<(&'d str, Self)>, SchemaError> {
        let members = self.object()?;
        Ok(members.iter().map(|(key, value)| (key.as_str(), self.below(key, value))).collect())
    }

    /// Elements of a list.
    pub(super) fn items(&self) -> Result<Vec<Self>, SchemaError> {
        let items = self.value.as_array().ok_or_else(|| self.wrong("a list"))?;
        Ok(items.iter().enumerate().map(|(index, item)| self.below(&index.to_string(), item)).collect())
    }

    pub(super) fn text(&self) -> Result<&'d str, SchemaError> {
        self.value.as_str().ok_or_else(|| self.wrong("text"))
    }

    pub(super) fn truth(&self) -> Result<bool, SchemaError> {
        self.value.as_bool().ok_or_else(|| self.wrong("true or false"))
    }

    pub(super) fn count(&self) -> Result<u64, SchemaError> {
        self.value.as_u64().ok_or_else(|| self.wrong("a whole number"))
    }

    fn wrong(&self, wanted: &str) -> SchemaError {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.error(format!("expected {wanted}, found {found}"))
    }

    /// Refuses keys of an object that are not known; those that begin with `x-` are anybody's.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), SchemaError> {
        let unknown =
            self.object()?.keys().find(|key| !known.contains(&key.as_str()) && !key.starts_with("x-"));
        let Some(key) = unknown else { return Ok(()) };
        let advice = match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean {}?", quoted(near)),
            None => format!("known are {}", listed(known)),
        };
        Err(self.error(format!("{} is not read; {advice}", quoted(key))))
    }

    /// What a `$ref` here leads to, as file and keys; `None` when there is none.
    pub(super) fn reference(&self, documents: &'d Documents) -> Result<Option<Self>, SchemaError> {
        let Some(reference) = self.get("$ref") else { return Ok(None) };
        let text = reference.text()?;
        let (file, path) = text.split_once('#').unwrap_or((text, ""));
        let own = self.file.rsplit(['/', '\\']).next().unwrap_or(self.file);
        let lost = || reference.error(format!("{} leads nowhere", quoted(text)));
        let name = if file.is_empty() { own } else { file.trim_start_matches("./") };
        let mut at = At::root(documents, name).ok_or_else(lost)?;
        for key in path.split('/').skip(1) {
            at = at.get(&key.replace("~1", "/").replace("~0", "~")).ok_or_else(lost)?;
        }
        Ok(Some(at))
    }
}
