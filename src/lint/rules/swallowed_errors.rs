//! A whole class of errors as `done`, `missing` or `skip`.

use crate::diag::{Code, quoted};
use crate::lint::answers::spelt;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Answers, Reaction};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::SWALLOWED_ERRORS,
    since: "0.1",
    why: "The mistake in the mapping, the missing right and the bad value all look like success. Only an \
          exact status says what has happened.",
    fix: None,
    bad: include_str!("swallowed_errors.bad.yaml"),
    good: include_str!("swallowed_errors.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    let of_requests = scope.flat.requests.iter().flat_map(|(request, ..)| &request.errors);
    for rule in scope.mapping.service.errors.iter().chain(of_requests) {
        let swallows = rule.answers == Answers::Class(4)
            && rule.arms.iter().any(|arm| {
                arm.when.is_none() && matches!(arm.then, Reaction::Done | Reaction::Missing | Reaction::Skip)
            });
        if swallows {
            report
                .at(
                    rule.span,
                    format!("{} counts as success, whatever has been refused", quoted(&spelt(rule.answers))),
                )
                .help("name the status that is meant, as in `404: missing`, and write `4xx: reject`");
        }
    }
}
