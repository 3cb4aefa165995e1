//! Values, one after another or step by step.

use super::cursor::Cursor;
use super::twins::{KeyWatch, Twins, Unwatched};
use super::{BadJson, Fingerprint};

/// How many containers may stand in one another.
pub(super) const DEEPEST: u32 = 127;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are the kinds of JSON")]
pub enum Kind {
    Null,
    True,
    False,
    Number,
    Text,
    List,
    Object,
}

/// A value where it stands, without the text that it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// Byte offset of its first byte.
    pub start: u32,
    /// Byte offset behind its last byte.
    pub end: u32,
    /// What it is.
    pub kind: Kind,
    /// No blanks between its parts and no backslash in its strings, keys included.
    pub is_clean: bool,
    /// None of its objects has a key twice, for sure.
    pub is_distinct: bool,
    /// How many lists and objects stand in one another in it, itself included; 255 if that is not known.
    pub levels: u8,
}

/// The key of a member, without the text that it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Byte offset of its opening quote.
    pub start: u32,
    /// Bytes between the quotes, as it is written.
    pub length: u32,
    /// It has a backslash.
    pub is_escaped: bool,
    /// Of what is written; says nothing about a key that is escaped.
    pub fingerprint: Fingerprint,
}

impl Token {
    /// All of it as it is written, quotes included, given the text that was scanned.
    #[inline]
    #[must_use]
    pub fn text(self, scanned: &str) -> &str {
        part(scanned, self.start, self.end)
    }

    /// What stands between its first and its last byte: the characters of a text as they are written.
    #[inline]
    #[must_use]
    pub fn inside(self, scanned: &str) -> &str {
        part(scanned, self.start.wrapping_add(1), self.end.wrapping_sub(1))
    }
}

impl Key {
    /// What stands between the quotes, as it is written, given the text that was scanned.
    #[inline]
    #[must_use]
    pub fn text(self, scanned: &str) -> &str {
        let start = self.start.wrapping_add(1);
        part(scanned, start, start.wrapping_add(self.length))
    }
}

/// A part of a text.
#[inline]
fn part(text: &str, start: u32, end: u32) -> &str {
    text.get(start as usize..end as usize).unwrap_or_default()
}

/// Reads a text from its beginning to its end.
///
/// An object is read by [`open`](Self::open) and then [`key`](Self::key) until there is none, a list in the same way
/// with [`item`](Self::item); behind each key or item comes a [`value`](Self::value), or another `open`.
#[derive(Clone, Debug)]
pub struct Scanner<'a> {
    text: &'a str,
    cursor: Cursor<'a>,
    /// How many containers are open.
    depth: u32,
    /// Nothing has been read since a container was opened.
    is_fresh: bool,
}

impl<'a> Scanner<'a> {
    /// Begins at the beginning.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        debug_assert!(u32::try_from(text.len()).is_ok(), "longer texts are refused by `utf8`");
        Scanner { text, cursor: Cursor::new(text.as_bytes()), depth: 0, is_fresh: false }
    }

    /// The whole text.
    #[must_use]
    pub fn scanned(&self) -> &'a str {
        self.text
    }

    /// Byte offset of what comes next.
    #[must_use]
    pub fn position(&self) -> usize {
        self.cursor.at
    }

    /// A number that changes whenever a blank between tokens or a string with a backslash is read: a container is
    /// clean when it is the same before and after it.
    #[must_use]
    pub fn blemishes(&self) -> usize {
        self.cursor.blemish
    }

    /// What comes next cannot stand there.
    pub(crate) fn bad(&self) -> BadJson {
        self.cursor.bad()
    }

    /// Kind of the value that comes next; reads the blanks before it.
    #[inline]
    pub fn peek(&mut self) -> Result<Kind, BadJson> {
        match self.cursor.peek() {
            b'"' => Ok(Kind::Text),
            b'-' | b'0'..=b'9' => Ok(Kind::Number),
            b'{' => Ok(Kind::Object),
            b'[' => Ok(Kind::List),
            b'n' => Ok(Kind::Null),
            b't' => Ok(Kind::True),
            b'f' => Ok(Kind::False),
            _ => Err(self.cursor.bad()),
        }
    }

    /// Reads a whole value and checks all of it.
    #[inline]
    pub fn value(&mut self) -> Result<Token, BadJson> {
        match self.short_text() {
            Some(text) => Ok(text),
            None => self.any_value(),
        }
    }

    /// Reads a text of less than 16 bytes without a backslash, if one comes next.
    #[inline]
    pub(crate) fn short_text(&mut self) -> Option<Token> {
        let start = self.cursor.at;
        self.cursor.short_string().then(|| self.token(Kind::Text, start, true, true, 0))
    }

    /// The same as [`value`](Self::value), for one that is no short text.
    #[inline]
    pub(crate) fn any_value(&mut self) -> Result<Token, BadJson> {
        let first = self.cursor.peek();
        match first {
            b'"' => self.long_text(),
            b'{' | b'[' => self.container(&mut Unwatched),
            _ => {
                let start = self.cursor.at;
                let kind = self.cursor.scalar(first)?;
                Ok(self.token(kind, start, true, true, 0))
            }
        }
    }

    #[inline(never)]
    fn long_text(&mut self) -> Result<Token, BadJson> {
        let (start, blemish) = (self.cursor.at, self.cursor.blemish);
        self.cursor.step(1);
        self.cursor.string_from(self.cursor.at)?;
        Ok(self.token(Kind::Text, start, self.cursor.blemish == blemish, true, 0))
    }

    /// Reads an object or a list to its end.
    #[inline(never)]
    fn container(&mut self, watch: &mut impl KeyWatch) -> Result<Token, BadJson> {
        let kind = if self.cursor.peek() == b'{' { Kind::Object } else { Kind::List };
        let (start, blemish) = (self.cursor.at, self.cursor.blemish);
        let levels = self.cursor.container(DEEPEST.saturating_sub(self.depth), watch)?;
        Ok(self.token(kind, start, self.cursor.blemish == blemish, false, levels))
    }

    /// The same for a value that may be copied as it stands: finds out whether its objects have each key once.
    pub(crate) fn value_with_keys(&mut self) -> Result<Token, BadJson> {
        if !matches!(self.cursor.peek(), b'{' | b'[') {
            return self.value();
        }
        let mut twins = Twins::new();
        let token = self.container(&mut twins)?;
        Ok(Token { is_distinct: twins.are_none(), ..token })
    }

    /// Goes past a value and checks all of it.
    #[inline]
    pub fn skip(&mut self) -> Result<(), BadJson> {
        self.value().map(drop)
    }

    /// The value from `start` to here.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a text has less than 4 GiB")]
    pub(crate) fn token(
        &self,
        kind: Kind,
        start: usize,
        is_clean: bool,
        is_distinct: bool,
        levels: u8,
    ) -> Token {
        Token { start: start as u32, end: self.cursor.at as u32, kind, is_clean, is_distinct, levels }
    }

    /// Steps into the object or list that comes next.
    pub fn open(&mut self) -> Result<(), BadJson> {
        match self.cursor.peek() {
            b'{' | b'[' if self.depth < DEEPEST => {}
            _ => return Err(self.cursor.bad()),
        }
        self.cursor.step(1);
        self.depth = self.depth.saturating_add(1);
        self.is_fresh = true;
        Ok(())
    }

    /// Reads the next key of an object and the colon behind it; where there is none, steps out of the object.
    #[inline]
    pub fn key(&mut self) -> Result<Option<Key>, BadJson> {
        match self.short_key() {
            Some(key) => Ok(Some(key)),
            None => self.any_key(),
        }
    }

    /// Reads a key of less than 16 bytes, if one comes next that is not the first and has no blanks around it.
    #[expect(clippy::inline_always, reason = "a key that is passed in memory costs as much as reading it")]
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "a text has less than 4 GiB")]
    pub(crate) fn short_key(&mut self) -> Option<Key> {
        if self.is_fresh {
            return None;
        }
        let start = self.cursor.at.wrapping_add(1) as u32;
        let (window, length) = self.cursor.short_key()?;
        let fingerprint = Fingerprint::of_first(window, length);
        Some(Key { start, length: length as u32, is_escaped: false, fingerprint })
    }

    /// Steps out of an object that ends here, without a blank before its end.
    #[inline]
    pub(crate) fn ends(&mut self) -> bool {
        let ends = !self.is_fresh && self.cursor.is_at(b'}');
        if ends {
            self.cursor.step(1);
            self.depth = self.depth.saturating_sub(1);
        }
        ends
    }

    /// The same as [`key`](Self::key), for any key.
    #[inline(never)]
    #[expect(clippy::cast_possible_truncation, reason = "a text has less than 4 GiB")]
    pub(crate) fn any_key(&mut self) -> Result<Option<Key>, BadJson> {
        let start = self.cursor.at as u32;
        if self.is_fresh
            && let Some((window, length)) = self.cursor.short_first_key()
        {
            self.is_fresh = false;
            let fingerprint = Fingerprint::of_first(window, length);
            return Ok(Some(Key { start, length: length as u32, is_escaped: false, fingerprint }));
        }
        if !self.goes_on(b'}')? {
            return Ok(None);
        }
        if self.cursor.peek() != b'"' {
            return Err(self.cursor.bad());
        }
        self.cursor.step(1);
        let start = self.cursor.at;
        let (end, is_escaped, fingerprint) = self.cursor.key_with_fingerprint()?;
        let (start, length) = (start.wrapping_sub(1) as u32, end.wrapping_sub(start) as u32);
        Ok(Some(Key { start, length, is_escaped, fingerprint }))
    }

    /// Whether a list has another item, which is then to be read; where there is none, steps out of the list.
    pub fn item(&mut self) -> Result<bool, BadJson> {
        self.goes_on(b']')
    }

    /// Nothing but blanks may follow.
    pub fn end(&mut self) -> Result<(), BadJson> {
        if self.cursor.peek() == 0 && self.cursor.is_at_end() { Ok(()) } else { Err(self.cursor.bad()) }
    }

    /// Whether something follows in the container that `close` ends; reads the comma before it, or steps out.
    fn goes_on(&mut self, close: u8) -> Result<bool, BadJson> {
        let is_fresh = std::mem::take(&mut self.is_fresh);
        match self.cursor.peek() {
            b',' if !is_fresh => self.cursor.step(1),
            next if next == close => {
                self.cursor.step(1);
                self.depth = self.depth.saturating_sub(1);
                return Ok(false);
            }
            _ if is_fresh => {}
            _ => return Err(self.cursor.bad()),
        }
        Ok(true)
    }
}
