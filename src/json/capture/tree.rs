//! The pass over an event that has been parsed.

use serde_json::{Map, Value};

use super::super::parts::MemberList;
use super::super::scan::Fingerprint;
use super::super::{Arena, Datum, Slot};
use super::{Captured, Found, Paths};

pub(super) fn capture<'a>(paths: &Paths, event: &'a Value, arena: &'a Arena) -> Captured<'a> {
    let mut pass = Pass { paths, found: Found::new(paths, arena), arena };
    pass.value(Paths::EVENT, event);
    pass.found.end()
}

struct Pass<'p, 'a> {
    paths: &'p Paths,
    found: Found<'a>,
    arena: &'a Arena,
}

impl<'a> Pass<'_, 'a> {
    fn value(&mut self, slot: Slot, value: &'a Value) -> Datum<'a> {
        let datum = Datum::of(value).in_slot(slot);
        self.found.fill(slot, datum);
        if let (Some(place), Value::Object(members)) = (self.paths.place(slot), value) {
            match place.listed {
                Some(number) => self.listed_members(number, slot, members),
                None if place.below.is_empty() => {}
                None => {
                    for (key, value) in members {
                        self.member(slot, key, value);
                    }
                }
            }
        }
        datum
    }

    fn member(&mut self, slot: Slot, key: &str, value: &'a Value) -> Datum<'a> {
        let below = self.paths.place(slot).and_then(|place| place.below.get(Fingerprint::of(key), key));
        match below {
            Some(below) => self.value(*below, value),
            None => Datum::of(value),
        }
    }

    fn listed_members(&mut self, number: usize, slot: Slot, members: &'a Map<String, Value>) {
        let mut list = MemberList::new(self.arena);
        for (key, value) in members {
            let datum = self.member(slot, key, value);
            list.add_distinct(key, datum);
        }
        self.found.list(number, slot, Some(list.into_slice()));
    }
}
