//! The pass over an event in a text.

use bumpalo::collections::Vec as ArenaVec;

use super::super::parts::{Entries, look_up};
use super::super::scan::{BadJson, Key, Kind, Scanner, Token, Twins, Visitor};
use super::super::{Arena, Members, Slot};
use super::{Captured, Paths, Place, Slots, index};

pub(super) fn capture<'a>(
    paths: &'a Paths,
    text: &'a str,
    arena: &'a Arena,
) -> Result<Captured<'a>, BadJson> {
    let mut pass = Pass {
        paths,
        scanned: text,
        arena,
        tokens: arena.alloc_slice_fill_copy(paths.places.len(), None),
        lists: arena.alloc_slice_fill_copy(paths.n_listed, None),
        frames: ArenaVec::with_capacity_in(DEPTH, arena),
        next: Next { key: None, slot: Some(Paths::EVENT) },
        past: None,
        twins: Twins::new(),
    };
    let mut scanner = Scanner::new(text);
    let event = scanner.told_value(&mut pass)?;
    scanner.end()?;
    if !matches!(event.kind, Kind::List | Kind::Object) {
        pass.take(event);
    }
    Ok(Captured { slots: Slots::Text { tokens: pass.tokens, scanned: text }, lists: pass.lists })
}

/// Objects in one another that there is room for at first.
const DEPTH: usize = 8;

/// What is found on the way, and where the way has led.
struct Pass<'a> {
    paths: &'a Paths,
    scanned: &'a str,
    arena: &'a Arena,
    tokens: &'a mut [Option<Token>],
    lists: &'a mut [Option<(Slot, Members<'a>)>],
    /// Objects that have been entered, the innermost last.
    frames: ArenaVec<'a, Frame<'a>>,
    /// Of the value that comes next.
    next: Next,
    /// The value that is gone past, while there is one.
    past: Option<Past>,
    twins: Twins,
}

/// What is known of a value before it comes.
#[derive(Clone, Copy)]
struct Next {
    key: Option<Key>,
    slot: Option<Slot>,
}

/// An object of which something is wanted.
struct Frame<'a> {
    place: &'a Place,
    slot: Slot,
    /// Where it begins.
    start: usize,
    blemish: usize,
    /// What was known of it.
    own: Next,
    /// Its members, if they are listed.
    entries: Option<Entries<'a>>,
}

/// A list or an object of which no part is wanted.
#[derive(Clone, Copy)]
struct Past {
    kind: Kind,
    start: usize,
    blemish: usize,
    /// Containers that are open in it, itself included, and the most of them at a time.
    depth: u32,
    deepest: u32,
    /// It may be copied as it stands.
    is_wanted: bool,
}

impl Visitor for Pass<'_> {
    #[inline]
    fn listens(&self) -> bool {
        self.past.is_none_or(|past| past.is_wanted)
    }

    fn enter(&mut self, at: usize, is_object: bool, blemish: usize) {
        if let Some(past) = &mut self.past {
            past.depth = past.depth.wrapping_add(1);
            past.deepest = past.deepest.max(past.depth);
            if past.is_wanted {
                self.twins.enter();
            }
            return;
        }
        let own = self.next;
        let place = own.slot.and_then(|slot| Some((slot, self.paths.place(slot)?)));
        if let Some((slot, place)) = place.filter(|(_, place)| is_object && place.has_more()) {
            self.clear(slot);
            let entries = place.listed.map(|_| Entries::new(self.scanned, self.arena));
            return self.frames.push(Frame { place, slot, start: at, blemish, own, entries });
        }
        let is_wanted = own.slot.is_some();
        if is_wanted {
            self.twins.clear();
            self.twins.enter();
        }
        let kind = if is_object { Kind::Object } else { Kind::List };
        self.past = Some(Past { kind, start: at, blemish, depth: 1, deepest: 1, is_wanted });
    }

    fn leave(&mut self, behind: usize, blemish: usize) {
        let Some(past) = &mut self.past else { return self.leave_frame(behind, blemish) };
        past.depth = past.depth.wrapping_sub(1);
        if past.is_wanted {
            self.twins.leave();
        }
        if past.depth > 0 {
            return;
        }
        let Past { kind, start, deepest, .. } = *past;
        let token = Token::whole(kind, start, behind, past.blemish == blemish);
        let is_distinct = past.is_wanted && self.twins.are_none();
        self.past = None;
        self.take(Token { is_distinct, levels: u8::try_from(deepest).unwrap_or(u8::MAX), ..token });
    }

    #[inline]
    fn key(&mut self, key: Key) {
        if self.past.is_some() {
            return self.twins.key(key.fingerprint, key.is_escaped);
        }
        let place = self.frames.last().map(|frame| frame.place);
        let slot = place.and_then(|place| look_up(&place.below, key, self.scanned, self.arena)).copied();
        self.next = Next { key: Some(key), slot };
    }

    #[inline]
    fn scalar(&mut self, token: Token) {
        if self.past.is_none() {
            self.take(token);
        }
    }
}

impl Pass<'_> {
    /// Takes a value that was told of: keeps it in its slot, and lists it.
    #[inline]
    fn take(&mut self, token: Token) {
        let Next { key, slot } = self.next;
        if let Some(slot) = slot {
            if self.tokens.get(index(slot)).is_some_and(Option::is_some) {
                self.clear(slot);
            }
            if let Some(found) = self.tokens.get_mut(index(slot)) {
                *found = Some(token);
            }
        }
        if let Some(key) = key
            && let Some(Frame { entries: Some(entries), .. }) = self.frames.last_mut()
        {
            entries.add(key, token);
        }
    }

    /// The innermost object has ended.
    fn leave_frame(&mut self, behind: usize, blemish: usize) {
        let Some(frame) = self.frames.pop() else { return };
        self.next = frame.own;
        let token = Token::whole(Kind::Object, frame.start, behind, frame.blemish == blemish);
        if let Some(found) = self.tokens.get_mut(index(frame.slot)) {
            *found = Some(token);
        }
        if let (Some(entries), Some(number)) = (frame.entries, frame.place.listed)
            && let Some(list) = self.lists.get_mut(number)
        {
            *list = Some((frame.slot, entries.end()));
        }
        // What was found in it stays: only its entry among its neighbours is still to be made.
        self.next.slot = None;
        self.take(token);
    }

    /// Forgets what was found at and below a place: its key comes a second time.
    fn clear(&mut self, slot: Slot) {
        if let Some(found) = self.tokens.get_mut(index(slot)) {
            *found = None;
        }
        let Some(place) = self.paths.place(slot) else { return };
        if let Some(list) = place.listed.and_then(|number| self.lists.get_mut(number)) {
            *list = None;
        }
        place.below.values().for_each(|below| self.clear(*below));
    }
}
