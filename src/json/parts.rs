//! The members of objects and the items of lists, and paths into them.

use bumpalo::collections::Vec as ArenaVec;

use super::datum::{Body, Datum, Text, Whole};
use super::keys::KeySeen;
use super::scan::{Fingerprint, Key, Scanner};
use super::{Arena, Form};

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'a> {
    /// By its characters.
    pub(crate) key: Text<'a>,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) value: Datum<'a>,
    /// Key and value as one stretch of JSON text; empty when they do not stand so.
    pub(crate) pair: &'a str,
}

impl<'a> Whole<'a> {
    /// Members of an object, each key once: the last value at the first place. None for a list.
    pub(crate) fn members(self, arena: &'a Arena) -> &'a [Member<'a>] {
        let mut members = MemberList::new(arena);
        match self.body {
            Body::Tree(value) => {
                let found = value.as_object().into_iter().flatten();
                found.for_each(|(key, value)| members.add_distinct(key, Datum::of(value)));
            }
            Body::Text { text, .. } => {
                // The text has been validated: reading stops at its end, not at an error.
                let mut scanner = Scanner::new(text);
                if text.starts_with('{') && scanner.open().is_ok() {
                    while let Ok(Some(key)) = scanner.key() {
                        let (key, fingerprint) = key_of(&key, arena);
                        let Ok(token) = scanner.value() else { break };
                        members.add(Member { key, fingerprint, value: Datum::of_token(token), pair: "" });
                    }
                }
            }
        }
        members.into_slice()
    }

    /// Items of a list. None for an object.
    pub(crate) fn items(self, arena: &'a Arena) -> &'a [Datum<'a>] {
        let mut items = ArenaVec::new_in(arena);
        match self.body {
            Body::Tree(value) => items.extend(value.as_array().into_iter().flatten().map(Datum::of)),
            Body::Text { text, .. } => {
                let mut scanner = Scanner::new(text);
                if text.starts_with('[') && scanner.open().is_ok() {
                    while let (Ok(true), Ok(token)) = (scanner.item(), scanner.value()) {
                        items.push(Datum::of_token(token));
                    }
                }
            }
        }
        items.into_bump_slice()
    }

    /// The member with a key.
    fn member(self, key: &str, arena: &'a Arena) -> Option<Datum<'a>> {
        if let Body::Tree(value) = self.body {
            return value.get(key).map(Datum::of);
        }
        let same = |member: &&Member<'a>| member.key.written == key;
        self.members(arena).iter().find(same).map(|member| member.value)
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
        let Datum::List(whole) = self else { return None };
        let items = whole.items(arena);
        let position = if index >= 0 {
            usize::try_from(index).ok()?
        } else {
            items.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?
        };
        items.get(position).copied()
    }

    /// Whether it is nested deeper than allowed.
    pub(crate) fn is_deeper_than(self, limit: u32, arena: &'a Arena) -> bool {
        if self.levels().is_some_and(|levels| levels <= limit) {
            return false;
        }
        let deeper = |inner: Datum<'a>| limit == 0 || inner.is_deeper_than(limit.saturating_sub(1), arena);
        match self {
            Datum::List(whole) => whole.items(arena).iter().any(|item| deeper(*item)),
            Datum::Object(whole) => whole.members(arena).iter().any(|member| deeper(member.value)),
            Datum::Null | Datum::Bool(_) | Datum::Number(_) | Datum::Text(_) => false,
        }
    }
}

/// Members of an object that is being read.
#[derive(Debug)]
pub(crate) struct MemberList<'a> {
    members: ArenaVec<'a, Member<'a>>,
    seen: KeySeen<'a>,
}

/// Members of an object that there is room for at first.
const ROOM: usize = 24;

impl<'a> MemberList<'a> {
    pub(crate) fn new(arena: &'a Arena) -> Self {
        MemberList { members: ArenaVec::with_capacity_in(ROOM, arena), seen: KeySeen::new(arena) }
    }

    /// Adds a member. A key that was there gets the new value.
    #[inline]
    pub(crate) fn add(&mut self, member: Member<'a>) {
        match self.seen.before(member.fingerprint, member.key.written) {
            None => self.members.push(member),
            Some(index) => {
                if let Some(earlier) = self.members.get_mut(index) {
                    *earlier = member;
                }
            }
        }
    }

    /// Adds a member of a tree, in which no key comes twice.
    pub(crate) fn add_distinct(&mut self, key: &'a str, value: Datum<'a>) {
        let fingerprint = Fingerprint::of(key);
        self.members.push(Member { key: Text::plain(key), fingerprint, value, pair: "" });
    }

    pub(crate) fn into_slice(self) -> &'a [Member<'a>] {
        self.members.into_bump_slice()
    }
}

/// A key by its characters, and what it is compared by.
#[inline]
pub(crate) fn key_of<'a>(key: &Key<'a>, arena: &'a Arena) -> (Text<'a>, Fingerprint) {
    if !key.is_escaped {
        return (Text::clean(key.text), key.fingerprint);
    }
    let characters = Text { written: key.text, form: Form::Escaped }.characters(arena);
    (Text::plain(characters), Fingerprint::of(characters))
}
