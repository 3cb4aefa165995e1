//! Conditions that always hold.

use super::never_true::decided;

use crate::diag::Code;
use crate::lint::decide::Truth;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::ALWAYS_TRUE,
    since: "0.1",
    why: "It guards nothing, so whoever added it believes in a case that it does not keep out.",
    fix: None,
    bad: include_str!("always_true.bad.yaml"),
    good: include_str!("always_true.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (condition, _, site) in &scope.flat.conditions {
        for span in decided(scope, condition, *site, Truth::Always) {
            report.at(span, "this always holds").help("remove it, or write what it was meant to keep out");
        }
    }
}
