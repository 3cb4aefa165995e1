//! JSON Schemas (draft 2020-12) of mapping files and of the settings of a mapping, for editors.
//!
//! The first is made from the structs that the files are read with, so it cannot say something else than they do; the
//! examples in it stand in `examples.yaml`. What takes knowledge of the whole file (names, types, effects) only the
//! loader can check.

mod beside;
mod config;

use indexmap::IndexMap;
use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

pub use config::config_schema;

use super::MappingFile;

/// The JSON Schema of mapping files.
#[must_use]
pub fn schema() -> Value {
    let mut schema = schema_of::<MappingFile>(include_str!("../examples.yaml"));
    if let Some(Value::Object(pieces)) = schema.get_mut("$defs") {
        beside::tell(pieces);
    }
    schema
}

/// The schema of a type whose pieces have these examples: YAML, by piece and key.
pub(crate) fn schema_of<T: JsonSchema>(examples: &str) -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(tidied);
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    // A test finds keys without an example, so that examples which cannot be read are noticed.
    let examples: Examples = serde_yaml::from_str(examples).unwrap_or_default();
    let root = schema.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(Value::Object(pieces)) = schema.get_mut("$defs") {
        for (name, piece) in pieces {
            show_examples(piece, examples.get(name));
        }
    }
    show_examples_outside_of_pieces(&mut schema, examples.get(&root));
    schema
}

/// Examples of keys, by the pieces that they stand in.
type Examples = IndexMap<String, IndexMap<String, Value>>;

fn show_examples_outside_of_pieces(schema: &mut Value, examples: Option<&IndexMap<String, Value>>) {
    let members = schema.as_object_mut().into_iter().flatten();
    for (_, value) in members.filter(|(key, _)| *key == "properties") {
        show_examples_of(value, examples);
    }
}

/// Puts an example beside each key of a schema, however deep it lies.
fn show_examples(schema: &mut Value, examples: Option<&IndexMap<String, Value>>) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                if key == "properties" || key == "patternProperties" {
                    show_examples_of(value, examples);
                }
                show_examples(value, examples);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| show_examples(item, examples)),
        _ => {}
    }
}

fn show_examples_of(properties: &mut Value, examples: Option<&IndexMap<String, Value>>) {
    for (name, property) in properties.as_object_mut().into_iter().flatten() {
        let Some(example) = examples.and_then(|examples| examples.get(name)) else { continue };
        if *property == Value::Bool(true) {
            *property = Value::Object(Map::new());
        }
        if let Value::Object(property) = property {
            property.insert("examples".into(), json!([example]));
        }
    }
}

/// Takes out what serde would take and the loader does not, and what says nothing to an editor.
fn tidied(schema: &mut Schema) {
    transform_subschemas(&mut tidied, schema);
    let Some(members) = schema.as_object_mut() else { return };
    // A key is left out; it is never written with nothing behind it.
    if matches!(members.get("default"), Some(Value::Null | Value::Array(_))) {
        members.remove("default");
    }
    if members.get("type") == Some(&json!("integer")) {
        members.remove("format");
    }
    if let Some(Value::Array(types)) = members.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            members.insert("type".into(), only);
        }
    }
    let Some(Value::Array(forms)) = members.get_mut("anyOf") else { return };
    forms.retain(|form| *form != json!({"type": "null"}));
    let [Value::Object(only)] = forms.as_slice() else { return };
    let only = only.clone();
    members.remove("anyOf");
    for (key, value) in only {
        members.entry(key).or_insert(value);
    }
}
