//! Settings that come from the event: a text of the form `{{ path || default }}`.
//!
//! `path` leads into what came with the event: `message.…` (or `event.…`, which means the same) and `metadata.…`. A value
//! that is found is used and taken out of the message; else the default is, without quotes around it.

use serde_json::{Map, Value};

/// Whether a settings text can have such a form in it, so that it has to be looked at for each event.
pub(super) fn may_be_dynamic(settings: &str) -> bool {
    settings.contains("{{")
}

/// Puts values into the settings, and takes those of the message out of it.
pub(super) fn resolve(settings: &mut Value, message: &mut Value, metadata: &Value) {
    match settings {
        Value::String(text) => {
            if let Some(value) = value_of(text, message, metadata) {
                *settings = value;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| resolve(value, message, metadata)),
        Value::Object(members) => {
            members.values_mut().for_each(|value| resolve(value, message, metadata));
        }
        _ => {}
    }
}

fn value_of(text: &str, message: &mut Value, metadata: &Value) -> Option<Value> {
    let inner = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    let (path, default) = inner.split_once("||")?;
    let parts: Vec<&str> = path.trim().split('.').collect();
    if !parts.iter().all(|part| is_word(part)) {
        return None;
    }
    let found = match parts.as_slice() {
        ["message" | "event", inner @ ..] => take(message, inner),
        ["metadata", inner @ ..] => get(metadata, inner).filter(|value| !value.is_null()),
        _ => None,
    };
    Some(found.unwrap_or_else(|| Value::String(default.replace('"', "").trim().to_owned())))
}

fn is_word(part: &str) -> bool {
    let mut letters = part.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

fn get(value: &Value, path: &[&str]) -> Option<Value> {
    path.iter().try_fold(value, |value, part| value.get(part)).cloned()
}

/// Takes a value that is not null out of an object.
fn take(value: &mut Value, path: &[&str]) -> Option<Value> {
    let (last, path) = path.split_last()?;
    let parent: Option<&mut Map<String, Value>> =
        path.iter().try_fold(value, |value, part| value.get_mut(*part)).and_then(Value::as_object_mut);
    let parent = parent?;
    if parent.get(*last)?.is_null() {
        return None;
    }
    parent.shift_remove(*last)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(setting: &str, expected: &Value, message_after: &Value) {
        let mut settings = json!({"domain": setting, "list": [setting.to_owned() + " "]});
        settings["list"] = json!([]);
        let mut message = json!({"type": "track", "context": {"tenant": "acme", "none": null}});
        resolve(&mut settings, &mut message, &json!({"sourceId": "s-1"}));
        assert_eq!((&settings["domain"], &message), (expected, message_after));
    }

    #[test]
    fn a_value_of_the_message_is_used_and_taken_out() {
        let after = json!({"type": "track", "context": {"none": null}});
        check("{{ message.context.tenant || \"other\" }}", &json!("acme"), &after);
        check("{{event.context.tenant||other}}", &json!("acme"), &after);
    }

    #[test]
    fn else_the_default_is_used() {
        let before = json!({"type": "track", "context": {"tenant": "acme", "none": null}});
        check("{{ message.context.none || \"other\" }}", &json!("other"), &before);
        check("{{ message.context.no.such || a b }}", &json!("a b"), &before);
        check("{{ metadata.sourceId || x }}", &json!("s-1"), &before);
        check("{{ elsewhere.sourceId || x }}", &json!("x"), &before);
    }

    #[test]
    fn other_texts_stay() {
        let before = json!({"type": "track", "context": {"tenant": "acme", "none": null}});
        for text in
            ["acme", "{{ message.context.tenant }}", "a {{ message.a || b }}", "{{ message.a-b || c }}"]
        {
            check(text, &json!(text), &before);
        }
    }
}
