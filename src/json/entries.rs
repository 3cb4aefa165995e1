//! The members of an object in a text, listed while they are read.

use bumpalo::collections::Vec as ArenaVec;

use super::Arena;
use super::datum::{Form, Text};
use super::keys::{KeySeen, KnownKeys};
use super::parts::Members;
use super::scan::{Fingerprint, Key, Token};

/// A member in a text that has been scanned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// Where its key stands.
    start: u32,
    length: u32,
    /// Of the key by its characters.
    pub(super) hash: u64,
    pub(super) value: Token,
    is_escaped: bool,
    /// Some path leads through its key, or it is not known that none does.
    pub(super) is_placed: bool,
}

impl Entry {
    /// It stands with its scalar value as both would be written.
    #[inline]
    pub(super) fn is_tight(&self) -> bool {
        // Two quotes and the colon; a longer stretch has blanks in it.
        let tight = self.start.wrapping_add(self.length).wrapping_add(3);
        self.value.start == tight && self.value.is_clean && !self.is_escaped && self.value.levels == 0
    }

    /// No path leads through its key, and it stands with its scalar value as both would be written.
    #[inline]
    pub(crate) fn is_alone(&self) -> bool {
        !self.is_placed && self.is_tight()
    }

    /// From the first byte of its key to the last of its value.
    #[inline]
    pub(crate) fn stretch<'a>(&self, scanned: &'a str) -> &'a str {
        scanned.get(self.start as usize..self.value.end as usize).unwrap_or_default()
    }

    /// Its key as it is written.
    #[inline]
    pub(crate) fn key<'a>(&self, scanned: &'a str) -> &'a [u8] {
        let start = self.start.wrapping_add(1);
        let range = start as usize..start.wrapping_add(self.length) as usize;
        scanned.as_bytes().get(range).unwrap_or_default()
    }

    /// Whether its key may be one of so many bytes.
    pub(super) fn may_have_length(&self, length: usize) -> bool {
        self.is_escaped || self.length as usize == length
    }

    /// Its key by its characters.
    #[inline]
    pub(super) fn characters<'a>(&self, scanned: &'a str, arena: &'a Arena) -> Text<'a> {
        let start = self.start.wrapping_add(1);
        let written = scanned.get(start as usize..start.wrapping_add(self.length) as usize);
        meant(written.unwrap_or_default(), self.is_escaped, arena)
    }
}

/// The members so far of an object that is being read.
#[derive(Debug)]
pub(crate) struct Entries<'a> {
    known: Known<'a>,
    seen: KeySeen<'a>,
}

#[derive(Debug)]
struct Known<'a> {
    list: ArenaVec<'a, Entry>,
    scanned: &'a str,
    arena: &'a Arena,
}

impl<'a> KnownKeys<'a> for Known<'a> {
    fn hash(&self, index: usize) -> u64 {
        self.list.get(index).map_or(0, |entry| entry.hash)
    }

    fn key(&self, index: usize) -> &'a str {
        self.list.get(index).map_or("", |entry| entry.characters(self.scanned, self.arena).written)
    }
}

/// A member takes about so many bytes of a text, which tells how many there is room for at first.
const BYTES_OF_ONE: usize = 32;
const LEAST_ROOM: usize = 4;
const MOST_ROOM: usize = 1_024;

impl<'a> Entries<'a> {
    pub(crate) fn new(scanned: &'a str, arena: &'a Arena) -> Self {
        let room = scanned.len().div_euclid(BYTES_OF_ONE).clamp(LEAST_ROOM, MOST_ROOM);
        let list = ArenaVec::with_capacity_in(room, arena);
        Entries { known: Known { list, scanned, arena }, seen: KeySeen::new(arena) }
    }

    /// Adds a member. A key that was there gets the new value.
    #[expect(clippy::inline_always, reason = "a member that is passed in memory costs as much as adding it")]
    #[inline(always)]
    pub(crate) fn add(&mut self, key: Key, value: Token, is_placed: bool) {
        let Known { scanned, arena, .. } = self.known;
        let fingerprint = if key.is_escaped { key_of(key, scanned, arena).1 } else { key.fingerprint };
        let Key { start, length, is_escaped, .. } = key;
        let entry = Entry { start, length, hash: fingerprint.hash(), value, is_escaped, is_placed };
        let characters = || entry.characters(scanned, arena).written;
        match self.seen.before(entry.hash, characters, &self.known) {
            None => self.known.list.push(entry),
            Some(index) => {
                if let Some(earlier) = self.known.list.get_mut(index) {
                    *earlier = entry;
                }
            }
        }
    }

    pub(crate) fn end(self) -> Members<'a> {
        Members::Written { entries: self.known.list.into_bump_slice(), scanned: self.known.scanned }
    }
}

/// A key by its characters, and what it is compared by.
#[inline]
pub(crate) fn key_of<'a>(key: Key, scanned: &'a str, arena: &'a Arena) -> (Text<'a>, Fingerprint) {
    let characters = meant(key.text(scanned), key.is_escaped, arena);
    (characters, if key.is_escaped { Fingerprint::of(characters.written) } else { key.fingerprint })
}

/// A key that is written so, by its characters.
#[inline]
fn meant<'a>(written: &'a str, is_escaped: bool, arena: &'a Arena) -> Text<'a> {
    if is_escaped {
        return Text::plain(Text { written, form: Form::Escaped }.characters(arena));
    }
    Text::clean(written)
}
