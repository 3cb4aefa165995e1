//! The pass over an event in a text.

use super::super::entries::Entries;
use super::super::parts::look_up;
use super::super::scan::{BadJson, Key, Kind, Scanner, Token};
use super::super::{Arena, Members, Slot, UNKNOWN};
use super::{Captured, Paths, Place, Slots, index};

pub(super) fn capture<'a>(paths: &Paths, text: &'a str, arena: &'a Arena) -> Result<Captured<'a>, BadJson> {
    let mut pass = Pass {
        paths,
        scanner: Scanner::new(text),
        scanned: text,
        tokens: arena.alloc_slice_fill_copy(paths.places.len(), None),
        lists: arena.alloc_slice_fill_copy(paths.n_listed, None),
        arena,
    };
    if let Some(event) = paths.place(Paths::EVENT) {
        pass.value(Paths::EVENT, event)?;
    }
    pass.scanner.end()?;
    Ok(Captured { slots: Slots::Text { tokens: pass.tokens, scanned: text }, lists: pass.lists })
}

struct Pass<'p, 'a> {
    paths: &'p Paths,
    scanner: Scanner<'a>,
    scanned: &'a str,
    tokens: &'a mut [Option<Token>],
    lists: &'a mut [Option<(Slot, Members<'a>)>],
    arena: &'a Arena,
}

impl<'p, 'a> Pass<'p, 'a> {
    /// Reads the value at a place, and what is wanted of it. Goes as deep as the trie, or as JSON may.
    fn value(&mut self, slot: Slot, place: &Place) -> Result<Token, BadJson> {
        self.forget(slot, place);
        let is_left = place.below.is_empty() && place.listed.is_none();
        let token = if is_left || self.scanner.peek()? != Kind::Object {
            self.scanner.value_with_keys()?
        } else {
            self.object(slot, place)?
        };
        self.keep(slot, token);
        Ok(token)
    }

    #[inline]
    fn keep(&mut self, slot: Slot, token: Token) {
        if let Some(found) = self.tokens.get_mut(index(slot)) {
            *found = Some(token);
        }
    }

    fn object(&mut self, slot: Slot, place: &Place) -> Result<Token, BadJson> {
        let (start, blemishes) = (self.scanner.position(), self.scanner.blemishes());
        self.scanner.open()?;
        let mut entries = place.listed.map(|_| Entries::new(self.scanned, self.arena));
        self.members(place, &mut entries)?;
        if let (Some(number), Some(entries)) = (place.listed, entries)
            && let Some(list) = self.lists.get_mut(number)
        {
            *list = Some((slot, entries.end()));
        }
        let is_clean = self.scanner.blemishes() == blemishes;
        Ok(self.scanner.token(Kind::Object, start, is_clean, false, UNKNOWN))
    }

    /// Reads the members that have a place and goes past the others; lists them all where that is wanted. All in one
    /// loop, for a key that is passed on in memory costs as much as reading it.
    fn members(&mut self, place: &Place, entries: &mut Option<Entries<'a>>) -> Result<(), BadJson> {
        loop {
            let key = match self.scanner.short_key() {
                Some(key) => key,
                None if self.scanner.ends() => return Ok(()),
                None => match self.scanner.any_key()? {
                    Some(key) => key,
                    None => return Ok(()),
                },
            };
            let below = self.below(place, key);
            let value = match (self.scanner.short_text(), below) {
                (Some(text), None) => text,
                (Some(text), Some((slot, place))) => {
                    self.forget(slot, place);
                    self.keep(slot, text);
                    text
                }
                (None, Some((slot, place))) => self.value(slot, place)?,
                (None, None) => self.scanner.any_value()?,
            };
            if let Some(entries) = entries {
                entries.add(key, value, below.is_some());
            }
        }
    }

    /// The place of a member.
    #[expect(clippy::inline_always, reason = "a key that is passed on in memory costs as much as reading it")]
    #[inline(always)]
    fn below(&self, place: &Place, key: Key) -> Option<(Slot, &'p Place)> {
        let slot = *look_up(&place.below, key, self.scanned, self.arena)?;
        Some((slot, self.paths.place(slot)?))
    }

    /// Forgets what was found at and below a place, in case that its key comes a second time.
    #[inline]
    fn forget(&mut self, slot: Slot, place: &Place) {
        if self.tokens.get(index(slot)).is_some_and(Option::is_some) {
            self.clear(slot, place);
        }
    }

    #[cold]
    #[inline(never)]
    fn clear(&mut self, slot: Slot, place: &Place) {
        if let Some(found) = self.tokens.get_mut(index(slot)) {
            *found = None;
        }
        if let Some(list) = place.listed.and_then(|number| self.lists.get_mut(number)) {
            *list = None;
        }
        for slot in place.below.values() {
            // Where nothing was found, nothing was found below it either.
            if let Some(place) = self.paths.place(*slot) {
                self.forget(*slot, place);
            }
        }
    }
}
