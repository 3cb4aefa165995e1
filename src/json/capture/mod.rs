//! One pass over an event finds all that a mapping reads of it.
//!
//! The paths of all flows of a mapping form one trie ([`Paths`]). A pass walks event and trie side by side, keeps the
//! value at each place of the trie in that place's slot, and steps over everything else. Objects whose members are
//! wanted whole (for a rest) have them listed on the way. A value that stands in a text is validated, not copied.

mod text;
mod tree;

use serde_json::Value;

use super::datum::is_empty_whole;
use super::scan::{BadJson, Kind, Token};
use super::{Arena, Datum, KeyTable, Members, Slot};

/// Paths into events: a trie of keys. The place of each path is a slot.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    places: Vec<Place>,
    /// Places whose members are listed.
    n_listed: usize,
}

/// A place in an event.
#[derive(Clone, Debug, Default)]
struct Place {
    below: KeyTable<Slot>,
    /// The number of its list of members.
    listed: Option<usize>,
}

impl Default for Paths {
    fn default() -> Self {
        Paths { places: vec![Place::default()], n_listed: 0 }
    }
}

impl Paths {
    /// The event itself.
    pub(crate) const EVENT: Slot = 0;

    /// The slot of the member `key` of what is in a slot.
    pub(crate) fn below(&mut self, slot: Slot, key: &str) -> Slot {
        let fresh = Slot::try_from(self.places.len()).unwrap_or(Slot::MAX);
        let Some(place) = self.places.get_mut(index(slot)) else { return fresh };
        let below = *place.below.entry(key, || fresh);
        if below == fresh {
            self.places.push(Place::default());
        }
        below
    }

    /// How many slots there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The members of the object in a slot will be wanted.
    pub(crate) fn list_members(&mut self, slot: Slot) {
        if let Some(place) = self.places.get_mut(index(slot))
            && place.listed.is_none()
        {
            place.listed = Some(self.n_listed);
            self.n_listed = self.n_listed.saturating_add(1);
        }
    }

    /// Captures an event in a text, which is validated from its first to its last byte.
    ///
    /// # Errors
    /// The text is not JSON.
    pub(crate) fn capture_text<'a>(&self, text: &'a str, arena: &'a Arena) -> Result<Captured<'a>, BadJson> {
        text::capture(self, text, arena)
    }

    /// Captures an event that has been parsed.
    pub(crate) fn capture_tree<'a>(&self, event: &'a Value, arena: &'a Arena) -> Captured<'a> {
        tree::capture(self, event, arena)
    }

    fn place(&self, slot: Slot) -> Option<&Place> {
        self.places.get(index(slot))
    }
}

/// What was found in an event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Captured<'a> {
    slots: Slots<'a>,
    /// Lists of members, with the slots that their objects stand in.
    lists: &'a [Option<(Slot, Members<'a>)>],
}

/// The values at the places of a trie.
#[derive(Clone, Copy, Debug)]
enum Slots<'a> {
    Tree(&'a [Option<&'a Value>]),
    Text { tokens: &'a [Option<Token>], scanned: &'a str },
}

impl<'a> Captured<'a> {
    /// Nothing was found, for there is no event.
    pub(crate) const NOTHING: Captured<'static> = Captured { slots: Slots::Tree(&[]), lists: &[] };

    /// The value at a place.
    #[inline]
    pub(crate) fn get(&self, slot: Slot, arena: &'a Arena) -> Option<Datum<'a>> {
        match self.slots {
            Slots::Tree(values) => Some(Datum::captured((*values.get(index(slot))?)?, Some(slot))),
            Slots::Text { tokens, scanned } => {
                Some(Datum::of_token((*tokens.get(index(slot))?)?, scanned, Some(slot), arena))
            }
        }
    }

    /// What the value at a place is, and whether it is an empty text, list or object.
    #[inline]
    pub(crate) fn glance(&self, slot: Slot) -> Option<(Kind, bool)> {
        match self.slots {
            Slots::Tree(values) => {
                let datum = Datum::of((*values.get(index(slot))?)?);
                Some((datum.shape(), datum.is_empty()))
            }
            Slots::Text { tokens, scanned } => {
                let token = (*tokens.get(index(slot))?)?;
                Some((token.kind, token.is_empty(scanned)))
            }
        }
    }

    /// The characters of the text or the digits of the number at a place, if they need not be made.
    #[inline]
    pub(crate) fn written(&self, slot: Slot) -> Option<&'a str> {
        match self.slots {
            Slots::Tree(values) => match (*values.get(index(slot))?)? {
                Value::String(text) => Some(text),
                Value::Number(number) => Some(number.as_str()),
                _ => None,
            },
            Slots::Text { tokens, scanned } => {
                let token = (*tokens.get(index(slot))?)?;
                match token.kind {
                    Kind::Text if token.is_clean => Some(token.inside(scanned)),
                    Kind::Number => Some(token.text(scanned)),
                    _ => None,
                }
            }
        }
    }

    /// The JSON text of the scalar at a place, if it stands in a text as it would be written.
    #[inline]
    pub(crate) fn verbatim(&self, slot: Slot) -> Option<&'a str> {
        let Slots::Text { tokens, scanned } = self.slots else { return None };
        let token = (*tokens.get(index(slot))?)?;
        (token.is_clean && token.levels == 0).then(|| token.text(scanned))
    }

    /// Whether there is a value at a place.
    #[inline]
    pub(crate) fn has(&self, slot: Slot) -> bool {
        match self.slots {
            Slots::Tree(values) => values.get(index(slot)).is_some_and(Option::is_some),
            Slots::Text { tokens, .. } => tokens.get(index(slot)).is_some_and(Option::is_some),
        }
    }

    /// Which of so many slots from `first` on have a value, as distances from it.
    pub(crate) fn filled(&self, first: Slot, count: usize, mut visit: impl FnMut(usize)) {
        let range = index(first)..index(first).saturating_add(count);
        match self.slots {
            Slots::Tree(values) => each_filled(values.get(range).unwrap_or_default(), &mut visit),
            Slots::Text { tokens, .. } => each_filled(tokens.get(range).unwrap_or_default(), &mut visit),
        }
    }

    /// Members of an object, each key once; of anything else none.
    pub(crate) fn members(&self, object: Datum<'a>, arena: &'a Arena) -> Members<'a> {
        let Datum::Object(whole) = object else { return Members::NONE };
        let listed = object.slot().and_then(|slot| self.listed(slot));
        listed.unwrap_or_else(|| whole.members(arena))
    }

    /// Members of the object at a place, if they were listed on the way.
    pub(crate) fn listed(&self, wanted: Slot) -> Option<Members<'a>> {
        self.lists.iter().flatten().find(|(slot, _)| *slot == wanted).map(|(_, members)| *members)
    }
}

#[inline]
fn each_filled<T>(slots: &[Option<T>], mut visit: impl FnMut(usize)) {
    let mut rest = slots;
    while let Some(distance) = rest.iter().position(Option::is_some) {
        visit(slots.len().wrapping_sub(rest.len()).wrapping_add(distance));
        rest = rest.get(distance.wrapping_add(1)..).unwrap_or_default();
    }
}

impl Token {
    /// Whether it is the empty text, the empty list or the empty object.
    #[inline]
    fn is_empty(self, scanned: &str) -> bool {
        match self.kind {
            Kind::Text => self.end.wrapping_sub(self.start) == 2,
            Kind::List | Kind::Object => is_empty_whole(self.text(scanned)),
            Kind::Null | Kind::True | Kind::False | Kind::Number => false,
        }
    }
}

fn index(slot: Slot) -> usize {
    usize::try_from(slot).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
