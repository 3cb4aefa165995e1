//! Days and moments as casts read them.

use jiff::civil;

use crate::json::{Arena, Datum, Form, Text, formatted};

/// Whether a text is a day and nothing else.
pub(super) fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<civil::Date>().is_ok()
}

/// Whether a text is a date with a time.
pub(super) fn is_moment(text: &str) -> bool {
    text.len() > 10 && (text.parse::<jiff::Timestamp>().is_ok() || text.parse::<civil::DateTime>().is_ok())
}

/// Whether two values tell the same moment, whatever their offsets and fractions look like.
pub(crate) fn same_moment<'a>(left: Datum<'a>, right: Datum<'a>, arena: &'a Arena) -> bool {
    let moment = |datum: Datum<'a>| match datetime(datum, arena)? {
        Datum::Text(text) => text.characters(arena).parse::<jiff::Timestamp>().ok(),
        _ => None,
    };
    moment(left).is_some_and(|left| Some(left) == moment(right))
}

/// The day of a date or moment.
pub(super) fn date<'a>(datum: Datum<'a>, arena: &'a Arena) -> Option<Datum<'a>> {
    let Datum::Text(text) = datum else { return None };
    let trimmed = text.characters(arena).trim();
    if is_date(trimmed) {
        return Some(Datum::Text(Text::clean(trimmed)));
    }
    let day = trimmed.get(..10).filter(|day| is_moment(trimmed) && is_date(day))?;
    Some(Datum::Text(Text::clean(day)))
}

/// The moment that a text or a number of seconds or milliseconds tells.
pub(super) fn datetime<'a>(datum: Datum<'a>, arena: &'a Arena) -> Option<Datum<'a>> {
    let text = match datum {
        Datum::Text(text) => text,
        Datum::Number(digits) => return epoch(digits, arena),
        _ => return None,
    };
    if text.form != Form::Escaped && is_usual_moment(text.written) {
        return Some(datum);
    }
    let given = text.characters(arena);
    let trimmed = given.trim();
    if trimmed.len() == given.len()
        && trimmed.as_bytes().get(10) == Some(&b'T')
        && trimmed.parse::<jiff::Timestamp>().is_ok()
    {
        return Some(datum);
    }
    let moment = trimmed.parse::<jiff::Timestamp>().ok().or_else(|| {
        // Without an offset a time is read as UTC, as the event specifications say.
        let civil = trimmed.parse::<civil::DateTime>().ok()?;
        civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })?;
    Some(written(moment, arena))
}

/// Whether a text is surely a moment, as nearly all events write it: `2024-05-01T10:00:00Z`, with milliseconds or
/// without. The last days of months and other centuries are left to the library.
pub(super) fn is_usual_moment(text: &str) -> bool {
    let [b'2', b'0', y1, y2, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, rest @ ..] =
        text.as_bytes()
    else {
        return false;
    };
    let is_time_of_day =
        matches!((h1, h2), (b'0' | b'1', _) | (b'2', b'0'..=b'3')) && *n1 < b'6' && *s1 < b'6';
    let is_day = matches!((m1, m2), (b'0', b'1'..=b'9') | (b'1', b'0'..=b'2'))
        && matches!((d1, d2), (b'0', b'1'..=b'9') | (b'1', _) | (b'2', b'0'..=b'8'));
    let is_end = match rest {
        [b'Z'] => true,
        [b'.', a, b, c, b'Z'] => [a, b, c].into_iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let digits = [y1, y2, m1, m2, d1, d2, h1, h2, n1, n2, s1, s2];
    is_day && is_time_of_day && is_end && digits.into_iter().all(u8::is_ascii_digit)
}

/// Seconds since 1970, or milliseconds from 10^11 on (which as seconds would lie after the year 5000).
fn epoch<'a>(digits: &str, arena: &'a Arena) -> Option<Datum<'a>> {
    let number = digits.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0)?;
    let milliseconds = if number >= 1e11 { number } else { number * 1000.0 };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what does not fit is refused by the calendar's own limits"
    )]
    let moment = jiff::Timestamp::from_millisecond(milliseconds as i64).ok()?;
    Some(written(moment, arena))
}

fn written(moment: jiff::Timestamp, arena: &Arena) -> Datum<'_> {
    Datum::Text(Text::clean(formatted(format_args!("{moment}"), arena)))
}

#[cfg(test)]
mod tests {
    use super::super::Type;
    use serde_json::{Value, json};

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a line a test")]
    fn check(kind: Type, value: Value, expected: Option<&str>) {
        assert_eq!(kind.cast_value(&value).ok().map(|cast| cast.to_string()).as_deref(), expected);
    }

    #[test]
    fn moments() {
        check(Type::DateTime, json!("2024-05-01T10:00:00.000Z"), Some("\"2024-05-01T10:00:00.000Z\""));
        check(Type::DateTime, json!("2024-05-01T10:00:00+02:00"), Some("\"2024-05-01T10:00:00+02:00\""));
        check(Type::DateTime, json!("2024-05-01 10:00:00"), Some("\"2024-05-01T10:00:00Z\""));
        check(Type::DateTime, json!(1_714_557_600), Some("\"2024-05-01T10:00:00Z\""));
        check(Type::DateTime, json!(1_714_557_600_000_i64), Some("\"2024-05-01T10:00:00Z\""));
        check(Type::DateTime, json!("2024-02-29T23:59:59Z"), Some("\"2024-02-29T23:59:59Z\""));
        for bad in
            ["2024-00-01T10:00:00Z", "2024-13-01T10:00:00Z", "2024-05-00T10:00:00Z", "2023-02-29T10:00:00Z"]
        {
            check(Type::DateTime, json!(bad), None);
        }
        for bad in
            ["2024-05-01T24:00:00Z", "2024-05-01T10:60:00Z", "20x4-05-01T10:00:00Z", "2024-05-01T10:00:00.Z"]
        {
            check(Type::DateTime, json!(bad), None);
        }
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
