//! The pass over an event that has been parsed.

use serde_json::{Map, Value};

use super::super::{Arena, Slot};
use super::{Captured, Paths, Slots, index};

pub(super) fn capture<'a>(paths: &Paths, event: &'a Value, arena: &'a Arena) -> Captured<'a> {
    let mut pass = Pass { paths, values: arena.alloc_slice_fill_copy(paths.places.len(), None) };
    pass.value(Paths::EVENT, event);
    // Members of a tree are listed by the tree.
    Captured { slots: Slots::Tree(pass.values), lists: &[] }
}

struct Pass<'p, 'a> {
    paths: &'p Paths,
    values: &'a mut [Option<&'a Value>],
}

impl<'a> Pass<'_, 'a> {
    fn value(&mut self, slot: Slot, value: &'a Value) {
        if let Some(found) = self.values.get_mut(index(slot)) {
            *found = Some(value);
        }
        if let (Some(place), Value::Object(members)) = (self.paths.place(slot), value)
            && !place.below.is_empty()
        {
            self.members(slot, members);
        }
    }

    fn members(&mut self, slot: Slot, members: &'a Map<String, Value>) {
        let Some(place) = self.paths.place(slot) else { return };
        for (key, value) in members {
            if let Some(below) = place.below.get(key) {
                self.value(*below, value);
            }
        }
    }
}
