//! Identify and track.

use serde_json::{Map, Value};

use super::casts::{Whole, email_of, moment_of, whole};
use super::parts::{Parts, Person};
use super::rest::custom_fields;
use super::{Refused, bad, filled, rejected, text_value, write_digits, write_str, write_text, write_value};

pub(crate) fn identify(event: &Parts<'_>, out: &mut Vec<u8>) -> Result<bool, Refused> {
    let Some(user_id) = user_id(event)? else {
        return Err(rejected("UserId is a mandatory field for identify"));
    };
    let traits = person(event)?;
    let person = traits.map(Person::of).unwrap_or_default();
    let (Some(traits), Some(name)) = (traits, filled(person.name)) else {
        return Err(rejected("Missing required value from \"name\""));
    };
    text_value(Some(name), "`user.name` ($person.name)")?;
    out.extend_from_slice(b"{\"user\":{\"name\":");
    write_text(out, name);
    if let Some(email) = email(person.email)? {
        out.extend_from_slice(b",\"email\":");
        write_str(out, email);
    }
    out.extend_from_slice(b",\"external_id\":");
    write_text(out, user_id);
    if let Some(number) = organization(&person)? {
        out.extend_from_slice(b",\"organization_id\":");
        match number {
            Whole::Spelt(value) => write_value(out, value),
            Whole::Text(digits) => out.extend_from_slice(digits.as_bytes()),
            Whole::Float(float) => write_digits(out, format_args!("{float:.0}")),
        }
    }
    if let Some(zone) = text_value(person.timezone, "`user.time_zone` ($person.timezone)")? {
        out.extend_from_slice(b",\"time_zone\":");
        write_text(out, zone);
    }
    if let Some(phone) = text_value(person.phone, "`user.phone` ($person.phone)")? {
        out.extend_from_slice(b",\"phone\":");
        write_text(out, phone);
    }
    out.extend_from_slice(b",\"user_fields\":{\"id\":");
    write_text(out, user_id);
    custom_fields(out, traits, |key| {
        matches!(key, "name" | "email" | "userId" | "id" | "organizationId" | "timezone" | "phone")
    });
    out.extend_from_slice(b"}}}");
    Ok(true)
}

pub(crate) fn track(event: &Parts<'_>, out: &mut Vec<u8>) -> Result<bool, Refused> {
    let Some(user_id) = user_id(event)? else {
        return Err(rejected("UserId is a mandatory field for track"));
    };
    let Some(action) = text_value(event.action, "`names.action` ($.event)")? else {
        return Err(rejected("A track event needs a name"));
    };
    out.extend_from_slice(b"{\"event\":{\"type\":");
    match action {
        Value::String(text) => {
            let end = text.char_indices().nth(40).map_or(text.len(), |(end, _)| end);
            write_str(out, text.get(..end).unwrap_or(text));
        }
        other => write_text(out, other),
    }
    out.extend_from_slice(b",\"source\":\"Rudder\",\"description\":");
    write_text(out, action);
    out.extend_from_slice(b",\"properties\":");
    match event.properties {
        None | Some(Value::Null) => out.extend_from_slice(b"{}"),
        Some(details @ Value::Object(_)) => write_value(out, details),
        Some(other) => return Err(bad("`names.details` ($.properties)", "an object", other)),
    }
    let moments = [event.timestamp, event.original_timestamp];
    if let Some(moment) = moments.into_iter().flatten().find_map(moment_of) {
        out.extend_from_slice(b",\"created_at\":");
        write_str(out, &moment);
    }
    out.extend_from_slice(b"},\"profile\":{\"type\":\"customer\",\"source\":\"Rudder\",\"identifiers\":[");
    let address = person(event)?.and_then(|traits| Person::of(traits).email?.as_str());
    if let Some(email) = address.and_then(email_of) {
        out.extend_from_slice(b"{\"type\":\"email\",\"value\":");
        write_str(out, email);
        out.extend_from_slice(b"},");
    }
    out.extend_from_slice(b"{\"type\":\"external_id\",\"value\":");
    write_text(out, user_id);
    out.extend_from_slice(b"}]}}");
    Ok(true)
}

pub(crate) fn user_id<'v>(event: &Parts<'v>) -> Result<Option<&'v Value>, Refused> {
    text_value(event.user_id, "`names.user_id` ($.userId)")
}

/// The first filled one of `traits` and `context.traits`.
fn person<'v>(event: &Parts<'v>) -> Result<Option<&'v Map<String, Value>>, Refused> {
    let (value, row) = match filled(event.traits) {
        Some(traits) => (Some(traits), "`names.person` ($.traits)"),
        None => (filled(event.traits_of_context()), "`names.person` ($.context.traits)"),
    };
    match value {
        None => Ok(None),
        Some(Value::Object(person)) => Ok(Some(person)),
        Some(other) => Err(bad(row, "an object", other)),
    }
}

pub(crate) fn email(value: Option<&Value>) -> Result<Option<&str>, Refused> {
    let Some(value) = filled(value) else { return Ok(None) };
    match value.as_str().and_then(email_of) {
        Some(email) => Ok(Some(email)),
        None => Err(bad("`names.email` ($person.email)", "an e-mail address", value)),
    }
}

/// The organization that the user joins, unless the same event takes the user out of it.
fn organization<'v>(person: &Person<'v>) -> Result<Option<Whole<'v>>, Refused> {
    let company = person.company;
    let company_id = company.and_then(|company| company.get("id"));
    let removes = match filled(company.and_then(|company| company.get("remove"))) {
        None => false,
        Some(Value::Bool(removes)) => *removes,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => true,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => false,
        Some(other) => return Err(bad("`names.removes` ($person.company.remove)", "true or false", other)),
    };
    let joins = [person.organization_id, company_id].into_iter().flatten().find_map(whole);
    if removes && let (Some(joins), Some(left)) = (&joins, company_id) {
        let digits = match joins {
            Whole::Spelt(value) => value.to_string(),
            Whole::Text(digits) => (*digits).to_owned(),
            Whole::Float(float) => format!("{float:.0}"),
        };
        if left.as_str().map_or_else(|| left.to_string(), str::to_owned) == digits {
            return Ok(None);
        }
    }
    Ok(joins)
}
