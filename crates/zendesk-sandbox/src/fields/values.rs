//! Values of custom fields: reading them in the type of their field, storing and showing them.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use regex::Regex;
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::fields::Owner;
use crate::refusal::Problems;
use crate::store::fields::Fields;
use crate::store::{Field, FieldType};
use crate::switches::UnknownValue;

/// The values of a write in the types of their fields; null clears. Unknown keys are ignored.
///
/// A value that does not fit its field is a problem. Guess: known for tickets, supposed for users.
pub(crate) fn read(
    account: &Account,
    owner: Owner,
    given: &Map<String, Value>,
    problems: &mut Problems,
) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (key, value) in given {
        let Some(field) = owner.fields(account).by_key(key) else { continue };
        let Some(value) = fit(field, value).filter(|value| is_patterned(account, field, value)) else {
            problems.invalid_field(key, &field.title);
            continue;
        };
        if is_known(account, field, &value) {
            found.push((key.clone(), value));
        } else if account.rules.unknown_values == UnknownValue::Refused {
            problems.invalid_field(key, &field.title);
        }
    }
    found
}

/// False for an option that the field does not have, and a record that is not there.
fn is_known(account: &Account, field: &Field, value: &Value) -> bool {
    let is_choice = |value: &Value| field.options.iter().any(|choice| *value == *choice.value);
    match (field.kind, value) {
        (_, Value::Null) => true,
        (FieldType::Dropdown, value) => is_choice(value),
        (FieldType::Multiselect, Value::Array(items)) => items.iter().all(is_choice),
        (FieldType::Lookup, value) => {
            let id = value.as_i64().unwrap_or_default();
            match field.relationship_target_type.as_deref() {
                Some("zen:user") => account.users.get(id).is_some(),
                Some("zen:organization") => account.organizations.get(id).is_some(),
                // Records of other types are not here, so any id may be one.
                _ => true,
            }
        }
        _ => true,
    }
}

/// Whether a text is what the pattern of its field wants; a pattern that cannot be read wants nothing.
fn is_patterned(account: &Account, field: &Field, value: &Value) -> bool {
    let pattern = field.regexp_for_validation.as_deref().filter(|_| field.kind == FieldType::Regexp);
    match (pattern.filter(|_| account.rules.enforce_patterns), value.as_str()) {
        (Some(pattern), Some(text)) => Regex::new(pattern).map_or(true, |regex| regex.is_match(text)),
        _ => true,
    }
}

/// Stores values; a checkbox adds its tag to the owner or removes it.
pub(crate) fn store(
    fields: &Fields,
    changes: Vec<(String, Value)>,
    values: &mut Map<String, Value>,
    tags: &mut Vec<String>,
) {
    for (key, value) in changes {
        if let Some(tag) = fields.by_key(&key).and_then(|field| field.tag.as_ref()) {
            tags.retain(|other| other != tag);
            if value == Value::Bool(true) {
                tags.push(tag.clone());
            }
        }
        if value.is_null() {
            values.shift_remove(&key);
        } else {
            values.insert(key, value);
        }
    }
}

/// All fields with their values, or the defaults of their types.
pub(crate) fn render(fields: &Fields, values: &Map<String, Value>) -> Value {
    let shown = |field: &Field| {
        let default = if field.kind == FieldType::Checkbox { Value::Bool(false) } else { Value::Null };
        (field.key.clone(), values.get(&field.key).cloned().unwrap_or(default))
    };
    Value::Object(fields.iter().map(shown).collect())
}

/// The value in the type of the field; `None` when it does not fit.
fn fit(field: &Field, value: &Value) -> Option<Value> {
    if value.is_null() {
        return Some(Value::Null);
    }
    let text = value.as_str().map(str::trim);
    match field.kind {
        FieldType::Text | FieldType::Textarea | FieldType::Regexp => match value {
            Value::String(_) => Some(value.clone()),
            Value::Number(_) | Value::Bool(_) => Some(json!(value.to_string())),
            _ => None,
        },
        FieldType::Checkbox => checkbox(value),
        _ if text == Some("") => Some(Value::Null),
        FieldType::Date => day(text?).map(|day| json!(format!("{day}T00:00:00+00:00"))),
        FieldType::Integer | FieldType::Lookup => {
            // Clients whose numbers are all floats write 12 as 12.0.
            let whole = || value.as_number()?.to_string().strip_suffix(".0")?.parse().ok();
            let number: i64 = value.as_i64().or_else(|| text?.parse().ok()).or_else(whole)?;
            Some(json!(number))
        }
        FieldType::Decimal => match text {
            Some(text) => {
                text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| json!(number))
            }
            None => value.is_number().then(|| value.clone()),
        },
        FieldType::Dropdown => text.map(|text| json!(text)),
        FieldType::Multiselect => {
            let items = value.as_array()?;
            items.iter().all(Value::is_string).then(|| value.clone())
        }
    }
}

fn checkbox(value: &Value) -> Option<Value> {
    let known = match value {
        Value::Bool(flag) => *flag,
        Value::String(text) => match text.as_str() {
            "true" | "1" => true,
            "false" | "0" | "" => false,
            _ => return None,
        },
        other => match other.as_i64()? {
            1 => true,
            0 => false,
            _ => return None,
        },
    };
    Some(Value::Bool(known))
}

/// The day of an ISO date, or of an ISO time in UTC.
fn day(text: &str) -> Option<Date> {
    match text.parse::<Timestamp>() {
        Ok(at) => Some(at.to_zoned(TimeZone::UTC).date()),
        Err(_) => text.parse::<Date>().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(day(text).map(|day| day.to_string()).as_deref(), expected);
    }

    #[test]
    fn a_time_becomes_its_day() {
        check("2020-08-19T20:50:04.000Z", Some("2020-08-19"));
    }

    #[test]
    fn a_day_stays() {
        check("2020-08-19", Some("2020-08-19"));
    }

    #[test]
    fn an_offset_is_taken_to_utc() {
        check("2020-08-19T23:30:00-05:00", Some("2020-08-20"));
    }

    #[test]
    fn other_texts_are_no_days() {
        check("tomorrow", None);
    }
}
