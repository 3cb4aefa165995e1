//! `truncate` on rows that give no text.

use crate::diag::{Code, Safety, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::shape::Kinds;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::IDLE_TRUNCATE,
    since: "0.1",
    why: "Only texts are cut; the length that the destination allows is not kept.",
    fix: Some((Safety::Safe, "removes `truncate`")),
    bad: include_str!("idle_truncate.bad.yaml"),
    good: include_str!("idle_truncate.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (row, _, site) in scope.flat.rows.iter().filter(|(row, ..)| row.truncate.is_some()) {
        let kinds = scope.row_at(row, *site).kinds.without(Kinds::NULL);
        if !kinds.is_none() && !kinds.meets(Kinds::TEXT) {
            let message = format!("{} is {}, which is never cut", quoted(&row.name.text), kinds.words());
            report
                .at(scope.key_span(row.span, "truncate"), message)
                .help("remove it, or make the value a text with `as: string`")
                .fix(scope.removal_of(row.span, "truncate", Safety::Safe));
        }
    }
}
