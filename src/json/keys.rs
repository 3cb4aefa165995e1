//! Finding keys: a table that is filled once and asked often, and a memory of the keys of one object.

use bumpalo::collections::Vec as ArenaVec;

use super::Arena;
use super::scan::Fingerprint;

/// What is known about some keys. Filled when a mapping is compiled.
#[derive(Clone, Debug)]
pub(crate) struct KeyTable<T> {
    entries: Vec<Entry<T>>,
    /// Places of entries, counted from 1, by the hash of their key; 0 is free. At most half of them are taken.
    places: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    fingerprint: Fingerprint,
    key: Box<str>,
    value: T,
}

impl<T> Default for KeyTable<T> {
    fn default() -> Self {
        KeyTable { entries: Vec::new(), places: Vec::new() }
    }
}

impl<T> KeyTable<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().map(|entry| &entry.value)
    }

    /// What is known about a key whose fingerprint has been taken.
    #[inline]
    pub(crate) fn get(&self, fingerprint: Fingerprint, key: &str) -> Option<&T> {
        Some(&self.entries.get(self.index(fingerprint, key)?)?.value)
    }

    #[inline]
    fn index(&self, fingerprint: Fingerprint, key: &str) -> Option<usize> {
        let mut place = start(fingerprint, self.places.len())?;
        loop {
            let index = usize::try_from(*self.places.get(place)?).ok()?.checked_sub(1)?;
            let entry = self.entries.get(index)?;
            if entry.fingerprint == fingerprint && (fingerprint.is_exact() || *entry.key == *key) {
                return Some(index);
            }
            place = next(place, self.places.len());
        }
    }

    /// What is known about a key; made now if there was nothing.
    pub(crate) fn entry(&mut self, key: &str, value: impl FnOnce() -> T) -> &mut T {
        let fingerprint = Fingerprint::of(key);
        let index = self.index(fingerprint, key).unwrap_or_else(|| {
            self.entries.push(Entry { fingerprint, key: key.into(), value: value() });
            self.place_last();
            self.entries.len().saturating_sub(1)
        });
        // INVARIANT: the index is that of an entry.
        #[expect(clippy::indexing_slicing, reason = "found or pushed above")]
        &mut self.entries[index].value
    }

    fn place_last(&mut self) {
        if self.entries.len().saturating_mul(2) > self.places.len() {
            self.places = vec![0; self.entries.len().saturating_mul(4).next_power_of_two()];
            (0..self.entries.len()).for_each(|index| self.place(index));
        } else {
            self.place(self.entries.len().saturating_sub(1));
        }
    }

    fn place(&mut self, index: usize) {
        let Some(entry) = self.entries.get(index) else { return };
        let mut place = start(entry.fingerprint, self.places.len()).unwrap_or(0);
        while self.places.get(place).is_some_and(|taken| *taken != 0) {
            place = next(place, self.places.len());
        }
        if let (Some(free), Ok(number)) = (self.places.get_mut(place), u32::try_from(index.saturating_add(1)))
        {
            *free = number;
        }
    }
}

/// Where the search for a key begins among so many places, a power of two; `None` when there are none.
fn start(fingerprint: Fingerprint, places: usize) -> Option<usize> {
    let mask = places.checked_sub(1)?;
    #[expect(clippy::cast_possible_truncation, reason = "the low bits are all that is wanted")]
    Some(fingerprint.hash() as usize & mask)
}

fn next(place: usize, places: usize) -> usize {
    place.wrapping_add(1) & places.wrapping_sub(1)
}

/// The keys of one object, to find one that comes twice. Costs the same for each key, however many there are.
#[derive(Debug)]
pub(crate) struct KeySeen<'a> {
    keys: ArenaVec<'a, (Fingerprint, &'a str)>,
    places: &'a mut [u32],
    arena: &'a Arena,
}

impl<'a> KeySeen<'a> {
    pub(crate) fn new(arena: &'a Arena) -> Self {
        KeySeen { keys: ArenaVec::new_in(arena), places: &mut [], arena }
    }

    /// The position of an earlier key that is the same, or `None` after taking note of this one.
    pub(crate) fn before(&mut self, fingerprint: Fingerprint, key: &'a str) -> Option<usize> {
        if self.keys.len().saturating_mul(2) >= self.places.len() {
            self.grow();
        }
        let n_places = self.places.len();
        let mut place = start(fingerprint, n_places)?;
        while let Some(taken) = self.places.get(place).filter(|taken| **taken != 0) {
            let index = usize::try_from(*taken).ok()?.checked_sub(1)?;
            let (known, text) = self.keys.get(index)?;
            if *known == fingerprint && (fingerprint.is_exact() || *text == key) {
                return Some(index);
            }
            place = next(place, n_places);
        }
        self.keys.push((fingerprint, key));
        self.take(place, self.keys.len());
        None
    }

    fn take(&mut self, place: usize, number: usize) {
        if let (Some(free), Ok(number)) = (self.places.get_mut(place), u32::try_from(number)) {
            *free = number;
        }
    }

    fn grow(&mut self) {
        let n_places = self.places.len().saturating_mul(4).max(64);
        self.places = self.arena.alloc_slice_fill_copy(n_places, 0);
        for number in 1..=self.keys.len() {
            let Some((fingerprint, _)) = self.keys.get(number.saturating_sub(1)) else { return };
            let Some(mut place) = start(*fingerprint, n_places) else { return };
            while self.places.get(place).is_some_and(|taken| *taken != 0) {
                place = next(place, n_places);
            }
            self.take(place, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Arena, Fingerprint, KeySeen, KeyTable};

    #[test]
    fn a_table_finds_what_was_put_in_and_nothing_else() {
        let mut table = KeyTable::default();
        for number in 0..1_000 {
            table.entry(&format!("a key that is longer than sixteen bytes {number}"), || number);
            table.entry(&format!("k{number}"), || number);
        }
        let get = |key: &str| table.get(Fingerprint::of(key), key).copied();
        assert_eq!(get("k999"), Some(999));
        assert_eq!(get("a key that is longer than sixteen bytes 17"), Some(17));
        assert_eq!(get("a key that is longer than sixteen bytes x17"), None);
        assert_eq!(get(""), None);
        assert_eq!(KeyTable::<u8>::default().get(Fingerprint::of("k"), "k"), None);
    }

    #[test]
    fn a_key_that_comes_again_is_found() {
        let keys: Vec<String> = (0..500).map(|number| format!("key number {number}")).collect();
        let arena = Arena::new();
        let mut seen = KeySeen::new(&arena);
        for key in &keys {
            assert_eq!(seen.before(Fingerprint::of(key), key), None);
        }
        assert_eq!(seen.before(Fingerprint::of("key number 77"), "key number 77"), Some(77));
    }
}
