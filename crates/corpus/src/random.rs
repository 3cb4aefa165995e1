//! A small generator of pseudo-random numbers.

/// `SplitMix64`: one word of state, the same numbers on every machine.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Begins with a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when `end` is 0. The bias of the remainder does not matter here.
    pub fn below(&mut self, end: u64) -> u64 {
        self.bits().checked_rem(end).unwrap_or(0)
    }

    /// An index below `length`.
    pub fn index(&mut self, length: usize) -> usize {
        let end = u64::try_from(length).unwrap_or(u64::MAX);
        usize::try_from(self.below(end)).unwrap_or(0)
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of some texts; the empty text of none.
    pub fn pick<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts.get(self.index(texts.len())).copied().unwrap_or_default()
    }

    /// Brings things into a random order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for end in (1..things.len()).rev() {
            things.swap(end, self.index(end.saturating_add(1)));
        }
    }

    /// `count` of some things, in their order; all of them when there are fewer.
    pub fn choose<T>(&mut self, things: impl ExactSizeIterator<Item = T>, count: usize) -> Vec<T> {
        let (mut left, mut wanted) = (things.len(), count);
        let mut chosen = Vec::with_capacity(count.min(left));
        for thing in things {
            if self.index(left) < wanted {
                chosen.push(thing);
                wanted = wanted.saturating_sub(1);
            }
            left = left.saturating_sub(1);
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_published_numbers_of_the_algorithm() {
        let mut random = Random::new(1_234_567);
        let numbers = [random.bits(), random.bits(), random.bits()];
        assert_eq!(
            numbers,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn choosing_takes_as_many_as_wanted() {
        let mut random = Random::new(1);
        for count in 0..12 {
            assert_eq!(random.choose(0..10, count).len(), count.min(10));
        }
    }
}
