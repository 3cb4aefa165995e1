//! Values, one after another or step by step.

use super::cursor::Cursor;
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

/// A value where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// All of it as it is written, quotes included.
    pub text: &'a str,
    /// No blanks between its parts and no backslash in its strings, keys included.
    pub is_clean: bool,
    /// How many lists and objects stand in one another in it, itself included.
    pub levels: u8,
}

/// The key of a member.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// Byte offset of its opening quote.
    pub start: usize,
    /// What stands between the quotes, as it is written.
    pub text: &'a str,
    /// It has a backslash.
    pub is_escaped: bool,
    /// Of what is written; says nothing about a key that is escaped.
    pub fingerprint: Fingerprint,
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
        Scanner { text, cursor: Cursor::new(text.as_bytes()), depth: 0, is_fresh: false }
    }

    /// Byte offset of what comes next.
    #[must_use]
    pub fn position(&self) -> usize {
        self.cursor.at
    }

    /// What was read from `start` on.
    #[must_use]
    pub fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.cursor.at).unwrap_or_default()
    }

    /// A number that changes whenever a blank between tokens or a string with a backslash is read: a container is
    /// clean when it is the same before and after it.
    #[must_use]
    pub fn blemishes(&self) -> usize {
        self.cursor.blemish
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
    pub fn value(&mut self) -> Result<Token<'a>, BadJson> {
        let start = self.cursor.at;
        if self.cursor.short_string() {
            return Ok(Token { kind: Kind::Text, text: self.since(start), is_clean: true, levels: 0 });
        }
        self.any_value()
    }

    #[inline(never)]
    fn any_value(&mut self) -> Result<Token<'a>, BadJson> {
        let first = self.cursor.peek();
        let (start, blemish) = (self.cursor.at, self.cursor.blemish);
        let mut levels = 0;
        let kind = match first {
            b'"' => {
                self.cursor.step(1);
                self.cursor.string()?;
                Kind::Text
            }
            b'{' | b'[' => {
                levels = self.cursor.container(DEEPEST.saturating_sub(self.depth))?;
                if first == b'{' { Kind::Object } else { Kind::List }
            }
            _ => self.cursor.scalar(first)?,
        };
        Ok(Token { kind, text: self.since(start), is_clean: self.cursor.blemish == blemish, levels })
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
    pub fn key(&mut self) -> Result<Option<Key<'a>>, BadJson> {
        if !self.is_fresh {
            let start = self.cursor.at.wrapping_add(2);
            if let Some((window, length)) = self.cursor.short_key() {
                let text = self.text.get(start..start.wrapping_add(length)).unwrap_or_default();
                let fingerprint = Fingerprint::of_first(window, length);
                let start = start.wrapping_sub(1);
                return Ok(Some(Key { start, text, is_escaped: false, fingerprint }));
            }
        }
        self.any_key()
    }

    #[inline(never)]
    fn any_key(&mut self) -> Result<Option<Key<'a>>, BadJson> {
        if !self.goes_on(b'}')? {
            return Ok(None);
        }
        if self.cursor.peek() != b'"' {
            return Err(self.cursor.bad());
        }
        self.cursor.step(1);
        let start = self.cursor.at;
        let (end, is_escaped) = self.cursor.key()?;
        let text = self.text.get(start..end).unwrap_or_default();
        Ok(Some(Key { start: start.wrapping_sub(1), text, is_escaped, fingerprint: Fingerprint::of(text) }))
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
