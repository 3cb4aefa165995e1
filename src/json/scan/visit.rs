//! Who is told of the parts of a value while a scanner goes past it.

use super::{Fingerprint, Key, Token};

/// Is told of the parts of a value in their order. All of them have been checked, what comes behind them has not.
pub(crate) trait Visitor {
    /// Whether it wants to hear of the key or scalar that comes next.
    fn listens(&self) -> bool;
    /// A list or an object begins at an offset; `blemish` as in [`leave`](Self::leave).
    fn enter(&mut self, at: usize, is_object: bool, blemish: usize);
    /// The innermost one has ended in front of an offset. It is clean when `blemish` is the same as at its beginning.
    fn leave(&mut self, behind: usize, blemish: usize);
    /// A key; its value comes next.
    fn key(&mut self, key: Key);
    /// A value that is neither a list nor an object.
    fn scalar(&mut self, token: Token);
}

/// Nobody wants to know.
pub(super) struct Nobody;

impl Visitor for Nobody {
    #[inline]
    fn listens(&self) -> bool {
        false
    }

    #[inline]
    fn enter(&mut self, _at: usize, _is_object: bool, _blemish: usize) {}

    #[inline]
    fn leave(&mut self, _behind: usize, _blemish: usize) {}

    #[inline]
    fn key(&mut self, _key: Key) {}

    #[inline]
    fn scalar(&mut self, _token: Token) {}
}

/// Keys that are open at one time, and levels of nesting, that can be followed; with more, nothing is sure.
const MOST_KEYS: usize = 48;
const MOST_LEVELS: usize = 8;

/// Looks for a key that comes twice in one object.
#[derive(Debug)]
pub(crate) struct Twins {
    hashes: [u64; MOST_KEYS],
    n_hashes: usize,
    /// Where the hashes of each open container begin.
    starts: [usize; MOST_LEVELS],
    level: usize,
    unsure: bool,
}

impl Twins {
    pub(crate) fn new() -> Self {
        Twins { hashes: [0; MOST_KEYS], n_hashes: 0, starts: [0; MOST_LEVELS], level: 0, unsure: false }
    }

    /// Forgets all of it.
    pub(crate) fn clear(&mut self) {
        (self.n_hashes, self.level, self.unsure) = (0, 0, false);
    }

    /// No key came twice, for sure.
    pub(crate) fn are_none(&self) -> bool {
        !self.unsure
    }

    /// A container begins.
    pub(crate) fn enter(&mut self) {
        self.level = self.level.wrapping_add(1);
        match self.starts.get_mut(self.level) {
            Some(start) => *start = self.n_hashes,
            None => self.unsure = true,
        }
    }

    /// The innermost one ends.
    pub(crate) fn leave(&mut self) {
        self.n_hashes = self.starts.get(self.level).copied().unwrap_or(0);
        self.level = self.level.wrapping_sub(1);
    }

    /// Takes note of a key of the innermost container, by a hash that two keys may have.
    pub(crate) fn key(&mut self, fingerprint: Fingerprint, is_escaped: bool) {
        let hash = fingerprint.hash();
        let start = self.starts.get(self.level).copied().unwrap_or(0);
        let known = self.hashes.get(start..self.n_hashes).unwrap_or_default();
        // Two spellings may be one key.
        self.unsure |= is_escaped || known.contains(&hash);
        match self.hashes.get_mut(self.n_hashes) {
            Some(free) => {
                *free = hash;
                self.n_hashes = self.n_hashes.wrapping_add(1);
            }
            None => self.unsure = true,
        }
    }
}
