//! Tests of a value with a constant of another type.

use crate::diag::{Code, Fix, Safety, quoted};
use crate::lint::edit::last_word;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::shape::Kinds;
use crate::lint::walk::Site;
use crate::model::{Condition, ConditionKind, Test, Text};
use crate::value::Type;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::MIXED_TYPES,
    since: "0.1",
    why: "Kinds are kept apart: `1` is not `\"1\"`, and a number does not compare with a text. Such a test \
          never holds.",
    fix: Some((Safety::Unsafe, "writes the constant as the type has it, where it can be written so")),
    bad: include_str!("mixed_types.bad.yaml"),
    good: include_str!("mixed_types.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (condition, _, site) in &scope.flat.conditions {
        for (condition, text, (has, wanted)) in mixed(scope, condition, *site) {
            let shown = quoted(&text.text);
            let message = format!("{shown} is {}, and is compared with {}", has.words(), wanted.words());
            report
                .at(condition.span, message)
                .help("write a constant of the same type, or cast the value with `as:`")
                .fix(retyped(scope, condition, has));
        }
    }
}

/// The constant as the other type has it.
fn retyped(scope: &Scope<'_>, condition: &Condition, has: Kinds) -> Option<Fix> {
    let ConditionKind::Test(_, Test::Equals(constant) | Test::Compare(_, constant)) = &condition.kind else {
        return None;
    };
    let node = last_word(scope.document, condition.span)?;
    let types = [(Kinds::NUMBER, Type::Number), (Kinds::BOOLEAN, Type::Boolean), (Kinds::TEXT, Type::String)];
    let to = types.into_iter().find(|(kinds, _)| *kinds == has)?.1;
    Some(Fix::new(Safety::Unsafe, node.span, to.cast_value(constant).ok()?.to_string()))
}

/// Whether there is such a test in a condition.
pub(super) fn is_in<'m>(scope: &Scope<'m>, condition: &'m Condition, site: Site<'m>) -> bool {
    !mixed(scope, condition, site).is_empty()
}

type Mixed<'m> = (&'m Condition, &'m Text, (Kinds, Kinds));

fn mixed<'m>(scope: &Scope<'m>, condition: &'m Condition, site: Site<'m>) -> Vec<Mixed<'m>> {
    match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => {
            parts.iter().flat_map(|part| mixed(scope, part, site)).collect()
        }
        ConditionKind::Not(part) => mixed(scope, part, site),
        ConditionKind::Test(text, test) => {
            let constants = match test {
                Test::Equals(value) | Test::Compare(_, value) => std::slice::from_ref(value),
                Test::In(values) => values.as_slice(),
                _ => &[],
            };
            let wanted = constants.iter().fold(Kinds::NONE, |kinds, value| kinds | Kinds::of(value));
            let wanted = wanted.without(Kinds::NULL);
            let has = scope.shape_at(text, site).kinds.without(Kinds::NULL);
            let is_mixed = !wanted.is_none() && !has.is_none() && !has.meets(wanted);
            if is_mixed { vec![(condition, text, (has, wanted))] } else { Vec::new() }
        }
    }
}
