//! Group.

use serde_json::{Map, Value};

use super::parts::{Firm, Parts, Person};
use super::rest::custom_fields;
use super::user::{email, user_id};
use super::{Refused, bad, filled, rejected, text_value, write_text, write_value};

pub(crate) fn group(event: &Parts<'_>, out: &mut Vec<u8>) -> Result<bool, Refused> {
    if user_id(event)?.is_none() {
        return Err(rejected("UserId is a mandatory field for group"));
    }
    let traits = match event.traits {
        None | Some(Value::Null) => return Err(rejected("Organisation Traits are missing. Aborting.")),
        Some(Value::Object(traits)) => traits,
        Some(other) => return Err(bad("`names.firm` ($.traits)", "an object", other)),
    };
    let firm = Firm::of(traits);
    let group_id = match text_value(event.group_id, "`names.group_id` ($.groupId)")? {
        Some(id) => Some(id),
        None => text_value(firm.group_id, "`names.group_id` ($firm.groupId)")?,
    };
    if group_id.is_none() && filled(firm.name).is_none() {
        return Err(rejected("An organization needs a groupId or a name"));
    }
    match event.traits_of_context() {
        None | Some(Value::Null) => {}
        Some(Value::Object(person)) => drop(email(Person::of(person).email)?),
        Some(other) => return Err(bad("`names.person` ($.context.traits)", "an object", other)),
    }
    match group_id {
        None => Ok(false),
        Some(group_id) => organization(&firm, traits, group_id, out),
    }
}

fn organization(
    firm: &Firm<'_>,
    traits: &Map<String, Value>,
    group_id: &Value,
    out: &mut Vec<u8>,
) -> Result<bool, Refused> {
    out.extend_from_slice(b"{\"organization\":{");
    if let Some(name) = text_value(firm.name, "`organization.name` ($firm.name)")? {
        out.extend_from_slice(b"\"name\":");
        write_text(out, name);
        out.push(b',');
    }
    out.extend_from_slice(b"\"external_id\":");
    write_text(out, group_id);
    if let Some(names) = filled(firm.domain_names) {
        out.extend_from_slice(b",\"domain_names\":");
        write_texts(out, names, "`organization.domain_names` ($firm.domainNames)")?;
    }
    if let Some(tags) = filled(firm.tags) {
        out.extend_from_slice(b",\"tags\":");
        write_texts(out, tags, "`organization.tags` ($firm.tags)")?;
    }
    if let Some(url) = text_value(firm.url, "`organization.url` ($firm.url)")? {
        out.extend_from_slice(b",\"url\":");
        write_text(out, url);
    }
    if let Some(value) = filled(firm.deleted) {
        let deleted = match value {
            Value::Bool(true) => true,
            Value::Bool(false) => false,
            Value::String(text) if text.eq_ignore_ascii_case("true") => true,
            Value::String(text) if text.eq_ignore_ascii_case("false") => false,
            other => return Err(bad("`organization.deleted` ($firm.deleted)", "true or false", other)),
        };
        out.extend_from_slice(if deleted { b",\"deleted\":true" } else { b",\"deleted\":false" });
    }
    out.extend_from_slice(b",\"organization_fields\":{\"id\":");
    match filled(firm.id) {
        Some(id) => write_value(out, id),
        None => write_text(out, group_id),
    }
    custom_fields(out, traits, |key| {
        matches!(key, "name" | "domainNames" | "tags" | "url" | "deleted" | "id" | "groupId")
    });
    out.extend_from_slice(b"}}}");
    Ok(true)
}

fn write_texts(out: &mut Vec<u8>, value: &Value, row: &str) -> Result<(), Refused> {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if item.is_null() || item.is_array() || item.is_object() {
            return Err(bad(row, "text", item));
        }
        if index > 0 {
            out.push(b',');
        }
        write_text(out, item);
    }
    out.push(b']');
    Ok(())
}
