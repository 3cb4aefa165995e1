//! The members of objects and the items of lists, and paths into them.

use bumpalo::collections::Vec as ArenaVec;

use serde_json::{Map, Value};

use super::Arena;
use super::datum::{Datum, Form, Text, UNKNOWN, Whole, Written};
use super::keys::{KeySeen, KeyTable};
use super::scan::{Fingerprint, Key, Kind, Scanner, Token};

/// A member of an object, where it stands. What is asked of it is looked up then.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Member<'a> {
    Tree { key: &'a str, value: &'a Value },
    Written { entry: &'a Entry, scanned: &'a str },
}

/// A member in a text that has been scanned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// Where its key stands.
    start: u32,
    length: u32,
    value: Token,
    is_escaped: bool,
    /// Some path leads through its key, or it is not known that none does.
    is_placed: bool,
}

impl Entry {
    /// Its key by its characters.
    #[inline]
    fn characters<'a>(&self, scanned: &'a str, arena: &'a Arena) -> Text<'a> {
        let start = self.start.wrapping_add(1);
        let written = scanned.get(start as usize..start.wrapping_add(self.length) as usize);
        meant(written.unwrap_or_default(), self.is_escaped, arena)
    }
}

impl<'a> Member<'a> {
    /// The key by its characters.
    #[inline]
    pub(crate) fn key(self, arena: &'a Arena) -> Text<'a> {
        match self {
            Member::Tree { key, .. } => Text::plain(key),
            Member::Written { entry, scanned } => entry.characters(scanned, arena),
        }
    }

    /// What is known about its key.
    #[inline]
    pub(crate) fn look_up<'t, T>(self, table: &'t KeyTable<T>, arena: &'a Arena) -> Option<&'t T> {
        match self {
            Member::Tree { key, .. } => table.get(key),
            Member::Written { entry, scanned } => table.get(entry.characters(scanned, arena).written),
        }
    }

    /// Whether some path leads through its key; true if that is not known.
    #[inline]
    pub(crate) fn is_placed(self) -> bool {
        match self {
            Member::Tree { .. } => true,
            Member::Written { entry, .. } => entry.is_placed,
        }
    }

    /// What its value is.
    #[inline]
    pub(crate) fn kind(self) -> Kind {
        match self {
            Member::Tree { value, .. } => Datum::of(value).shape(),
            Member::Written { entry, .. } => entry.value.kind,
        }
    }

    /// Its value.
    #[inline]
    pub(crate) fn value(self, arena: &'a Arena) -> Datum<'a> {
        match self {
            Member::Tree { value, .. } => Datum::of(value),
            Member::Written { entry, scanned } => Datum::of_token(entry.value, scanned, None, arena),
        }
    }

    /// Key and scalar value as one stretch of JSON text, when they stand as they would be written.
    #[inline]
    pub(crate) fn pair(self) -> Option<&'a str> {
        let Member::Written { entry: Entry { start, length, value, is_escaped, .. }, scanned } = self else {
            return None;
        };
        // Two quotes and the colon; a longer stretch has blanks in it.
        let tight = start.wrapping_add(*length).wrapping_add(3);
        let is_tight = value.start == tight && value.is_clean && !is_escaped && value.levels == 0;
        if is_tight { scanned.get(*start as usize..value.end as usize) } else { None }
    }
}

/// What is known about a key that stands in a text.
#[inline]
pub(crate) fn look_up<'t, T>(
    table: &'t KeyTable<T>,
    key: Key,
    scanned: &str,
    arena: &Arena,
) -> Option<&'t T> {
    if key.is_escaped || !key.fingerprint.is_exact() {
        let (characters, fingerprint) = key_of(key, scanned, arena);
        return table.get_by(fingerprint, characters.written);
    }
    table.get_exact(key.fingerprint)
}

/// Members of an object, each key once: the last value at the first place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Members<'a> {
    Tree(&'a Map<String, Value>),
    Written { entries: &'a [Entry], scanned: &'a str },
}

impl<'a> Members<'a> {
    pub(crate) const NONE: Members<'static> = Members::Written { entries: &[], scanned: "" };

    /// How many there are.
    pub(crate) fn len(self) -> usize {
        match self {
            Members::Tree(members) => members.len(),
            Members::Written { entries, .. } => entries.len(),
        }
    }

    /// One after another, in the order of the object.
    #[inline]
    pub(crate) fn each(self, mut visit: impl FnMut(Member<'a>)) {
        match self {
            Members::Tree(members) => {
                for (key, value) in members {
                    visit(Member::Tree { key, value });
                }
            }
            Members::Written { entries, scanned } => {
                for entry in entries {
                    visit(Member::Written { entry, scanned });
                }
            }
        }
    }

    /// The member with a key.
    pub(crate) fn with_key(self, wanted: &str, arena: &'a Arena) -> Option<Member<'a>> {
        match self {
            Members::Tree(members) => {
                members.get_key_value(wanted).map(|(key, value)| Member::Tree { key, value })
            }
            Members::Written { entries, scanned } => {
                let is_wanted = |entry: &&Entry| {
                    (entry.is_escaped || entry.length as usize == wanted.len())
                        && entry.characters(scanned, arena).written == wanted
                };
                entries.iter().find(is_wanted).map(|entry| Member::Written { entry, scanned })
            }
        }
    }

    /// The value of the first member whose key fits.
    pub(crate) fn find(self, arena: &'a Arena, fits: impl Fn(&str) -> bool) -> Option<Datum<'a>> {
        let mut found = None;
        self.each(|member| {
            if found.is_none() && fits(member.key(arena).written) {
                found = Some(member.value(arena));
            }
        });
        found
    }
}

impl<'a> Whole<'a> {
    /// Members of an object. None for a list.
    pub(crate) fn members(self, arena: &'a Arena) -> Members<'a> {
        match self {
            Whole::Tree(Value::Object(members), _) => Members::Tree(members),
            Whole::Tree(..) => Members::NONE,
            Whole::Written(written) => {
                let scanned = written.text;
                let mut scanner = Scanner::new(scanned);
                let mut entries = Entries::new(scanned, arena);
                // The text has been validated: reading stops at its end, not at an error.
                if scanned.starts_with('{') && scanner.open().is_ok() {
                    while let Ok(Some(key)) = scanner.key() {
                        let Ok(value) = scanner.value() else { break };
                        entries.add(key, value, true);
                    }
                }
                entries.end()
            }
        }
    }

    /// Items of a list. None for an object.
    pub(crate) fn items(self, arena: &'a Arena) -> &'a [Datum<'a>] {
        let mut items = ArenaVec::new_in(arena);
        match self {
            Whole::Tree(value, _) => items.extend(value.as_array().into_iter().flatten().map(Datum::of)),
            Whole::Written(written) => {
                items.extend(written.items().map(|token| Datum::of_token(token, written.text, None, arena)));
            }
        }
        items.into_bump_slice()
    }

    /// Whether some item of a list fits; none of an object does.
    pub(crate) fn any_item(self, arena: &'a Arena, mut fits: impl FnMut(Datum<'a>) -> bool) -> bool {
        match self {
            Whole::Tree(value, _) => value.as_array().into_iter().flatten().any(|item| fits(Datum::of(item))),
            Whole::Written(written) => {
                written.items().any(|token| fits(Datum::of_token(token, written.text, None, arena)))
            }
        }
    }

    /// The item of a list at a position; a negative one counts from the end. Keeps nothing of the others, since a
    /// mapping may ask for many.
    fn item(self, position: i64, arena: &'a Arena) -> Option<Datum<'a>> {
        let counted = |n_items: &dyn Fn() -> usize| {
            let distance = usize::try_from(position.unsigned_abs()).ok()?;
            if position < 0 { n_items().checked_sub(distance) } else { Some(distance) }
        };
        match self {
            Whole::Tree(value, _) => {
                let items = value.as_array()?;
                items.get(counted(&|| items.len())?).map(Datum::of)
            }
            Whole::Written(written) => {
                let token = written.items().nth(counted(&|| written.items().count())?)?;
                Some(Datum::of_token(token, written.text, None, arena))
            }
        }
    }

    /// The member with a key; keeps nothing of the others.
    fn member(self, key: &str, arena: &'a Arena) -> Option<Datum<'a>> {
        match self {
            Whole::Tree(value, _) => value.get(key).map(Datum::of),
            Whole::Written(written) => {
                let mut scanner = Scanner::new(written.text);
                let mut found = None;
                if written.text.starts_with('{') && scanner.open().is_ok() {
                    while let Ok(Some(next)) = scanner.key() {
                        let Ok(value) = scanner.value() else { break };
                        if key_of(next, written.text, arena).0.written == key {
                            found = Some(value);
                        }
                    }
                }
                Some(Datum::of_token(found?, written.text, None, arena))
            }
        }
    }
}

impl<'a> Written<'a> {
    /// Items of a list. None for an object.
    fn items(&self) -> impl Iterator<Item = Token> + use<'a> {
        let mut scanner = Scanner::new(self.text);
        let mut is_open = self.text.starts_with('[') && scanner.open().is_ok();
        std::iter::from_fn(move || {
            // The text has been validated: reading stops at its end, not at an error.
            is_open = is_open && scanner.item() == Ok(true);
            if is_open { scanner.value().ok() } else { None }
        })
    }
}

impl<'a> Datum<'a> {
    /// The member of an object with a key.
    pub(crate) fn member(self, key: &str, arena: &'a Arena) -> Option<Datum<'a>> {
        match self {
            Datum::Object(whole) => whole.member(key, arena),
            _ => None,
        }
    }

    /// An item of a list; a negative index counts from the end.
    pub(crate) fn item(self, index: i64, arena: &'a Arena) -> Option<Datum<'a>> {
        match self {
            Datum::List(whole) => whole.item(index, arena),
            _ => None,
        }
    }

    /// How many lists and objects stand in one another in it at the most, if that is known.
    pub(crate) fn levels(self) -> Option<u8> {
        match self {
            Datum::List(Whole::Written(written)) | Datum::Object(Whole::Written(written)) => {
                Some(written.levels).filter(|levels| *levels != UNKNOWN)
            }
            Datum::List(Whole::Tree(..)) | Datum::Object(Whole::Tree(..)) => None,
            Datum::Null | Datum::Bool(_) | Datum::Number(_) | Datum::Text(_) => Some(0),
        }
    }

    /// Whether it is nested deeper than allowed.
    pub(crate) fn is_deeper_than(self, limit: u32, arena: &'a Arena) -> bool {
        if self.levels().is_some_and(|levels| u32::from(levels) <= limit) {
            return false;
        }
        let (Datum::List(whole) | Datum::Object(whole)) = self else { return false };
        if let Whole::Written(written) = whole {
            match Scanner::new(written.text).value() {
                Ok(token) if u32::from(token.levels) <= limit => return false,
                Ok(_) => {}
                // More than a text may have, which only what a run has made can reach.
                Err(_) => return true,
            }
        }
        let deeper = |inner: Datum<'a>| limit == 0 || inner.is_deeper_than(limit.saturating_sub(1), arena);
        let mut is_deeper = whole.any_item(arena, deeper);
        whole.members(arena).each(|member| is_deeper |= deeper(member.value(arena)));
        is_deeper
    }
}

/// Entries of an object that is being read.
#[derive(Debug)]
pub(crate) struct Entries<'a> {
    list: ArenaVec<'a, Entry>,
    seen: KeySeen<'a>,
    scanned: &'a str,
    arena: &'a Arena,
}

/// A member takes about so many bytes of a text, which tells how many there is room for at first.
const BYTES_OF_ONE: usize = 32;
const LEAST_ROOM: usize = 4;
const MOST_ROOM: usize = 1_024;

impl<'a> Entries<'a> {
    pub(crate) fn new(scanned: &'a str, arena: &'a Arena) -> Self {
        let room = scanned.len().div_euclid(BYTES_OF_ONE).clamp(LEAST_ROOM, MOST_ROOM);
        let entries = ArenaVec::with_capacity_in(room, arena);
        Entries { list: entries, seen: KeySeen::new(room, arena), scanned, arena }
    }

    /// Adds a member. A key that was there gets the new value.
    #[expect(clippy::inline_always, reason = "a member that is passed in memory costs as much as adding it")]
    #[inline(always)]
    pub(crate) fn add(&mut self, key: Key, value: Token, is_placed: bool) {
        let (scanned, arena) = (self.scanned, self.arena);
        let fingerprint = if key.is_escaped { key_of(key, scanned, arena).1 } else { key.fingerprint };
        let Key { start, length, is_escaped, .. } = key;
        let entry = Entry { start, length, value, is_escaped, is_placed };
        let known =
            |index: usize| self.list.get(index).map_or("", |known| known.characters(scanned, arena).written);
        match self.seen.before(fingerprint.hash(), || entry.characters(scanned, arena).written, known) {
            None => self.list.push(entry),
            Some(index) => {
                if let Some(earlier) = self.list.get_mut(index) {
                    *earlier = entry;
                }
            }
        }
    }

    pub(crate) fn end(self) -> Members<'a> {
        Members::Written { entries: self.list.into_bump_slice(), scanned: self.scanned }
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
