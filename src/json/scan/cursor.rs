//! A place in a text, and what can be read there.

use super::number::end_of_number;
use super::string::{end_of_key, end_of_string};
use super::{BadJson, Fingerprint};

/// A place in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    /// Offset of what comes next.
    pub(super) at: usize,
    /// Where the latest blemish has ended; 0 before there is one.
    pub(super) blemish: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Cursor { bytes, at: 0, blemish: 0 }
    }

    /// What comes next cannot stand there.
    pub(super) fn bad(&self) -> BadJson {
        BadJson { offset: self.at }
    }

    /// Goes past bytes that have been seen.
    #[inline]
    pub(super) fn step(&mut self, length: usize) {
        self.at = self.at.wrapping_add(length);
    }

    /// The next byte that is no blank; reads the blanks before it.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        match self.bytes.get(self.at) {
            Some(next) if *next > b' ' => Some(*next),
            _ => {
                let end = end_of_blanks(self.bytes, self.at);
                if end > self.at {
                    (self.at, self.blemish) = (end, end);
                }
                self.bytes.get(end).copied()
            }
        }
    }

    /// Reads a string from its quote on.
    #[inline]
    pub(super) fn string(&mut self) -> Result<(), BadJson> {
        let end = end_of_string(self.bytes, self.at.wrapping_add(1))?;
        self.at = end.at.wrapping_add(1);
        if end.is_escaped {
            self.blemish = self.at;
        }
        Ok(())
    }

    #[inline]
    pub(super) fn number(&mut self) -> Result<(), BadJson> {
        self.at = end_of_number(self.bytes, self.at)?;
        Ok(())
    }

    /// Reads a word of some length by its last four letters.
    #[inline]
    pub(super) fn word(&mut self, letters: [u8; 4], length: usize) -> Result<(), BadJson> {
        let end = self.at.wrapping_add(length);
        let found = self.bytes.get(self.at..end).and_then(<[u8]>::last_chunk);
        if found != Some(&letters) {
            return Err(self.bad());
        }
        self.at = end;
        Ok(())
    }

    /// Reads a key and the colon behind it: what stands between the quotes of `text`, whether it is escaped, and what it is
    /// compared by.
    #[inline]
    pub(super) fn key(&mut self, text: &'a str) -> Result<(&'a str, bool, Fingerprint), BadJson> {
        if self.peek() != Some(b'"') {
            return Err(self.bad());
        }
        let start = self.at.wrapping_add(1);
        let (end, fingerprint) = end_of_key(self.bytes, start)?;
        self.at = end.at.wrapping_add(1);
        if end.is_escaped {
            self.blemish = self.at;
        }
        self.colon()?;
        let text = text.get(start..end.at).unwrap_or_default();
        Ok((text, end.is_escaped, fingerprint.unwrap_or_else(|| Fingerprint::of(text))))
    }

    #[inline]
    fn colon(&mut self) -> Result<(), BadJson> {
        if self.peek() != Some(b':') {
            return Err(self.bad());
        }
        self.step(1);
        Ok(())
    }

    /// Reads an object or list to its end; in it, with itself, may stand `levels` containers in one another.
    pub(super) fn container(&mut self, levels: u32) -> Result<(), BadJson> {
        let mut here = *self;
        here.nested(levels)?;
        *self = here;
        Ok(())
    }

    #[inline]
    fn nested(&mut self, levels: u32) -> Result<(), BadJson> {
        // A bit for each open container around the innermost one, set where that is an object.
        let mut outer: u128 = 0;
        let mut is_object = false;
        let mut depth = 0_u32;
        loop {
            match self.peek() {
                Some(b'"') => self.string()?,
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(open @ (b'{' | b'[')) if depth < levels => {
                    outer = outer << 1 | u128::from(is_object);
                    is_object = open == b'{';
                    depth = depth.wrapping_add(1);
                    self.step(1);
                    if !self.closes(is_object) {
                        if is_object {
                            self.skip_key()?;
                        }
                        continue;
                    }
                    is_object = outer & 1 == 1;
                    outer >>= 1;
                    depth = depth.wrapping_sub(1);
                }
                Some(b'n') => self.word(*b"null", 4)?,
                Some(b't') => self.word(*b"true", 4)?,
                Some(b'f') => self.word(*b"alse", 5)?,
                _ => return Err(self.bad()),
            }
            while depth > 0 && self.closes(is_object) {
                is_object = outer & 1 == 1;
                outer >>= 1;
                depth = depth.wrapping_sub(1);
            }
            if depth == 0 {
                return Ok(());
            }
            if self.peek() != Some(b',') {
                return Err(self.bad());
            }
            self.step(1);
            if is_object {
                self.skip_key()?;
            }
        }
    }

    /// Reads the end of a container, if it comes next.
    #[inline]
    fn closes(&mut self, is_object: bool) -> bool {
        let closes = self.peek() == Some(if is_object { b'}' } else { b']' });
        self.step(usize::from(closes));
        closes
    }

    #[inline]
    fn skip_key(&mut self) -> Result<(), BadJson> {
        if self.peek() != Some(b'"') {
            return Err(self.bad());
        }
        self.string()?;
        self.colon()
    }
}

/// Where the blanks end that begin at `at`.
#[cold]
#[inline(never)]
fn end_of_blanks(bytes: &[u8], at: usize) -> usize {
    let mut at = at;
    while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(at) {
        at = at.wrapping_add(1);
    }
    at
}
