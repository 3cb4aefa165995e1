//! The JSON Schema of the settings of a mapping.

use serde_json::{Map, Value, json};

use super::super::{Mapping, Setting, SettingKind};

/// The JSON Schema of files with the settings of a mapping.
///
/// What it takes, a session takes; a session also takes numbers and booleans in quotes, as the environment gives them.
#[must_use]
pub fn config_schema(mapping: &Mapping) -> Value {
    let settings = || mapping.config.iter().map(|named| (named.name.text.as_str(), &named.item));
    let properties: Map<String, Value> =
        settings().map(|(name, setting)| (name.to_owned(), property(name, setting))).collect();
    let required: Vec<&str> =
        settings().filter(|(_, setting)| is_needed(setting)).map(|(name, _)| name).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("settings of {}", mapping.destination.text),
        "description": "Settings for `--config`; each is a value, or says where the value stands.",
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "$defs": {"elsewhere": elsewhere()},
    })
}

fn is_needed(setting: &Setting) -> bool {
    setting.required && setting.default.is_none()
}

fn property(name: &str, setting: &Setting) -> Value {
    let mut property = json!({
        "description": description(setting),
        "anyOf": [value(setting), {"$ref": "#/$defs/elsewhere"}],
        "examples": examples(name, setting),
    });
    if let (Value::Object(members), Some(default)) = (&mut property, &setting.default) {
        members.insert("default".into(), default.clone());
    }
    property
}

fn description(setting: &Setting) -> String {
    let mut sentences: Vec<String> = setting.about.iter().cloned().collect();
    if setting.kind == SettingKind::Secret {
        sentences.push("A secret: best kept elsewhere, with {env: NAME} or {file: PATH}".into());
    }
    sentences.extend(setting.sunset.map(|day| format!("No longer works from {day}")));
    if sentences.is_empty() {
        sentences.push(format!("A setting of the type {}", setting.kind.name()));
    }
    format!("{}.", sentences.join(". "))
}

/// A value that is written down.
fn value(setting: &Setting) -> Value {
    let mut schema = Map::new();
    let kind = match setting.kind {
        SettingKind::String | SettingKind::Secret => "string",
        SettingKind::Integer => "integer",
        SettingKind::Number => "number",
        SettingKind::Boolean => "boolean",
    };
    schema.insert("type".into(), kind.into());
    if kind == "string" {
        if is_needed(setting) {
            schema.insert("minLength".into(), 1.into());
        }
        if let Some(pattern) = &setting.pattern {
            schema.insert("pattern".into(), format!("^(?:{})$", pattern.text).into());
        }
        if !setting.forbid.is_empty() {
            let words: Vec<String> = setting.forbid.iter().map(|word| any_case(word)).collect();
            schema.insert("not".into(), json!({"pattern": format!("^\\s*(?:{})\\s*$", words.join("|"))}));
        }
    }
    Value::Object(schema)
}

/// A regular expression of a text in any case: the expressions of JSON Schema have no flag for that.
fn any_case(word: &str) -> String {
    let mut pattern = String::new();
    for character in word.chars() {
        if character.is_ascii_alphabetic() {
            pattern.extend(['[', character.to_ascii_lowercase(), character.to_ascii_uppercase(), ']']);
        } else if character.is_alphanumeric() || character == ' ' {
            pattern.push(character);
        } else if character.is_ascii_punctuation() {
            pattern.extend(['[', '\\', character, ']']);
        } else {
            pattern.push(character);
        }
    }
    pattern
}

/// Values that a user could write.
fn examples(name: &str, setting: &Setting) -> Vec<Value> {
    let mut examples: Vec<Value> = setting.default.iter().cloned().collect();
    if setting.kind == SettingKind::Boolean {
        examples.extend(
            [true, false].map(Value::Bool).into_iter().filter(|flag| setting.default.as_ref() != Some(flag)),
        );
    } else {
        examples.push(json!({"env": variable(name)}));
    }
    examples
}

/// The name of a setting as environment variables are spelt: `apiToken` is `API_TOKEN`.
fn variable(name: &str) -> String {
    let mut variable = String::new();
    let mut is_after_small = false;
    for character in name.chars() {
        if is_after_small && character.is_uppercase() {
            variable.push('_');
        }
        is_after_small = character.is_lowercase() || character.is_ascii_digit();
        variable.push(if character.is_alphanumeric() { character.to_ascii_uppercase() } else { '_' });
    }
    variable
}

/// Where a value stands that is not in the file.
fn elsewhere() -> Value {
    json!({
        "description": "Where the value stands.",
        "type": "object",
        "properties": {
            "env": {
                "description": "Name of the environment variable that holds the value.",
                "type": "string",
                "examples": ["API_TOKEN"],
            },
            "file": {
                "description": "Path of the file that holds the value, from the folder of this one.",
                "type": "string",
                "examples": ["secrets/token.txt"],
            },
        },
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    })
}

#[cfg(test)]
mod tests {
    use super::variable;

    #[test]
    fn variables_are_spelt_as_usual() {
        assert_eq!(variable("apiToken"), "API_TOKEN");
        assert_eq!(variable("client_id"), "CLIENT_ID");
        assert_eq!(variable("domain"), "DOMAIN");
    }
}
