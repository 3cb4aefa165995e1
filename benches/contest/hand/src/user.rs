//! Identify and track.

use serde_json::{Map, Value};

use super::casts::{Whole, email_of, moment_of, whole};
use super::rest::custom_fields;
use super::{Refused, bad, filled, rejected, text_value, write_digits, write_str, write_text, write_value};

type Members = Map<String, Value>;

pub(crate) fn identify(event: &Members, out: &mut Vec<u8>) -> Result<bool, Refused> {
    let Some(user_id) = user_id(event)? else {
        return Err(rejected("UserId is a mandatory field for identify"));
    };
    let person = person(event)?;
    let Some((person, name)) = person.and_then(|person| Some((person, filled(person.get("name"))?))) else {
        return Err(rejected("Missing required value from \"name\""));
    };
    text_value(Some(name), "`user.name` ($person.name)")?;
    out.extend_from_slice(b"{\"user\":{\"name\":");
    write_text(out, name);
    if let Some(email) = email(person)? {
        out.extend_from_slice(b",\"email\":");
        write_str(out, email);
    }
    out.extend_from_slice(b",\"external_id\":");
    write_text(out, user_id);
    if let Some(number) = organization(person)? {
        out.extend_from_slice(b",\"organization_id\":");
        match number {
            Whole::Spelt(value) => write_value(out, value),
            Whole::Text(digits) => out.extend_from_slice(digits.as_bytes()),
            Whole::Float(float) => write_digits(out, format_args!("{float:.0}")),
        }
    }
    if let Some(zone) = text_value(person.get("timezone"), "`user.time_zone` ($person.timezone)")? {
        out.extend_from_slice(b",\"time_zone\":");
        write_text(out, zone);
    }
    if let Some(phone) = text_value(person.get("phone"), "`user.phone` ($person.phone)")? {
        out.extend_from_slice(b",\"phone\":");
        write_text(out, phone);
    }
    out.extend_from_slice(b",\"user_fields\":{\"id\":");
    write_text(out, user_id);
    custom_fields(out, person, |key| {
        matches!(key, "name" | "email" | "userId" | "id" | "organizationId" | "timezone" | "phone")
    });
    out.extend_from_slice(b"}}}");
    Ok(true)
}

pub(crate) fn track(event: &Members, out: &mut Vec<u8>) -> Result<bool, Refused> {
    let Some(user_id) = user_id(event)? else {
        return Err(rejected("UserId is a mandatory field for track"));
    };
    let Some(action) = text_value(event.get("event"), "`names.action` ($.event)")? else {
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
    match event.get("properties") {
        None | Some(Value::Null) => out.extend_from_slice(b"{}"),
        Some(details @ Value::Object(_)) => write_value(out, details),
        Some(other) => return Err(bad("`names.details` ($.properties)", "an object", other)),
    }
    let moments = [event.get("timestamp"), event.get("originalTimestamp")];
    if let Some(moment) = moments.into_iter().flatten().find_map(moment_of) {
        out.extend_from_slice(b",\"created_at\":");
        write_str(out, &moment);
    }
    out.extend_from_slice(b"},\"profile\":{\"type\":\"customer\",\"source\":\"Rudder\",\"identifiers\":[");
    let person = person(event)?;
    let address = person.and_then(|person| person.get("email")?.as_str());
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

pub(crate) fn user_id(event: &Members) -> Result<Option<&Value>, Refused> {
    text_value(event.get("userId"), "`names.user_id` ($.userId)")
}

/// The first filled one of `traits` and `context.traits`.
fn person(event: &Members) -> Result<Option<&Members>, Refused> {
    let of_context = || filled(event.get("context").and_then(|context| context.get("traits")));
    let (value, row) = match filled(event.get("traits")) {
        Some(traits) => (Some(traits), "`names.person` ($.traits)"),
        None => (of_context(), "`names.person` ($.context.traits)"),
    };
    match value {
        None => Ok(None),
        Some(Value::Object(person)) => Ok(Some(person)),
        Some(other) => Err(bad(row, "an object", other)),
    }
}

pub(crate) fn email(person: &Members) -> Result<Option<&str>, Refused> {
    let Some(value) = filled(person.get("email")) else { return Ok(None) };
    match value.as_str().and_then(email_of) {
        Some(email) => Ok(Some(email)),
        None => Err(bad("`names.email` ($person.email)", "an e-mail address", value)),
    }
}

/// The organization that the user joins, unless the same event takes the user out of it.
fn organization(person: &Members) -> Result<Option<Whole<'_>>, Refused> {
    let company = person.get("company");
    let company_id = company.and_then(|company| company.get("id"));
    let removes = match filled(company.and_then(|company| company.get("remove"))) {
        None => false,
        Some(Value::Bool(removes)) => *removes,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => true,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => false,
        Some(other) => return Err(bad("`names.removes` ($person.company.remove)", "true or false", other)),
    };
    let joins = [person.get("organizationId"), company_id].into_iter().flatten().find_map(whole);
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
