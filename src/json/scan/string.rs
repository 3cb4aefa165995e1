//! Strings: where they end.

use wide::u8x16;

use super::BadJson;
use super::fingerprint::word_of_few;

/// Bytes that are looked at together.
const STEP: usize = 16;

/// Bytes that are at hand when a string is looked at; the second half is for what stands behind it.
pub(super) const WINDOW: usize = 32;

/// The next bytes of a text, for a string that is likely to end in the first half of them.
#[inline]
pub(super) fn window(bytes: &[u8], at: usize) -> Option<&[u8; WINDOW]> {
    bytes.get(at..).and_then(<[u8]>::first_chunk)
}

/// How many of the first 16 bytes stand before the first quote, backslash or control character.
#[inline]
pub(super) fn plain_length(window: &[u8; WINDOW]) -> usize {
    let first = *window.first_chunk().unwrap_or(&[0; STEP]);
    // A bit more, so that there is always one.
    (special(first) | 1 << STEP).trailing_zeros() as usize
}

/// Whether a text has no quote, no backslash and no control character.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the length of a short text")]
pub(crate) fn is_plain(text: &[u8]) -> bool {
    // The first and the last bytes, which may overlap.
    if let (Some(first), Some(last)) = (text.first_chunk::<STEP>(), text.last_chunk::<STEP>()) {
        return if text.len() <= 2 * STEP {
            special(*first) | special(*last) == 0
        } else {
            end_of_plain(text, 0) == text.len()
        };
    }
    let (first, last) = if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
    } else {
        let word = word_of_few(text) | BLANKS.wrapping_shl(8 * (text.len() as u32 & 7));
        (word, word)
    };
    special((u128::from(first) << 64 | u128::from(last)).to_le_bytes()) == 0
}

const BLANKS: u64 = u64::from_le_bytes([b' '; 8]);

/// Where the first byte from `at` on stands that is a quote, a backslash or a control character.
#[inline(never)]
pub(crate) fn end_of_plain(bytes: &[u8], at: usize) -> usize {
    let mut at = at;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let found = special(*chunk);
        if found != 0 {
            return at.wrapping_add(found.trailing_zeros() as usize);
        }
        at = at.wrapping_add(STEP);
    }
    end_of_rest(bytes, at)
}

/// The same for the last bytes of the text.
fn end_of_rest(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let mut chunk = [0; STEP];
    if let Some(part) = chunk.get_mut(..rest.len()) {
        part.copy_from_slice(rest);
    }
    // What is missing counts as a control character.
    let length = (special(chunk) | 1 << STEP).trailing_zeros() as usize;
    at.wrapping_add(length.min(rest.len()))
}

/// A bit for each byte that is a quote, a backslash or a control character.
#[inline]
fn special(chunk: [u8; STEP]) -> u32 {
    let chunk = u8x16::new(chunk);
    // This swaps the quote with the blank, which so comes right behind the control characters.
    let swapped = chunk ^ u8x16::splat(b'"' ^ b' ');
    let quote_or_control = swapped.min(u8x16::splat(b' ')).simd_eq(swapped);
    let backslash = chunk.simd_eq(u8x16::splat(b'\\'));
    (quote_or_control | backslash).to_bitmask()
}

/// The quote behind a string whose first backslash is at `at`.
#[inline(never)]
pub(super) fn end_of_escaped(bytes: &[u8], at: usize) -> Result<usize, BadJson> {
    let mut at = at;
    loop {
        at = match bytes.get(at) {
            Some(b'"') => return Ok(at),
            Some(b'\\') => end_of_escape(bytes, at)?,
            Some(0..b' ') | None => return Err(BadJson::at(at)),
            Some(_) => end_of_plain(bytes, at),
        };
    }
}

/// Where the escape ends whose backslash is at `at`; a surrogate must have its other half.
#[inline]
fn end_of_escape(bytes: &[u8], at: usize) -> Result<usize, BadJson> {
    match bytes.get(at.wrapping_add(1)) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at.wrapping_add(2)),
        Some(b'u') => match code_unit(bytes, at)? {
            0xd800..0xdc00 => {
                let second = at.wrapping_add(6);
                let is_unit = bytes.get(second..).is_some_and(|rest| rest.starts_with(br"\u"));
                match is_unit.then(|| code_unit(bytes, second)).transpose()? {
                    Some(0xdc00..0xe000) => Ok(at.wrapping_add(12)),
                    _ => Err(BadJson::at(second)),
                }
            }
            0xdc00..0xe000 => Err(BadJson::at(at)),
            _ => Ok(at.wrapping_add(6)),
        },
        _ => Err(BadJson::at(at.wrapping_add(1))),
    }
}

/// The four hexadecimal digits of the escape whose backslash is at `at`.
#[inline]
fn code_unit(bytes: &[u8], at: usize) -> Result<u32, BadJson> {
    let digits = at.wrapping_add(2);
    let bad = BadJson::at(digits);
    let digits = bytes.get(digits..).and_then(<[u8]>::first_chunk::<4>).ok_or(bad)?;
    let mut unit = 0;
    for digit in digits {
        unit = unit << 4 | hex(*digit);
    }
    if unit <= 0xffff { Ok(unit) } else { Err(bad) }
}

/// What a hexadecimal digit is worth; for anything else more than 16 bits.
#[inline]
fn hex(digit: u8) -> u32 {
    char::from(digit).to_digit(16).unwrap_or(1 << 16)
}
