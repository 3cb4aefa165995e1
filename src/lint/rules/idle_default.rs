//! Defaults of rows that always have a value.

use crate::diag::{Code, Safety, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::IDLE_DEFAULT,
    since: "0.1",
    why: "It promises a value that no event gets.",
    fix: Some((Safety::Safe, "removes the default")),
    bad: include_str!("idle_default.bad.yaml"),
    good: include_str!("idle_default.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (row, _, site) in scope.flat.rows.iter().filter(|(row, ..)| row.default.is_some()) {
        if scope.has_idle_default(row, *site) {
            report
                .at(
                    scope.key_span(row.span, "default"),
                    format!(
                        "the default of {} is never used: there is always a value",
                        quoted(&row.name.text)
                    ),
                )
                .help("remove it")
                .fix(scope.removal_of(row.span, "default", Safety::Safe));
        }
    }
}
