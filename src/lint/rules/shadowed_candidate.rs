//! Candidates behind one that is always present.

use crate::diag::{Code, Safety, quoted};
use crate::lint::edit::without_element;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::Source;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::SHADOWED_CANDIDATE,
    since: "0.1",
    why: "It can never win, so whoever added it believes in data that is never sent.",
    fix: Some((Safety::Safe, "removes the candidate")),
    bad: include_str!("shadowed_candidate.bad.yaml"),
    good: include_str!("shadowed_candidate.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (row, _, site) in &scope.flat.rows {
        let (Source::From(from) | Source::Each { from, .. }) = &row.source else { continue };
        for (index, text) in from.iter().enumerate() {
            let Some((winner, why)) = scope.shadow(row, index, *site) else { continue };
            let message =
                format!("{} is never looked at: {} {why}", quoted(&text.text), quoted(&winner.text));
            report
                .at(text.span, message)
                .label(winner.span, "this one wins")
                .help("remove it, or put it in front")
                .fix(without_element(scope.document, text.span, Safety::Safe));
            break;
        }
    }
}
