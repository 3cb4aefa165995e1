//! What of a mapping can be used, and how often it was.
//!
//! In: places in the file, as parts of the mapping and of its plan know them. Out: counts. Knows neither which places
//! there are nor who uses them.

use std::collections::BTreeMap;

use crate::diag::Span;

/// How a part of a mapping is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Used {
    /// A flow took an event.
    Taken,
    /// A step was carried out.
    Ran,
    /// A step was left out, because a condition did not hold.
    LeftOut,
    /// A request was asked for.
    Asked,
    /// A row had a value.
    Made,
    /// The value of a row came from the candidate with this index.
    Candidate(usize),
    /// The value of a row was its default.
    Default,
    /// A value was replaced by the entry of `map:` with this index.
    Replaced(usize),
    /// A required row had no value, so that the event was rejected or had failed.
    Lacking,
    /// A value did not fit, and the row says what then.
    Unfit,
    /// A text was cut.
    Cut,
    /// A rest sent a member.
    Sent,
    /// A condition, or a test in it, held.
    Held,
    /// A condition, or a test in it, did not hold.
    Failed,
    /// An answer was met by the form with this index of a line of an error table.
    Met(usize),
}

/// How often parts of a mapping were used, by their place in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks(BTreeMap<(Span, Used), u64>);

impl Marks {
    /// Counts one use.
    pub fn add(&mut self, at: Span, used: Used) {
        let count = self.0.entry((at, used)).or_default();
        *count = count.saturating_add(1);
    }

    /// Counts all uses of another run.
    pub fn merge(&mut self, other: &Marks) {
        for (place, n_uses) in &other.0 {
            let count = self.0.entry(*place).or_default();
            *count = count.saturating_add(*n_uses);
        }
    }

    /// How often something was used.
    #[must_use]
    pub fn count(&self, at: Span, used: Used) -> u64 {
        self.0.get(&(at, used)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_are_counted_by_place_and_kind() {
        let (here, there) = (Span::new(1, 2), Span::new(3, 4));
        let (mut first, mut second) = (Marks::default(), Marks::default());
        first.add(here, Used::Held);
        second.add(here, Used::Held);
        second.add(there, Used::Held);
        first.merge(&second);
        assert_eq!((first.count(here, Used::Held), first.count(there, Used::Held)), (2, 1));
        assert_eq!(first.count(here, Used::Failed), 0);
    }
}
