//! Ways to log in behind one that always counts.

use crate::diag::{Code, Safety};
use crate::lint::decide::{Truth, negated};
use crate::lint::edit::without_element;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Site;
use crate::model::Condition;
use crate::source::Kind;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNREACHABLE_LOGIN,
    since: "0.1",
    why: "The first whose `when` holds is used, and one without `when` always is.",
    fix: Some((Safety::Safe, "removes the way to log in")),
    bad: include_str!("unreachable_login.bad.yaml"),
    good: include_str!("unreachable_login.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    let site = Site::of_service();
    let auth = scope.document.root.get("service").and_then(|service| service.get("auth"));
    let Some(Kind::List(items)) = auth.map(|auth| &auth.kind) else { return };
    let mut passed: Vec<Condition> = Vec::new();
    let mut is_settled = false;
    for (login, item) in scope.mapping.service.auth.iter().zip(items) {
        let all: Vec<&Condition> = passed.iter().chain(&login.when).collect();
        if is_settled || (!all.is_empty() && scope.decide(&all, site) == Truth::Never) {
            report
                .at(item.span, "this way to log in is never used: those in front of it always are")
                .help("give those in front a `when:`, or remove this one")
                .fix(without_element(scope.document, item.span, Safety::Safe));
        }
        match &login.when {
            Some(when) => passed.push(negated(when)),
            None => is_settled = true,
        }
    }
}
