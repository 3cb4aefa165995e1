//! Comparisons of e-mail addresses that look at the case of letters.

use super::personal_data_in_url::is_email;

use crate::diag::{Code, Fix, Safety, Span};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Site;
use crate::model::{Condition, ConditionKind, Test};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::CASE_SENSITIVE_EMAIL,
    since: "0.1",
    why: "Hardly any system tells Ada@acme.test from ada@acme.test. Compared letter by letter, the same \
          person is not found and is created again. This rule goes by types and names, so it may be wrong.",
    fix: Some((Safety::Unsafe, "writes the operator that ignores case")),
    bad: include_str!("case_sensitive_email.bad.yaml"),
    good: include_str!("case_sensitive_email.good.yaml"),
    check: Check::Mapping(check),
};

/// The operators that look at case, and those that do not.
const OPERATORS: [(&str, &str); 2] =
    [("same_as", "same_as_ignoring_case"), ("in_list", "in_list_ignoring_case")];

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (condition, _, site) in &scope.flat.conditions {
        look(scope, condition, *site, report);
    }
}

fn look<'m>(scope: &Scope<'m>, condition: &Condition, site: Site<'m>, report: &mut Report<'_>) {
    match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => {
            for part in parts {
                look(scope, part, site, report);
            }
        }
        ConditionKind::Not(part) => look(scope, part, site, report),
        ConditionKind::Test(text, Test::SameAs(other) | Test::InList(other)) => {
            let flows = scope.flows_of(site.owner);
            if !is_email(scope, text, &flows) && !is_email(scope, other, &flows) {
                return;
            }
            let written =
                scope.document.text.get(condition.span.start..condition.span.end).unwrap_or_default();
            let operator = OPERATORS.iter().find(|(operator, _)| written.starts_with(operator));
            let found = report.at(condition.span, "this tells Ada@acme.test from ada@acme.test");
            found.help("compare with `same_as_ignoring_case` or `in_list_ignoring_case`");
            found.fix(operator.map(|(operator, better)| {
                let span = Span::new(condition.span.start, condition.span.start + operator.len());
                Fix::new(Safety::Unsafe, span, *better)
            }));
        }
        ConditionKind::Test(..) => {}
    }
}
