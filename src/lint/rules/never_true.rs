//! Conditions that never hold.

use super::mixed_types;

use crate::diag::{Code, Span};
use crate::lint::decide::Truth;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Site;
use crate::model::{Condition, ConditionKind};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::NEVER_TRUE,
    since: "0.1",
    why: "What stands behind it is never done, though it looks as if it were. The proof is over the types, settings and constants that the mapping itself declares.",
    fix: None,
    bad: include_str!("never_true.bad.yaml"),
    good: include_str!("never_true.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (condition, _, site) in &scope.flat.conditions {
        for span in decided(scope, condition, *site, Truth::Never) {
            report
                .at(span, "this never holds")
                .help("see what it says about each value, or remove what waits for it");
        }
    }
}

/// The smallest parts of a condition that always, or never, hold.
pub(super) fn decided<'m>(
    scope: &Scope<'m>,
    condition: &'m Condition,
    site: Site<'m>,
    wanted: Truth,
) -> Vec<Span> {
    let truth = scope.truth(condition, site);
    let parts: &[Condition] = match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => parts,
        ConditionKind::Not(_) | ConditionKind::Test(..) => &[],
    };
    if truth != Truth::Depends && mixed_types::is_in(scope, condition, site) {
        return Vec::new();
    }
    let of_parts: Vec<Span> = parts.iter().flat_map(|part| decided(scope, part, site, wanted)).collect();
    let of_any = matches!(condition.kind, ConditionKind::Any(_));
    // All of several never hold because one of them does not; any of several always holds because of one.
    let is_due_to_parts = !of_parts.is_empty() && of_any == (wanted == Truth::Always);
    if truth == wanted && !is_due_to_parts { vec![condition.span] } else { of_parts }
}
