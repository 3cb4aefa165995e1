//! JSON Schema of mapping files, for editors.
//!
//! It is made from the structs that the files are read with, so it cannot say something else than they do. What takes
//! knowledge of the whole file (names, types, effects) only the loader can check.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use serde_json::{Value, json};

use super::MappingFile;

/// The JSON Schema (draft 7) of mapping files.
#[must_use]
pub fn schema() -> Value {
    let settings = SchemaSettings::draft07().with_transform(tidied);
    settings.into_generator().into_root_schema_for::<MappingFile>().to_value()
}

/// Takes out what serde would take and the loader does not, and what says nothing to an editor.
pub(crate) fn tidied(schema: &mut Schema) {
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
    let [only] = forms.as_slice() else { return };
    let only = only.clone();
    members.remove("anyOf");
    match only {
        // In draft 7 nothing may stand beside a `$ref`.
        Value::Object(form) if form.contains_key("$ref") => {
            members.insert("allOf".into(), json!([form]));
        }
        Value::Object(form) => {
            for (key, value) in form {
                members.entry(key).or_insert(value);
            }
        }
        _ => {}
    }
}
