//! Finding keys: a table that is filled once and asked often, and a memory of the keys of one object.

use std::collections::BTreeMap;

use bumpalo::collections::Vec as ArenaVec;

use super::Arena;
use super::scan::Fingerprint;

/// What is known about some keys. Filled when a mapping is compiled.
#[derive(Clone, Debug)]
pub(crate) struct KeyTable<T> {
    entries: Vec<Entry<T>>,
    /// Places of entries, counted from 1, by the hash of their key; 0 is free. At most half of them are taken.
    places: Vec<u32>,
    /// A bit for each group that a key is in.
    groups: u64,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    fingerprint: Fingerprint,
    key: Box<str>,
    value: T,
}

impl<T> Default for KeyTable<T> {
    fn default() -> Self {
        KeyTable { entries: Vec::new(), places: Vec::new(), groups: 0 }
    }
}

impl<T> KeyTable<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().map(|entry| &entry.value)
    }

    /// What is known about a key.
    #[inline]
    pub(crate) fn get(&self, key: &str) -> Option<&T> {
        if self.surely_lacks(key) {
            return None;
        }
        self.get_by(Fingerprint::of(key), key)
    }

    /// What is known about a key whose fingerprint has been taken.
    pub(crate) fn get_by(&self, fingerprint: Fingerprint, key: &str) -> Option<&T> {
        Some(&self.entries.get(self.index(fingerprint, key)?)?.value)
    }

    /// Whether a key is surely not in it.
    #[inline]
    pub(crate) fn surely_lacks(&self, key: &str) -> bool {
        self.lacks(Fingerprint::group_of(key))
    }

    /// Whether no key is in a group.
    #[inline]
    fn lacks(&self, group: u32) -> bool {
        self.groups.wrapping_shr(group) & 1 == 0
    }

    /// What is known about a key that its fingerprint says all of.
    #[inline]
    pub(crate) fn get_exact(&self, fingerprint: Fingerprint) -> Option<&T> {
        if self.lacks(fingerprint.group()) {
            return None;
        }
        Some(
            &self
                .entries
                .get(self.find(fingerprint.hash(), |entry| entry.fingerprint == fingerprint)?)?
                .value,
        )
    }

    /// What is known about a key whose hash is at hand.
    pub(crate) fn get_hashed(&self, hash: u64, key: &str) -> Option<&T> {
        Some(&self.entries.get(self.find(hash, |entry| *entry.key == *key)?)?.value)
    }

    #[inline]
    fn index(&self, fingerprint: Fingerprint, key: &str) -> Option<usize> {
        let is_same = |entry: &Entry<T>| {
            entry.fingerprint == fingerprint && (fingerprint.is_exact() || *entry.key == *key)
        };
        self.find(fingerprint.hash(), is_same)
    }

    #[inline]
    fn find(&self, hash: u64, is_same: impl Fn(&Entry<T>) -> bool) -> Option<usize> {
        let mut place = start(hash, self.places.len())?;
        loop {
            let index = (*self.places.get(place)? as usize).checked_sub(1)?;
            let entry = self.entries.get(index)?;
            if is_same(entry) {
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
            self.groups |= 1_u64.wrapping_shl(fingerprint.group());
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
        let mut place = start(entry.fingerprint.hash(), self.places.len()).unwrap_or(0);
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
fn start(hash: u64, places: usize) -> Option<usize> {
    let mask = places.checked_sub(1)?;
    #[expect(clippy::cast_possible_truncation, reason = "the low bits are all that is wanted")]
    Some(hash as usize & mask)
}

fn next(place: usize, places: usize) -> usize {
    place.wrapping_add(1) & places.wrapping_sub(1)
}

/// How many keys are compared one by one.
const FEW: usize = 64;

/// Most places that are looked at for one key. Keys that strangers choose can be made to meet.
const MOST_PROBES: usize = 64;

/// The keys of one object, to find one that comes twice. The time for a key hardly grows with their number, whatever
/// they are. The keys themselves, with their hashes, are kept by whoever asks.
#[derive(Debug)]
pub(crate) struct KeySeen<'a> {
    /// How many keys there were.
    n_keys: usize,
    /// A bit for some bits of each hash.
    bits: [u64; 4],
    /// Numbers of keys, counted from 1, by their hash; 0 is free. Empty while the keys are few.
    places: &'a mut [u32],
    /// What takes over when too many keys meet.
    ordered: Option<BTreeMap<&'a str, usize>>,
    arena: &'a Arena,
}

/// Earlier keys, by their position.
pub(crate) trait KnownKeys<'a> {
    fn hash(&self, index: usize) -> u64;
    fn key(&self, index: usize) -> &'a str;
}

impl<'a> KeySeen<'a> {
    pub(crate) fn new(arena: &'a Arena) -> Self {
        KeySeen { n_keys: 0, bits: [0; 4], places: &mut [], ordered: None, arena }
    }

    /// The position of an earlier key that is the same, or `None` after taking note of this one.
    #[inline]
    pub(crate) fn before(
        &mut self,
        hash: u64,
        key: impl FnOnce() -> &'a str,
        known: &impl KnownKeys<'a>,
    ) -> Option<usize> {
        let [.., low, high] = hash.to_le_bytes();
        let bit = 1_u64.wrapping_shl(u32::from(low));
        if let Some(bits) = self.bits.get_mut(usize::from(high % 4))
            && *bits & bit == 0
            && self.n_keys < FEW
        {
            *bits |= bit;
            self.n_keys = self.n_keys.wrapping_add(1);
            return None;
        }
        self.search(hash, key(), known)
    }

    #[inline(never)]
    fn search(&mut self, hash: u64, key: &'a str, known: &dyn KnownKeys<'a>) -> Option<usize> {
        let position = self.n_keys;
        let found = if let Some(ordered) = &self.ordered {
            ordered.get(key).copied()
        } else if position < FEW {
            (0..position).find(|index| is_same(known, *index, hash, key))
        } else {
            self.search_places(hash, key, known)
        };
        if found.is_none() {
            self.n_keys = position.saturating_add(1);
            if let Some(ordered) = &mut self.ordered {
                ordered.insert(key, position);
            }
        }
        found
    }

    fn search_places(&mut self, hash: u64, key: &'a str, known: &dyn KnownKeys<'a>) -> Option<usize> {
        let position = self.n_keys;
        if position.saturating_mul(2) >= self.places.len() {
            self.grow(known);
        }
        match self.probe(hash, |index| is_same(known, index, hash, key)) {
            Some(Probe::Known(index)) => Some(index),
            Some(Probe::Free(place)) => {
                self.take(place, position);
                None
            }
            None => {
                let ordered = (0..position).map(|index| (known.key(index), index)).collect();
                self.ordered.insert(ordered).get(key).copied()
            }
        }
    }

    /// Looks for a key; `None` when that takes too long.
    fn probe(&self, hash: u64, is_same: impl Fn(usize) -> bool) -> Option<Probe> {
        let mask = self.places.len().wrapping_sub(1);
        #[expect(clippy::cast_possible_truncation, reason = "the low bits are all that is wanted")]
        let start = hash as usize;
        (0..MOST_PROBES).find_map(|step| {
            let place = start.wrapping_add(step) & mask;
            match usize::try_from(*self.places.get(place)?).ok()?.checked_sub(1) {
                None => Some(Probe::Free(place)),
                Some(index) => is_same(index).then_some(Probe::Known(index)),
            }
        })
    }

    fn take(&mut self, place: usize, index: usize) {
        if let (Some(free), Ok(number)) = (self.places.get_mut(place), u32::try_from(index.saturating_add(1)))
        {
            *free = number;
        }
    }

    fn grow(&mut self, known: &dyn KnownKeys<'a>) {
        self.places = self.arena.alloc_slice_fill_copy(self.places.len().saturating_mul(4).max(4 * FEW), 0);
        for index in 0..self.n_keys {
            // A key without a free place is found by the order of all, since its neighbours are too many as well.
            if let Some(Probe::Free(place)) = self.probe(known.hash(index), |_| false) {
                self.take(place, index);
            }
        }
    }
}

fn is_same(known: &dyn KnownKeys<'_>, index: usize, hash: u64, key: &str) -> bool {
    known.hash(index) == hash && known.key(index) == key
}

/// Keys with their hashes.
impl<'a> KnownKeys<'a> for ArenaVec<'a, (u64, &'a str)> {
    fn hash(&self, index: usize) -> u64 {
        self.get(index).map_or(0, |(hash, _)| *hash)
    }

    fn key(&self, index: usize) -> &'a str {
        self.get(index).map_or("", |(_, key)| key)
    }
}

/// What a search for a key ends with.
enum Probe {
    /// The key's position.
    Known(usize),
    /// A place for it.
    Free(usize),
}

#[cfg(test)]
mod tests {
    use super::{Arena, ArenaVec, Fingerprint, KeySeen, KeyTable};

    #[test]
    fn a_table_finds_what_was_put_in_and_nothing_else() {
        let mut table = KeyTable::default();
        for number in 0..1_000 {
            table.entry(&format!("a key that is longer than sixteen bytes {number}"), || number);
            table.entry(&format!("k{number}"), || number);
        }
        let get = |key: &str| table.get(key).copied();
        assert_eq!(get("k999"), Some(999));
        assert_eq!(get("a key that is longer than sixteen bytes 17"), Some(17));
        assert_eq!(get("a key that is longer than sixteen bytes x17"), None);
        assert_eq!(get(""), None);
        assert_eq!(KeyTable::<u8>::default().get("k"), None);
    }

    #[test]
    fn a_key_that_comes_again_is_found() {
        check(&|number| format!("key number {number}"));
    }

    #[test]
    fn keys_that_meet_cost_no_more() {
        check(&|number| format!("a key number {number:05} whose ends are all the same"));
    }

    #[track_caller]
    fn check(key: &dyn Fn(usize) -> String) {
        let keys: Vec<String> = (0..20_000).map(key).collect();
        let arena = Arena::new();
        let mut known: ArenaVec<'_, (u64, &str)> = ArenaVec::new_in(&arena);
        let mut seen = KeySeen::new(&arena);
        let hash = |key: &str| Fingerprint::of(key).hash();
        for (number, key) in keys.iter().enumerate() {
            assert_eq!(seen.before(hash(key), || key, &known), None);
            known.push((hash(key), key));
            let again = &keys[number / 2];
            assert_eq!(seen.before(hash(again), || again, &known), Some(number / 2));
        }
    }
}
