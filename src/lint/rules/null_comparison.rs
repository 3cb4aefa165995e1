//! Comparisons with null.

use crate::diag::{Code, Fix, Safety};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Condition, ConditionKind, Test};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::NULL_COMPARISON,
    since: "0.1",
    why: "Missing and null are two things: `equals: null` does not hold for a value that is missing, which \
          is the usual case. `is:` names what is meant.",
    fix: Some((Safety::Safe, "writes `is: \"null\"`, which holds for the same values")),
    bad: include_str!("null_comparison.bad.yaml"),
    good: include_str!("null_comparison.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    scope.flat.conditions.iter().for_each(|(condition, ..)| look(scope, condition, report));
}

fn look(scope: &Scope<'_>, condition: &Condition, report: &mut Report<'_>) {
    match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => {
            for part in parts {
                look(scope, part, report);
            }
        }
        ConditionKind::Not(part) => look(scope, part, report),
        ConditionKind::Test(_, Test::Equals(value)) if value.is_null() => {
            let written = scope.document.text.get(condition.span.start..condition.span.end);
            let is_alone = written.is_some_and(|written| written.starts_with("equals"));
            report
                .at(condition.span, "a comparison with null")
                .help("write `is: missing`, `is: \"null\"`, or `is: [missing, \"null\"]`")
                .fix(is_alone.then(|| Fix::new(Safety::Safe, condition.span, "is: \"null\"")));
        }
        ConditionKind::Test(_, Test::In(values)) if values.iter().any(serde_json::Value::is_null) => {
            report
                .at(condition.span, "one of the values compared with is null")
                .help("ask with `is:` whether the value is there, and leave null out");
        }
        ConditionKind::Test(..) => {}
    }
}
