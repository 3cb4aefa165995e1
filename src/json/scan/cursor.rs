//! A place in a text, and what can be read there.

use super::BadJson;
use super::number::end_of_number;
use super::string::{WINDOW, end_of_string, plain_length, window};

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

    /// The next byte that is no blank; reads the blanks before it. At the end 0, which may stand nowhere.
    #[inline]
    pub(super) fn peek(&mut self) -> u8 {
        match self.bytes.get(self.at) {
            Some(next) if *next > b' ' => *next,
            _ => self.peek_behind_blanks(),
        }
    }

    #[cold]
    fn peek_behind_blanks(&mut self) -> u8 {
        let start = self.at;
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.bytes.get(self.at) {
            self.step(1);
        }
        if self.at > start {
            self.blemish = self.at;
        }
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Reads a string from behind its quote on.
    #[expect(clippy::inline_always, reason = "a call costs as much as the work")]
    #[inline(always)]
    pub(super) fn string(&mut self) -> Result<(), BadJson> {
        let mut from = self.at;
        if let Some(window) = window(self.bytes, from) {
            let length = plain_length(window);
            if window.get(length) == Some(&b'"') {
                self.at = from.wrapping_add(length).wrapping_add(1);
                return Ok(());
            }
            from = from.wrapping_add(length);
        }
        let end = end_of_string(self.bytes, from)?;
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

    /// Reads a comma, a key of less than 16 bytes and a colon, if they come next without a blank or a backslash; gives the
    /// bytes from the beginning of the key on, and its length.
    #[expect(clippy::inline_always, reason = "a call costs as much as the work")]
    #[inline(always)]
    pub(super) fn short_key(&mut self) -> Option<(&'a [u8; WINDOW], usize)> {
        let next: &[u8; WINDOW + 2] = self.bytes.get(self.at..)?.first_chunk()?;
        let (comma_and_quote, window) = next.split_first_chunk()?;
        let window = window.first_chunk()?;
        let length = plain_length(window);
        let behind = window.get(length..length.wrapping_add(2));
        if length == 16 || comma_and_quote != b",\"" || behind != Some(b"\":") {
            return None;
        }
        self.step(length.wrapping_add(4));
        Some((window, length))
    }

    /// Reads a string, if one comes next that has less than 16 bytes and no backslash; gives whether it has.
    #[expect(clippy::inline_always, reason = "a call costs as much as the work")]
    #[inline(always)]
    pub(super) fn short_string(&mut self) -> bool {
        let next: Option<&[u8; WINDOW + 1]> = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk);
        let Some((b'"', window)) = next.and_then(|next| next.split_first()) else { return false };
        let Some(window) = window.first_chunk() else { return false };
        let length = plain_length(window);
        if window.get(length) != Some(&b'"') {
            return false;
        }
        self.step(length.wrapping_add(2));
        true
    }

    /// Reads a key from behind its quote on, and the colon behind it; gives the offset of its last quote, and whether it is
    /// escaped.
    #[inline]
    pub(super) fn key(&mut self) -> Result<(usize, bool), BadJson> {
        if let Some(window) = window(self.bytes, self.at) {
            let length = plain_length(window);
            if window.get(length..length.wrapping_add(2)) == Some(b"\":") {
                let end = self.at.wrapping_add(length);
                self.at = end.wrapping_add(2);
                return Ok((end, false));
            }
        }
        self.unusual_key()
    }

    #[inline(never)]
    fn unusual_key(&mut self) -> Result<(usize, bool), BadJson> {
        let end = end_of_string(self.bytes, self.at)?;
        self.at = end.at.wrapping_add(1);
        if end.is_escaped {
            self.blemish = self.at;
        }
        if self.peek() != b':' {
            return Err(self.bad());
        }
        self.step(1);
        Ok((end.at, end.is_escaped))
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
            let is_opened = match self.peek() {
                b'"' => {
                    self.step(1);
                    self.string()?;
                    false
                }
                b'-' | b'0'..=b'9' => {
                    self.number()?;
                    false
                }
                open @ (b'{' | b'[') if depth < levels => {
                    outer = outer << 1 | u128::from(is_object);
                    is_object = open == b'{';
                    depth = depth.wrapping_add(1);
                    self.step(1);
                    true
                }
                b'n' => {
                    self.word(*b"null", 4)?;
                    false
                }
                b't' => {
                    self.word(*b"true", 4)?;
                    false
                }
                b'f' => {
                    self.word(*b"alse", 5)?;
                    false
                }
                _ => return Err(self.bad()),
            };
            if is_opened {
                match self.peek() {
                    b'"' if is_object => {
                        self.step(1);
                        self.key()?;
                        continue;
                    }
                    b'}' if is_object => {}
                    b']' if !is_object => {}
                    _ if !is_object => continue,
                    _ => return Err(self.bad()),
                }
            }
            loop {
                if is_object && self.short_key().is_some() {
                    break;
                }
                match self.peek() {
                    b',' => {
                        self.step(1);
                        if is_object {
                            if self.peek() != b'"' {
                                return Err(self.bad());
                            }
                            self.step(1);
                            self.key()?;
                        }
                        break;
                    }
                    b'}' if is_object => {}
                    b']' if !is_object => {}
                    _ => return Err(self.bad()),
                }
                self.step(1);
                depth = depth.wrapping_sub(1);
                if depth == 0 {
                    return Ok(());
                }
                is_object = outer & 1 == 1;
                outer >>= 1;
            }
        }
    }
}
