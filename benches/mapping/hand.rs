//! What `user` of `mappings/zendesk.yaml` does in an identify flow, written by hand for its default settings.
//!
//! Idiomatic Rust over a parsed event, byte for byte the body that the mapping makes.

use serde_json::{Map, Value};

/// Keys that rows read or write, so that they are no custom fields.
const KNOWN: [&str; 7] = ["name", "email", "id", "organizationId", "company", "timezone", "phone"];

/// The body of `/users/create_or_update`; `None` when the event lacks what it needs.
pub(crate) fn user_body(event: &Value) -> Option<Vec<u8>> {
    let person = [event.get("traits"), event.pointer("/context/traits")];
    let person =
        person.into_iter().flatten().filter_map(Value::as_object).find(|object| !object.is_empty())?;
    let text_of = |value: Option<&Value>| value.and_then(text).filter(|text| !text.is_empty());
    let id = text_of(event.get("userId"))?;
    let mut out = Vec::with_capacity(512);
    out.extend(b"{\"user\":{\"name\":");
    write(&mut out, &text_of(person.get("name"))?);
    if let Some(email) = text_of(person.get("email")) {
        out.extend(b",\"email\":");
        write(&mut out, &email.trim());
    }
    out.extend(b",\"external_id\":");
    write(&mut out, &id);
    let company = person.get("company").and_then(|company| company.get("id"));
    let joins = [person.get("organizationId"), company];
    if let Some(number) = joins.into_iter().flatten().find(|value| value.is_u64()) {
        out.extend(b",\"organization_id\":");
        write(&mut out, number);
    }
    for (key, from) in [("time_zone", "timezone"), ("phone", "phone")] {
        if let Some(value) = text_of(person.get(from)) {
            out.extend(format!(",\"{key}\":").as_bytes());
            write(&mut out, &value);
        }
    }
    out.extend(b",\"user_fields\":{\"id\":");
    write(&mut out, &id);
    custom_fields(&mut out, person);
    out.extend(b"}}}");
    Some(out)
}

fn custom_fields(out: &mut Vec<u8>, person: &Map<String, Value>) {
    for (key, value) in person {
        if KNOWN.contains(&key.as_str()) || value.is_array() || value.is_object() {
            continue;
        }
        out.push(b',');
        let allowed = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
        if key.chars().all(allowed) {
            write(out, key);
        } else {
            write(out, &key.replace(|character| !allowed(character), "_"));
        }
        out.push(b':');
        write(out, value);
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn write(out: &mut Vec<u8>, value: &(impl serde::Serialize + ?Sized)) {
    serde_json::to_writer(out, value).unwrap();
}
