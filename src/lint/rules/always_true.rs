//! Conditions that always hold.

use super::never_true::{decided, known};

use crate::diag::{Code, Fix, Safety};
use crate::lint::decide::Truth;
use crate::lint::edit::{find, key_starting_at};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Purpose;
use crate::model::{Condition, ConditionKind};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::ALWAYS_TRUE,
    since: "0.1",
    why: "It guards nothing, so whoever added it believes in a case that it does not keep out.",
    fix: Some((Safety::Unsafe, "removes it where all of several conditions must hold")),
    bad: include_str!("always_true.bad.yaml"),
    good: include_str!("always_true.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (condition, purpose, site) in &scope.flat.conditions {
        for part in decided(scope, condition, *site, Truth::Always) {
            let fix = removal(scope, condition, part).filter(|_| *purpose != Purpose::Require);
            let found = report.at(part.span, "this always holds");
            found.help("remove it, or write what it was meant to keep out").fix(fix);
            if let Some(known) = known(scope, part, *site) {
                found.mark(known);
            }
        }
    }
}

/// A fix that takes a part out of a condition of which all parts must hold.
fn removal(scope: &Scope<'_>, whole: &Condition, part: &Condition) -> Option<Fix> {
    let key = key_starting_at(scope.document, part.span.start)
        .or_else(|| find(scope.document, part.span)?.entry.map(|(key, _)| key.span));
    scope.removal(key.filter(|_| is_conjunct(whole, part))?, Safety::Unsafe)
}

fn is_conjunct(whole: &Condition, part: &Condition) -> bool {
    let parts: &[Condition] = match &whole.kind {
        ConditionKind::All(parts) => parts,
        _ => &[],
    };
    std::ptr::eq(whole, part) || parts.iter().any(|inner| is_conjunct(inner, part))
}
