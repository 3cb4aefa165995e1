//! Conditions that never hold.

use super::mixed_types;

use crate::diag::{Code, quoted};
use crate::lint::decide::Truth;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Site;
use crate::model::{Condition, ConditionKind};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::NEVER_TRUE,
    since: "0.1",
    why: "What stands behind it is never done, though it looks as if it were. The proof is over the types, \
          settings and constants that the mapping itself declares.",
    fix: None,
    bad: include_str!("never_true.bad.yaml"),
    good: include_str!("never_true.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (condition, _, site) in &scope.flat.conditions {
        for part in decided(scope, condition, *site, Truth::Never) {
            let found = report.at(part.span, "this never holds");
            found.help("see what it says about each value, or remove what waits for it");
            if let Some(known) = known(scope, part, *site) {
                found.mark(known);
            }
        }
    }
}

/// The smallest parts of a condition that always, or never, hold.
pub(super) fn decided<'m>(
    scope: &Scope<'m>,
    condition: &'m Condition,
    site: Site<'m>,
    wanted: Truth,
) -> Vec<&'m Condition> {
    let truth = scope.truth(condition, site);
    let parts: &[Condition] = match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => parts,
        ConditionKind::Not(_) | ConditionKind::Test(..) => &[],
    };
    if truth != Truth::Depends && mixed_types::is_in(scope, condition, site) {
        return Vec::new();
    }
    let of_parts: Vec<&Condition> =
        parts.iter().flat_map(|part| decided(scope, part, site, wanted)).collect();
    let of_any = matches!(condition.kind, ConditionKind::Any(_));
    // All of several never hold because one of them does not; any of several always holds because of one.
    let is_due_to_parts = !of_parts.is_empty() && of_any == (wanted == Truth::Always);
    if truth == wanted && !is_due_to_parts { vec![condition] } else { of_parts }
}

/// What is known about the value that a test looks at, in a few words.
pub(super) fn known<'m>(scope: &Scope<'m>, condition: &'m Condition, site: Site<'m>) -> Option<String> {
    let (text, shape) = match &condition.kind {
        ConditionKind::Test(text, _) => (text, scope.shape_at(text, site)),
        ConditionKind::Not(part) => return known(scope, part, site),
        ConditionKind::All(_) | ConditionKind::Any(_) => return None,
    };
    let shown = quoted(&text.text);
    let is_there = if shape.missing { "or missing" } else { "and always there" };
    let values = shape.values.as_deref().filter(|values| (1..=6).contains(&values.len()));
    if let Some(values) = values {
        let texts: Vec<String> = values.iter().map(|value| quoted(&value.to_string())).collect();
        return Some(format!("{shown} is {}, {is_there}", texts.join(" or ")));
    }
    let pattern = shape.bounds.as_ref().and_then(|bounds| bounds.pattern.as_ref());
    match pattern {
        Some(pattern) => Some(format!("{shown} matches {}, {is_there}", quoted(pattern))),
        None if shape.kinds.is_none() => Some(format!("{shown} is always missing")),
        None => Some(format!("{shown} is {}, {is_there}", shape.kinds.words())),
    }
}
