//! Suppressions without a reason.

use crate::diag::Code;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNEXPLAINED_SUPPRESSION,
    since: "0.1",
    why: "Nobody dares to remove it, and nobody learns from it.",
    fix: None,
    bad: include_str!("unexplained_suppression.bad.yaml"),
    good: include_str!("unexplained_suppression.good.yaml"),
    check: Check::Suppressions(check),
};

fn check(scope: &Scope<'_>, _used: &[Vec<bool>], report: &mut Report<'_>) {
    for allow in scope.allows.iter().filter(|allow| allow.is_whole && allow.reason.is_none()) {
        report.at(allow.span, "this does not say why").help("write `-- why` behind the name of the rule");
    }
}
