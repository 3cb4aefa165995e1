//! Whether an object has a key twice, found out while it is read.

use super::Fingerprint;
use super::string::WINDOW;

/// What is told about the keys of containers that are gone past.
pub(super) trait KeyWatch {
    /// An object or a list begins.
    fn enter(&mut self);
    /// The innermost one ends.
    fn leave(&mut self);
    /// A key of less than 16 bytes at the beginning of a window.
    fn short_key(&mut self, window: &[u8; WINDOW], length: usize);
    /// Any other key, as it is written.
    fn other_key(&mut self, key: &[u8], is_escaped: bool);
}

/// Nobody wants to know.
pub(super) struct Unwatched;

impl KeyWatch for Unwatched {
    #[inline]
    fn enter(&mut self) {}

    #[inline]
    fn leave(&mut self) {}

    #[inline]
    fn short_key(&mut self, _window: &[u8; WINDOW], _length: usize) {}

    #[inline]
    fn other_key(&mut self, _key: &[u8], _is_escaped: bool) {}
}

/// Keys that are open at one time, and levels of nesting, that can be followed; with more, nothing is sure.
const MOST_KEYS: usize = 48;
const MOST_LEVELS: usize = 8;

/// Looks for a key that comes twice in one object.
pub(super) struct Twins {
    hashes: [u64; MOST_KEYS],
    n_hashes: usize,
    /// Where the hashes of each open container begin.
    starts: [usize; MOST_LEVELS],
    level: usize,
    unsure: bool,
}

impl Twins {
    pub(super) fn new() -> Self {
        Twins { hashes: [0; MOST_KEYS], n_hashes: 0, starts: [0; MOST_LEVELS], level: 0, unsure: false }
    }

    /// No key came twice, for sure.
    pub(super) fn are_none(&self) -> bool {
        !self.unsure
    }

    /// Takes note of a key of the innermost container by its hash; two keys may have one.
    #[inline]
    fn add(&mut self, hash: u64) {
        let start = self.starts.get(self.level).copied().unwrap_or(0);
        let known = self.hashes.get(start..self.n_hashes).unwrap_or_default();
        self.unsure |= known.contains(&hash);
        match self.hashes.get_mut(self.n_hashes) {
            Some(free) => {
                *free = hash;
                self.n_hashes = self.n_hashes.wrapping_add(1);
            }
            None => self.unsure = true,
        }
    }
}

impl KeyWatch for Twins {
    #[inline]
    fn enter(&mut self) {
        self.level = self.level.wrapping_add(1);
        match self.starts.get_mut(self.level) {
            Some(start) => *start = self.n_hashes,
            None => self.unsure = true,
        }
    }

    #[inline]
    fn leave(&mut self) {
        self.n_hashes = self.starts.get(self.level).copied().unwrap_or(0);
        self.level = self.level.wrapping_sub(1);
    }

    #[inline]
    fn short_key(&mut self, window: &[u8; WINDOW], length: usize) {
        self.add(Fingerprint::of_first(window, length).hash());
    }

    #[inline]
    fn other_key(&mut self, key: &[u8], is_escaped: bool) {
        // Two spellings may be one key.
        self.unsure |= is_escaped;
        self.add(Fingerprint::of_bytes(key).hash());
    }
}
