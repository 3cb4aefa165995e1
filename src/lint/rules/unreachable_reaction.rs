//! Forms of an error line behind one that has no condition.

use crate::diag::{Code, Safety};
use crate::lint::edit::without_element;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::source::Kind;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNREACHABLE_REACTION,
    since: "0.1",
    why: "The first form that fits counts, and one without `if` always fits.",
    fix: Some((Safety::Safe, "removes the form")),
    bad: include_str!("unreachable_reaction.bad.yaml"),
    good: include_str!("unreachable_reaction.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    let of_requests = scope.flat.requests.iter().flat_map(|(request, ..)| &request.errors);
    for rule in scope.mapping.service.errors.iter().chain(of_requests) {
        let Some(first) = rule.arms.iter().position(|arm| arm.when.is_none()) else { continue };
        let Some(Kind::List(items)) = scope.value_of(rule.span).map(|node| &node.kind) else { continue };
        if let (Some(winner), Some(idle)) = (items.get(first), items.get(first + 1)) {
            report
                .at(idle.span, "no answer leads to this: the form in front of it always fits")
                .label(winner.span, "has no condition")
                .help("put the forms with `if:` in front")
                .fix(without_element(scope.document, idle.span, Safety::Safe));
        }
    }
}
