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
        _ => return Err(BadJson::at(at)),
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
    if end > at { Ok(end) } else { Err(BadJson::at(at)) }
}

/// Looks at 8 bytes at a time while there are so many.
#[inline]
fn end_of_digits(bytes: &[u8], at: usize) -> usize {
    const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
    const TOPS: u64 = u64::from_le_bytes([0x80; 8]);
    // Takes 10 and more into the top bit of a byte.
    const REST: u64 = u64::from_le_bytes([0x80 - 10; 8]);
    let mut at = at;
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let digits = u64::from_le_bytes(*word) ^ ZEROS;
        // Right up to the first byte that is no digit.
        let others = (digits.wrapping_add(REST) | digits) & TOPS;
        at = at.wrapping_add((others.trailing_zeros() / 8) as usize);
        if others != 0 {
            return at;
        }
    }
    while let Some(b'0'..=b'9') = bytes.get(at) {
        at = at.wrapping_add(1);
    }
    at
}
