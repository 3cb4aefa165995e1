//! Mutants: a mapping with one small mistake, which the cases should notice.
//!
//! In: the text of a mapping. Out: its mutants in the order of the text, each of one operator, and, where cases are
//! given, who noticed which. Must not know the command line, nor what time it is.

mod edit;
mod grammar;
mod operator;
mod operators;
mod reach;
mod role;
mod score;
mod trial;
mod view;
mod witness;

use std::collections::BTreeSet;

pub use operator::Operator;
pub use operators::OPERATORS;
pub use score::{Accepted, Score};
pub use trial::{Fate, Trial, TrialError, Tried};
pub use view::View;

use crate::diag::{Diagnostics, Edit, LineIndex, Span};
use crate::source;

/// A mapping with one small mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// Name of the operator that made it.
    pub operator: &'static str,
    /// The way to what was changed: `tables.user.rows.name`.
    pub at: String,
    /// Line in which the change begins, from 1.
    pub line: usize,
    /// What is changed, in a few words.
    pub what: String,
    edit: Edit,
}

impl Mutant {
    /// A mutant made by hand: the only place where `find` stands becomes `replace`. Nothing when there is none, or
    /// several.
    #[must_use]
    pub fn by_hand(text: &str, find: &str, replace: &str, what: &str) -> Option<Self> {
        let mut places = text.match_indices(find);
        let (start, _) = places.next()?;
        if places.next().is_some() {
            return None;
        }
        let span = Span::new(start, start + find.len());
        Some(Self {
            operator: "by-hand",
            at: what.to_owned(),
            line: LineIndex::new(text).position(start).line,
            what: what.to_owned(),
            edit: Edit { span, text: replace.to_owned() },
        })
    }

    /// The mapping with the mistake in it; it has as many lines as before.
    #[must_use]
    pub fn applied_to(&self, text: &str) -> String {
        let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
        let span = self.edit.span;
        [part(0..span.start), &self.edit.text, part(span.end..text.len())].concat()
    }

    /// Its number in a lottery: FNV-1a of what it is, mixed as in `SplitMix64`.
    fn lot(&self, seed: u64) -> u64 {
        let bytes = [self.operator, &self.at, &self.what].into_iter().flat_map(str::bytes);
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325 ^ seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^ (hash >> 31)
    }

    /// The place that it belongs to: a table, a step.
    fn place(&self) -> &str {
        let end = self.at.match_indices(['.', '[']).nth(3).map_or(self.at.len(), |(end, _)| end);
        self.at.get(..end).unwrap_or(&self.at)
    }
}

/// All mutants of a mapping, in the order of the text. No two of them have the same text.
#[must_use]
pub fn mutants(text: &str) -> Vec<Mutant> {
    mutants_by(OPERATORS, text)
}

/// So many of the mutants, in their order, always the same ones for the same seed. Which of the others there are does
/// not matter, so that a change elsewhere in the mapping leaves most of the sample as it was.
#[must_use]
pub fn sample(mutants: Vec<Mutant>, most: usize, seed: u64) -> Vec<Mutant> {
    let mut lots: Vec<(u64, usize)> =
        mutants.iter().enumerate().map(|(index, mutant)| (mutant.lot(seed), index)).collect();
    lots.sort_unstable();
    let chosen: BTreeSet<usize> = lots.into_iter().take(most).map(|(_, index)| index).collect();
    mutants
        .into_iter()
        .enumerate()
        .filter(|(index, _)| chosen.contains(index))
        .map(|(_, mutant)| mutant)
        .collect()
}

/// The same with some operators only.
fn mutants_by(operators: &[Operator], text: &str) -> Vec<Mutant> {
    let Some(document) = source::read(text, &mut Diagnostics::new()) else { return Vec::new() };
    let lines = LineIndex::new(text);
    let mut seen = BTreeSet::from([text.to_owned()]);
    let mut mutants = Vec::new();
    for spot in role::spots(&document) {
        for operator in operators {
            for change in operator.changes(&spot, text) {
                let mutant = Mutant {
                    operator: operator.name,
                    at: spot.route.to_string(),
                    line: lines.position(change.edit.span.start).line,
                    what: change.what,
                    edit: change.edit,
                };
                if seen.insert(mutant.applied_to(text)) {
                    mutants.push(mutant);
                }
            }
        }
    }
    mutants
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "tables: {t: {rows: {a: [$.a.b, $.c.d, $.e.f], g: {from: $.g.h, as: date}}}}\n";

    #[test]
    fn they_come_in_the_order_of_the_text() {
        let lines: Vec<usize> = mutants(TEXT).iter().map(|mutant| mutant.edit.span.start).collect();
        assert!(lines.len() > 8, "{lines:?}");
        assert!(lines.iter().all(|start| *start > 0));
    }

    #[test]
    fn a_sample_is_the_same_each_time() {
        let all = mutants(TEXT);
        let five = sample(all.clone(), 5, 7);
        assert_eq!(five.len(), 5);
        assert_eq!(five, sample(all.clone(), 5, 7));
        assert_ne!(five, sample(all.clone(), 5, 8));
        assert_eq!(sample(all.clone(), 1000, 7), all);
    }

    #[test]
    fn a_sample_hardly_changes_with_the_rest_of_the_mapping() {
        let more = TEXT.replace("date}", "date}, z: $.z");
        let in_both = sample(mutants(&more), 5, 7);
        let before = sample(mutants(TEXT), 5, 7);
        let same =
            before.iter().filter(|old| in_both.iter().any(|new| new.what == old.what && new.at == old.at));
        assert!(same.count() >= 3);
    }
}
