//! A scanner of JSON: text in, its parts as they are written out, all of it checked, nothing copied.
//!
//! It takes the texts of RFC 8259 in UTF-8, as [`serde_json`] takes them, and refuses all others, in skipped parts
//! too: control characters in strings, lone surrogates, more than 127 levels of nesting, anything behind the value.
//! Numbers of any length stay as they are written. What a key means and which of two equal keys wins is the
//! caller's matter; `docs/adr/0008-a-scanner-of-our-own.md` has the reasons.

mod cursor;
mod fingerprint;
mod number;
mod scanner;
mod string;
#[cfg(test)]
mod tests;
mod twins;
mod unescape;

use std::error::Error;
use std::fmt;

#[doc(hidden)]
pub use fingerprint::Fingerprint;
#[doc(hidden)]
pub use scanner::{Key, Kind, Scanner, Token};
#[doc(hidden)]
pub use unescape::unescape;

pub(crate) use string::{end_of_plain, is_plain};

/// A text is no JSON; says where it stops being JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadJson {
    /// In 32 bits, so that it takes no more room than the tokens that are there when all is well.
    offset: u32,
}

impl BadJson {
    #[expect(clippy::cast_possible_truncation, reason = "a text has less than 4 GiB")]
    fn at(offset: usize) -> Self {
        BadJson { offset: offset as u32 }
    }

    /// Bytes in front of the first one that cannot stand there; the length of the text when it ends too early.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset as usize
    }
}

impl fmt::Display for BadJson {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "not JSON from byte {} on", self.offset)
    }
}

impl Error for BadJson {}

/// The text of bytes that are UTF-8.
///
/// # Errors
/// [`BadJson`] with the offset of the first byte that is none, or behind the 4 GiB that a text may have.
pub fn utf8(bytes: &[u8]) -> Result<&str, BadJson> {
    const MOST: usize = u32::MAX as usize;
    if bytes.len() > MOST {
        return Err(BadJson::at(MOST));
    }
    simdutf8::basic::from_utf8(bytes).or_else(|_| {
        // Only this one says where.
        str::from_utf8(bytes).map_err(|error| BadJson::at(error.valid_up_to()))
    })
}

/// Says whether bytes are one JSON value, with nothing but blanks around it.
///
/// # Errors
/// [`BadJson`] where they are not.
pub fn validate(bytes: &[u8]) -> Result<(), BadJson> {
    let mut scanner = Scanner::new(utf8(bytes)?);
    scanner.value()?;
    scanner.end()
}
