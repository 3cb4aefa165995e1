//! Types that are more than a look at the kind of a value.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

/// A whole number.
pub enum Whole<'v> {
    /// As it is spelt.
    Spelt(&'v Value),
    /// From a text.
    Text(&'v str),
    /// From another spelling.
    Float(f64),
}

/// The whole number that a value is or spells.
pub fn whole(value: &Value) -> Option<Whole<'_>> {
    match value {
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(Whole::Spelt(value)),
        Value::Number(number) => {
            if is_whole(&number.to_string()) {
                return Some(Whole::Spelt(value));
            }
            let float = number.as_f64()?;
            (float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0).then_some(Whole::Float(float))
        }
        Value::String(text) => {
            let text = text.trim();
            is_whole(text).then_some(Whole::Text(text))
        }
        _ => None,
    }
}

fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
}

/// The address in a text, without blanks around it.
pub fn email_of(text: &str) -> Option<&str> {
    let text = text.trim();
    // Where the label of the domain begins that is being read; 0 in front of the `@`.
    let mut label = 0;
    for (index, byte) in text.bytes().enumerate() {
        match OF_ADDRESS[usize::from(byte)] {
            Sign::Plain => {}
            Sign::At if label == 0 && index > 0 => label = index + 1,
            Sign::Dot if label == 0 => {}
            Sign::Dot if label < index => label = index + 1,
            Sign::Foreign
                if !text.contains(|c: char| !c.is_ascii() && (c.is_whitespace() || c.is_control())) => {}
            Sign::At | Sign::Dot | Sign::Foreign | Sign::Strange => return None,
        }
    }
    (label > 0 && label < text.len() && text.len() <= 254).then_some(text)
}

/// What a byte is in an address.
#[derive(Clone, Copy)]
enum Sign {
    Plain,
    At,
    Dot,
    Foreign,
    Strange,
}

const OF_ADDRESS: [Sign; 256] = {
    let mut signs = [Sign::Strange; 256];
    let mut byte = 0_u8;
    loop {
        signs[byte as usize] = match byte {
            b'@' => Sign::At,
            b'.' => Sign::Dot,
            ..=b' ' | 0x7f | b'"' | b'(' | b')' | b',' | b':' | b';' | b'<' | b'>' | b'[' | b'\\' | b']' => {
                Sign::Strange
            }
            b'!'..=b'~' => Sign::Plain,
            0x80.. => Sign::Foreign,
        };
        if byte == u8::MAX {
            break signs;
        }
        byte += 1;
    }
};

/// The moment of a value, as text for the body.
pub fn moment_of(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) if is_moment(text.as_bytes()) => Some(Cow::Borrowed(text)),
        Value::String(text) => {
            let text = text.trim();
            let moment = text.parse::<Timestamp>().ok().or_else(|| {
                let civil = text.parse::<DateTime>().ok()?;
                civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
            })?;
            Some(Cow::Owned(moment.to_string()))
        }
        Value::Number(number) => {
            let number = number.as_f64().filter(|number| number.is_finite() && *number >= 0.0)?;
            let milliseconds = if number >= 1e11 { number } else { number * 1000.0 };
            #[expect(clippy::cast_possible_truncation, reason = "the calendar refuses what does not fit")]
            let moment = Timestamp::from_millisecond(milliseconds as i64).ok()?;
            Some(Cow::Owned(moment.to_string()))
        }
        _ => None,
    }
}

/// Whether bytes are a moment in the spelling that is sent as it is: `2024-05-01T10:00:00.000Z`, or with an offset.
pub fn is_moment(text: &[u8]) -> bool {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', n0, n1, b':', s0, s1, rest @ ..] =
        text
    else {
        return false;
    };
    let all = [y0, y1, y2, y3, m0, m1, d0, d1, h0, h1, n0, n1, s0, s1];
    if !all.iter().all(|digit| digit.is_ascii_digit()) {
        return false;
    }
    let two = |tens: &u8, ones: &u8| u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
    let (year, month, day) = (two(y0, y1) * 100 + two(y2, y3), two(m0, m1), two(d0, d1));
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap),
        _ => 0,
    };
    let is_time = two(h0, h1) < 24 && two(n0, n1) < 60 && two(s0, s1) < 60;
    // The first and the last day of the calendar are left to the library, which knows what an offset does to them.
    (1..=last).contains(&day) && is_time && (1..9999).contains(&year) && is_zone(rest)
}

/// Whether bytes are a fraction of a second, if any, and an offset.
fn is_zone(text: &[u8]) -> bool {
    let offset = match text {
        [b'.', rest @ ..] => {
            let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if !(1..=9).contains(&n_digits) {
                return false;
            }
            rest.get(n_digits..).unwrap_or_default()
        }
        _ => text,
    };
    match offset {
        [b'Z'] => true,
        [b'+' | b'-', h0 @ b'0'..=b'2', h1 @ b'0'..=b'9', b':', b'0'..=b'5', b'0'..=b'9'] => {
            (*h0, *h1) <= (b'2', b'5')
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{email_of, is_moment, moment_of};
    use serde_json::Value;

    #[test]
    fn addresses() {
        for good in ["a@b", " ada.l@mail.example.com\n", "jörg@müller.test", "a..b@c.d", ".@b"] {
            assert_eq!(email_of(good), Some(good.trim()));
        }
        for bad in ["", "a", "@b", "a@", "a@.b", "a@b..c", "a@b.", "a@b@c", "a b@c", "a\u{a0}b@c", "a,b@c"] {
            assert_eq!(email_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_sent_as_it_is_agrees_with_the_calendar() {
        for text in [
            "2024-02-29T10:00:00Z",
            "2023-02-29T10:00:00Z",
            "2024-05-01T10:00:00.123456789+25:59",
            "2024-05-01T24:00:00Z",
            "2024-05-01T10:00:00.Z",
            "2024-00-10T10:00:00Z",
            "2024-04-31T10:00:00-01:00",
        ] {
            assert_eq!(is_moment(text.as_bytes()), text.parse::<jiff::Timestamp>().is_ok(), "{text}");
        }
        let given = Value::from("2024-05-01");
        assert_eq!(moment_of(&given).as_deref(), Some("2024-05-01T00:00:00Z"));
    }
}
