//! Days and moments as casts read them.

use std::borrow::Cow;

use jiff::civil;
use serde_json::Value;

/// Whether a text is a day and nothing else.
pub(super) fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<civil::Date>().is_ok()
}

/// Whether a text is a date with a time.
pub(super) fn is_moment(text: &str) -> bool {
    text.len() > 10 && (text.parse::<jiff::Timestamp>().is_ok() || text.parse::<civil::DateTime>().is_ok())
}

/// Whether two texts tell the same moment, whatever their offsets and fractions look like.
#[must_use]
pub fn same_moment(left: &Value, right: &Value) -> bool {
    let moment = |value: &Value| datetime(value)?.as_str()?.parse::<jiff::Timestamp>().ok();
    moment(left).is_some_and(|left| Some(left) == moment(right))
}

/// The day of a date or moment.
pub(super) fn date(value: &Value) -> Option<Cow<'_, Value>> {
    let text = value.as_str()?.trim();
    if is_date(text) {
        return Some(if text.len() == value.as_str()?.len() {
            Cow::Borrowed(value)
        } else {
            Cow::Owned(text.into())
        });
    }
    let day = text.get(..10).filter(|day| is_moment(text) && is_date(day))?;
    Some(Cow::Owned(Value::String(day.into())))
}

/// The moment that a text or a number of seconds or milliseconds tells.
pub(super) fn datetime(value: &Value) -> Option<Cow<'_, Value>> {
    let Value::String(given) = value else { return epoch(value) };
    let text = given.trim();
    if text.len() == given.len()
        && text.as_bytes().get(10) == Some(&b'T')
        && text.parse::<jiff::Timestamp>().is_ok()
    {
        return Some(Cow::Borrowed(value));
    }
    let moment = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        // Without an offset a time is read as UTC, as the event specifications say.
        let civil = text.parse::<civil::DateTime>().ok()?;
        civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })?;
    Some(Cow::Owned(Value::String(moment.to_string())))
}

/// Seconds since 1970, or milliseconds from 10^11 on (which as seconds would lie after the year 5000).
fn epoch(value: &Value) -> Option<Cow<'_, Value>> {
    let number = value.as_f64().filter(|number| number.is_finite() && *number >= 0.0)?;
    let milliseconds = if number >= 1e11 { number } else { number * 1000.0 };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what does not fit is refused by the calendar's own limits"
    )]
    let moment = jiff::Timestamp::from_millisecond(milliseconds as i64).ok()?;
    Some(Cow::Owned(Value::String(moment.to_string())))
}

#[cfg(test)]
mod tests {
    use super::super::Type;
    use serde_json::{Value, json};

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a line a test")]
    fn check(kind: Type, value: Value, expected: Option<&str>) {
        assert_eq!(kind.cast(&value).ok().map(|cast| cast.to_string()).as_deref(), expected);
    }

    #[test]
    fn moments() {
        check(Type::DateTime, json!("2024-05-01T10:00:00.000Z"), Some("\"2024-05-01T10:00:00.000Z\""));
        check(Type::DateTime, json!("2024-05-01T10:00:00+02:00"), Some("\"2024-05-01T10:00:00+02:00\""));
        check(Type::DateTime, json!("2024-05-01 10:00:00"), Some("\"2024-05-01T10:00:00Z\""));
        check(Type::DateTime, json!(1_714_557_600), Some("\"2024-05-01T10:00:00Z\""));
        check(Type::DateTime, json!(1_714_557_600_000_i64), Some("\"2024-05-01T10:00:00Z\""));
        check(Type::DateTime, json!("soon"), None);
        check(Type::DateTime, json!(1e300), None);
    }

    #[test]
    fn days() {
        check(Type::Date, json!("2024-05-01"), Some("\"2024-05-01\""));
        check(Type::Date, json!("2024-05-01T23:00:00Z"), Some("\"2024-05-01\""));
        check(Type::Date, json!("2024-05-01T23:00:00"), Some("\"2024-05-01\""));
        check(Type::Date, json!("2024-13-01"), None);
    }
}
