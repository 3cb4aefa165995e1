//! `verify` on a write that is never repeated.

use crate::diag::Code;
use crate::lint::answers::{UNCLEAR, reactions};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::Reaction;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::IDLE_VERIFY,
    since: "0.1",
    why: "It is asked before a write is made again after a timeout, a 408 or a 5xx other than 503. When the table repeats none of these, it never is.",
    fix: None,
    bad: include_str!("idle_verify.bad.yaml"),
    good: include_str!("idle_verify.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, ..) in &scope.flat.requests {
        let is_repeated = UNCLEAR.into_iter().any(|answer| {
            let possible = reactions(scope, request, answer);
            possible.iter().any(|(reaction, _)| matches!(reaction, Reaction::Retry | Reaction::RefreshAuth))
        });
        if request.verify.is_some() && !is_repeated {
            report
                .at(scope.key_span(request.span, "verify"), "nobody asks this: the write is never made again")
                .help("write `timeout: retry` and `5xx: retry`, or remove it");
        }
    }
}
