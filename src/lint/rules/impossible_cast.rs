//! Casts that always fail.

use crate::diag::{Code, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::shape::{Kinds, taken_by};
use crate::model::Source;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::IMPOSSIBLE_CAST,
    since: "0.1",
    why: "Every event that has the value is rejected, or loses it. The proof is over the types that the \
          mapping itself declares.",
    fix: None,
    bad: include_str!("impossible_cast.bad.yaml"),
    good: include_str!("impossible_cast.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (row, _, site) in &scope.flat.rows {
        let (Source::From(from), Some(cast)) = (&row.source, &row.cast) else { continue };
        for text in from {
            let kinds = scope.candidate_at(row, text, *site).kinds.without(Kinds::NULL);
            if kinds.is_none() || kinds.meets(taken_by(cast)) {
                continue;
            }
            let message =
                format!("{} is {} and never becomes {}", quoted(&text.text), kinds.words(), cast.describe());
            report.at(text.span, message).help("choose a type that fits, or read another value");
        }
    }
}
