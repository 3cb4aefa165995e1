//! Numbers: where they end.

use super::BadJson;

/// Where the number ends that begins at `at`, with a digit or a minus.
pub(super) fn end_of_number(bytes: &[u8], at: usize) -> Result<usize, BadJson> {
    let mut at = at;
    if bytes.get(at) == Some(&b'-') {
        at = at.wrapping_add(1);
    }
    at = match bytes.get(at) {
        Some(b'0') => at.wrapping_add(1),
        Some(b'1'..=b'9') => end_of_digits(bytes, at.wrapping_add(1)),
        _ => return Err(BadJson { offset: at }),
    };
    match bytes.get(at) {
        Some(b'.' | b'e' | b'E') => end_of_fraction(bytes, at),
        _ => Ok(at),
    }
}

/// Goes on at a point or an exponent.
fn end_of_fraction(bytes: &[u8], at: usize) -> Result<usize, BadJson> {
    let mut at = at;
    if bytes.get(at) == Some(&b'.') {
        at = end_of_some_digits(bytes, at.wrapping_add(1))?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at = at.wrapping_add(1);
        if let Some(b'+' | b'-') = bytes.get(at) {
            at = at.wrapping_add(1);
        }
        at = end_of_some_digits(bytes, at)?;
    }
    Ok(at)
}

/// Where the digits end that begin at `at`; there must be one.
fn end_of_some_digits(bytes: &[u8], at: usize) -> Result<usize, BadJson> {
    let end = end_of_digits(bytes, at);
    if end > at { Ok(end) } else { Err(BadJson { offset: at }) }
}

#[inline]
fn end_of_digits(bytes: &[u8], at: usize) -> usize {
    let mut at = at;
    while let Some(b'0'..=b'9') = bytes.get(at) {
        at = at.wrapping_add(1);
    }
    at
}
