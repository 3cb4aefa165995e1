//! A place in a text, and what can be read there.

use super::number::end_of_number;
use super::string::{WINDOW, end_of_escaped, end_of_plain, plain_length, window};
use super::twins::KeyWatch;
use super::{BadJson, Fingerprint, Kind};

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
        BadJson::at(self.at)
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

    /// Whether a byte comes next.
    #[inline]
    pub(super) fn is_at(&self, byte: u8) -> bool {
        self.bytes.get(self.at) == Some(&byte)
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Reads a string of which all bytes before `from` are plain, from behind its quote on; gives whether it has escapes.
    #[inline]
    pub(super) fn string_from(&mut self, from: usize) -> Result<bool, BadJson> {
        let end = end_of_plain(self.bytes, from);
        let is_escaped = match self.bytes.get(end) {
            Some(b'"') => {
                self.at = end.wrapping_add(1);
                false
            }
            Some(b'\\') => {
                self.at = end_of_escaped(self.bytes, end)?.wrapping_add(1);
                self.blemish = self.at;
                true
            }
            _ => return Err(BadJson::at(end)),
        };
        Ok(is_escaped)
    }

    /// Reads a number or one of the three words.
    #[inline]
    pub(super) fn scalar(&mut self, first: u8) -> Result<Kind, BadJson> {
        match first {
            b'-' | b'0'..=b'9' => {
                self.at = end_of_number(self.bytes, self.at)?;
                Ok(Kind::Number)
            }
            b'n' => self.word(*b"null", 4).map(|()| Kind::Null),
            b't' => self.word(*b"true", 4).map(|()| Kind::True),
            b'f' => self.word(*b"alse", 5).map(|()| Kind::False),
            _ => Err(self.bad()),
        }
    }

    /// Reads a word of some length by its last four letters.
    #[inline]
    fn word(&mut self, letters: [u8; 4], length: usize) -> Result<(), BadJson> {
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

    /// The same for the first key of an object, which has no comma before it.
    #[inline]
    pub(super) fn short_first_key(&mut self) -> Option<(&'a [u8; WINDOW], usize)> {
        let next: &[u8; WINDOW + 1] = self.bytes.get(self.at..)?.first_chunk()?;
        let (quote, window) = next.split_first()?;
        let window = window.first_chunk()?;
        let length = plain_length(window);
        let behind = window.get(length..length.wrapping_add(2));
        if length == 16 || *quote != b'"' || behind != Some(b"\":") {
            return None;
        }
        self.step(length.wrapping_add(3));
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

    /// The same, with what the key is compared by.
    #[inline]
    pub(super) fn key_with_fingerprint(&mut self) -> Result<(usize, bool, Fingerprint), BadJson> {
        let (window, start) = (window(self.bytes, self.at), self.at);
        let (end, is_escaped) = self.key()?;
        let length = end.wrapping_sub(start);
        let fingerprint = match window {
            Some(window) if length < 16 => Fingerprint::of_first(window, length),
            _ => Fingerprint::of_bytes(self.bytes.get(start..end).unwrap_or_default()),
        };
        Ok((end, is_escaped, fingerprint))
    }

    /// The same for a key that is watched.
    #[inline]
    fn watched_key(&mut self, watch: &mut impl KeyWatch) -> Result<(), BadJson> {
        let window = window(self.bytes, self.at);
        let start = self.at;
        let (end, is_escaped) = self.key()?;
        let length = end.wrapping_sub(start);
        match window {
            Some(window) if length < 16 && !is_escaped => watch.short_key(window, length),
            _ => watch.other_key(self.bytes.get(start..end).unwrap_or_default(), is_escaped),
        }
        Ok(())
    }

    #[inline(never)]
    fn unusual_key(&mut self) -> Result<(usize, bool), BadJson> {
        let is_escaped = self.string_from(self.at)?;
        let end = self.at.wrapping_sub(1);
        if self.peek() != b':' {
            return Err(self.bad());
        }
        self.step(1);
        Ok((end, is_escaped))
    }

    /// Reads an object or list to its end; in it, with itself, may stand `most` containers in one another. Gives how
    /// many do.
    pub(super) fn container(&mut self, most: u32, watch: &mut impl KeyWatch) -> Result<u8, BadJson> {
        let mut here = *self;
        let deepest = here.nested(most, watch)?;
        *self = here;
        Ok(u8::try_from(deepest).unwrap_or(u8::MAX))
    }

    #[inline]
    fn nested(&mut self, most: u32, watch: &mut impl KeyWatch) -> Result<u32, BadJson> {
        let mut levels = Levels { depth: 0, deepest: 0, is_object: false, outer: 0 };
        loop {
            if !self.short_string() {
                match self.peek() {
                    b'"' => {
                        self.step(1);
                        self.string_from(self.at)?;
                    }
                    open @ (b'{' | b'[') if levels.depth < most => {
                        self.step(1);
                        levels.enter(open == b'{');
                        watch.enter();
                        if self.begins(levels.is_object, watch)? {
                            continue;
                        }
                    }
                    first => drop(self.scalar(first)?),
                }
            }
            while !self.goes_on(levels.is_object, watch)? {
                levels.leave();
                watch.leave();
                if levels.depth == 0 {
                    return Ok(levels.deepest);
                }
            }
        }
    }

    /// Reads the first key of an object, if it is one. False where nothing but the end of the container follows.
    #[inline]
    fn begins(&mut self, is_object: bool, watch: &mut impl KeyWatch) -> Result<bool, BadJson> {
        match self.peek() {
            b'"' if is_object => {
                self.step(1);
                self.watched_key(watch)?;
                Ok(true)
            }
            b'}' if is_object => Ok(false),
            b']' if !is_object => Ok(false),
            _ if is_object => Err(self.bad()),
            _ => Ok(true),
        }
    }

    /// Reads a comma, and a key behind it in an object; or the end of the container, and is false.
    #[expect(clippy::inline_always, reason = "a call costs as much as the work")]
    #[inline(always)]
    fn goes_on(&mut self, is_object: bool, watch: &mut impl KeyWatch) -> Result<bool, BadJson> {
        if is_object && let Some((window, length)) = self.short_key() {
            watch.short_key(window, length);
            return Ok(true);
        }
        let goes_on = match self.peek() {
            b',' => true,
            b'}' if is_object => false,
            b']' if !is_object => false,
            _ => return Err(self.bad()),
        };
        self.step(1);
        if goes_on && is_object {
            if self.peek() != b'"' {
                return Err(self.bad());
            }
            self.step(1);
            self.watched_key(watch)?;
        }
        Ok(goes_on)
    }
}

/// Containers that have been entered.
#[derive(Clone, Copy, Debug)]
struct Levels {
    depth: u32,
    deepest: u32,
    /// Whether the innermost one is an object.
    is_object: bool,
    /// The same of those around it, a bit for each.
    outer: u128,
}

impl Levels {
    #[inline]
    fn enter(&mut self, is_object: bool) {
        self.outer = self.outer << 1 | u128::from(self.is_object);
        self.is_object = is_object;
        self.depth = self.depth.wrapping_add(1);
        self.deepest = self.deepest.max(self.depth);
    }

    #[inline]
    fn leave(&mut self) {
        self.is_object = self.outer & 1 == 1;
        self.outer >>= 1;
        self.depth = self.depth.wrapping_sub(1);
    }
}
