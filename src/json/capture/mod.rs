//! One pass over an event finds all that a mapping reads of it.
//!
//! The paths of all flows of a mapping form one trie ([`Paths`]). A pass walks event and trie side by side, keeps the
//! value at each place of the trie in that place's slot, and steps over everything else. Objects whose members are
//! wanted whole (for a rest) have them listed on the way. A value that stands in a text is validated, not copied.

mod text;
mod tree;

use serde_json::Value;

use super::scan::BadJson;
use super::{Arena, Datum, KeyTable, Member, Slot};

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
        let Some(place) = at_mut(&mut self.places, slot) else { return fresh };
        let below = *place.below.entry(key, || fresh);
        if below == fresh {
            self.places.push(Place::default());
        }
        below
    }

    /// The members of the object in a slot will be wanted.
    pub(crate) fn list_members(&mut self, slot: Slot) {
        if let Some(place) = at_mut(&mut self.places, slot)
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
    slots: &'a [Option<Datum<'a>>],
    lists: &'a [Listed<'a>],
}

/// Members of an object, with the slot that it stands in.
#[derive(Clone, Copy, Debug, Default)]
struct Listed<'a> {
    slot: Slot,
    members: Option<&'a [Member<'a>]>,
}

impl<'a> Captured<'a> {
    /// Nothing was found, for there is no event.
    pub(crate) const NOTHING: Captured<'static> = Captured { slots: &[], lists: &[] };

    /// The value at a place.
    #[inline]
    pub(crate) fn get(&self, slot: Slot) -> Option<Datum<'a>> {
        *self.slots.get(index(slot))?
    }

    /// Members of an object, each key once.
    pub(crate) fn members(&self, object: Datum<'a>, arena: &'a Arena) -> &'a [Member<'a>] {
        let Datum::Object(whole) = object else { return &[] };
        let listed = self.lists.iter().find(|listed| Some(listed.slot) == whole.slot);
        listed.and_then(|listed| listed.members).unwrap_or_else(|| whole.members(arena))
    }
}

/// What is found on the way through an event.
#[derive(Debug)]
struct Found<'a> {
    slots: &'a mut [Option<Datum<'a>>],
    lists: &'a mut [Listed<'a>],
}

impl<'a> Found<'a> {
    fn new(paths: &Paths, arena: &'a Arena) -> Self {
        Found {
            slots: arena.alloc_slice_fill_copy(paths.places.len(), None),
            lists: arena.alloc_slice_fill_copy(paths.n_listed, Listed::default()),
        }
    }

    fn is_filled(&self, slot: Slot) -> bool {
        self.slots.get(index(slot)).is_some_and(Option::is_some)
    }

    fn fill(&mut self, slot: Slot, datum: Datum<'a>) {
        if let Some(found) = self.slots.get_mut(index(slot)) {
            *found = Some(datum.in_slot(slot));
        }
    }

    fn list(&mut self, number: usize, slot: Slot, members: Option<&'a [Member<'a>]>) {
        if let Some(listed) = self.lists.get_mut(number) {
            *listed = Listed { slot, members };
        }
    }

    /// Forgets what was found at and below a place: its key comes a second time.
    fn clear(&mut self, paths: &Paths, slot: Slot) {
        if let Some(found) = self.slots.get_mut(index(slot)) {
            *found = None;
        }
        let Some(place) = paths.place(slot) else { return };
        if let Some(number) = place.listed {
            self.list(number, slot, None);
        }
        place.below.values().for_each(|below| self.clear(paths, *below));
    }

    fn end(self) -> Captured<'a> {
        Captured { slots: self.slots, lists: self.lists }
    }
}

fn index(slot: Slot) -> usize {
    usize::try_from(slot).unwrap_or(usize::MAX)
}

fn at_mut(places: &mut [Place], slot: Slot) -> Option<&mut Place> {
    places.get_mut(index(slot))
}

#[cfg(test)]
mod tests;
