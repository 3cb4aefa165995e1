//! The members of objects and the items of lists, and paths into them.

use bumpalo::collections::Vec as ArenaVec;

use serde_json::{Map, Value};

use super::Arena;
use super::datum::{Datum, Text, UNKNOWN, Whole, Written};
use super::entries::{Entries, Entry, key_of};
use super::keys::KeyTable;
use super::scan::{Key, Kind, Scanner, Token};

/// A member of an object, where it stands. What is asked of it is looked up then.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Member<'a> {
    Tree { key: &'a str, value: &'a Value },
    Written { entry: &'a Entry, scanned: &'a str },
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
            Member::Written { entry, scanned } => {
                table.get_hashed(entry.hash, entry.characters(scanned, arena).written)
            }
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
        match self {
            Member::Written { entry, scanned } if entry.is_tight() => Some(entry.stretch(scanned)),
            Member::Written { .. } | Member::Tree { .. } => None,
        }
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
                    entry.may_have_length(wanted.len()) && entry.characters(scanned, arena).written == wanted
                };
                entries.iter().find(is_wanted).map(|entry| Member::Written { entry, scanned })
            }
        }
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
                        let may_be = next.is_escaped || next.length as usize == key.len();
                        if may_be && key_of(next, written.text, arena).0.written == key {
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
        if let Whole::Tree(tree, _) = whole {
            return is_tree_deeper(tree, limit);
        }
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

/// The same for a tree.
fn is_tree_deeper(tree: &Value, limit: u32) -> bool {
    let is_deeper = |inner: &Value| limit == 0 || is_tree_deeper(inner, limit.saturating_sub(1));
    match tree {
        Value::Array(items) => items.iter().any(is_deeper),
        Value::Object(members) => members.values().any(is_deeper),
        _ => false,
    }
}
