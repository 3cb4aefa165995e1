//! Mutants: a mapping with one small mistake, which the cases should notice.
//!
//! In: the text of a mapping. Out: its mutants in the order of the text, each of one operator, and, where cases are
//! given, who noticed which. Must not know the command line, nor what time it is.

mod edit;
mod operator;
mod operators;
mod role;
mod trial;
mod witness;

use std::collections::BTreeSet;

pub use operator::Operator;
pub use operators::OPERATORS;
pub use trial::{Fate, Trial, TrialError, Tried};

use crate::diag::{Diagnostics, Edit, LineIndex};
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
    /// The mapping with the mistake in it; it has as many lines as before.
    #[must_use]
    pub fn applied_to(&self, text: &str) -> String {
        let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
        let span = self.edit.span;
        [part(0..span.start), &self.edit.text, part(span.end..text.len())].concat()
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
