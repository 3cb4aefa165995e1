//! The pass over an event in a text.

use super::super::parts::{MemberList, key_of};
use super::super::scan::{BadJson, Kind, Scanner};
use super::super::{Arena, Body, Datum, Member, Slot};
use super::{Captured, Found, Paths, Place};
use crate::json::datum::Whole;

pub(super) fn capture<'a>(paths: &Paths, text: &'a str, arena: &'a Arena) -> Result<Captured<'a>, BadJson> {
    let mut pass = Pass { paths, scanner: Scanner::new(text), found: Found::new(paths, arena), arena };
    if let Some(event) = paths.place(Paths::EVENT) {
        pass.value(Paths::EVENT, event)?;
    }
    pass.scanner.end()?;
    Ok(pass.found.end())
}

struct Pass<'p, 'a> {
    paths: &'p Paths,
    scanner: Scanner<'a>,
    found: Found<'a>,
    arena: &'a Arena,
}

impl<'a> Pass<'_, 'a> {
    /// Reads the value at a place, and what is wanted of it. Goes as deep as the trie, or as JSON may.
    fn value(&mut self, slot: Slot, place: &Place) -> Result<Datum<'a>, BadJson> {
        if self.found.is_filled(slot) {
            self.found.clear(self.paths, slot);
        }
        let enter = !place.below.is_empty() || place.listed.is_some();
        let datum = if enter && self.scanner.peek()? == Kind::Object {
            self.object(slot, place)?
        } else {
            Datum::of_token(self.scanner.value()?)
        };
        self.found.fill(slot, datum);
        Ok(datum)
    }

    fn object(&mut self, slot: Slot, place: &Place) -> Result<Datum<'a>, BadJson> {
        let (start, blemishes) = (self.scanner.position(), self.scanner.blemishes());
        self.scanner.open()?;
        match place.listed {
            None => self.members(place)?,
            Some(number) => {
                let members = self.listed_members(place)?;
                self.found.list(number, slot, Some(members));
            }
        }
        let is_clean = self.scanner.blemishes() == blemishes;
        let body = Body::Text { text: self.scanner.since(start), is_clean, levels: None };
        Ok(Datum::Object(Whole { body, slot: Some(slot) }))
    }

    /// Reads the members that have a place and steps over the others.
    fn members(&mut self, place: &Place) -> Result<(), BadJson> {
        while let Some(key) = self.scanner.key()? {
            let (key, fingerprint) = key_of(&key, self.arena);
            match place.below.get(fingerprint, key.written) {
                Some(slot) => self.at(*slot)?,
                None => Datum::of_token(self.scanner.value()?),
            };
        }
        Ok(())
    }

    /// The same, and lists them all.
    fn listed_members(&mut self, place: &Place) -> Result<&'a [Member<'a>], BadJson> {
        let mut members = MemberList::new(self.arena);
        while let Some(key) = self.scanner.key()? {
            let start = key.start;
            let (key, fingerprint) = key_of(&key, self.arena);
            let value = match place.below.get(fingerprint, key.written) {
                Some(slot) => self.at(*slot)?,
                None => Datum::of_token(self.scanner.value()?),
            };
            members.add(Member { key, fingerprint, value, pair: self.scanner.since(start) });
        }
        Ok(members.into_slice())
    }

    fn at(&mut self, slot: Slot) -> Result<Datum<'a>, BadJson> {
        match self.paths.place(slot) {
            Some(place) => self.value(slot, place),
            None => Ok(Datum::of_token(self.scanner.value()?)),
        }
    }
}
