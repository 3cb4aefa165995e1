//! `verify` on a write that is never repeated.

use crate::diag::{Code, Safety};
use crate::lint::answers::{UNCLEAR, reactions};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Reaction, Request};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::IDLE_VERIFY,
    since: "0.1",
    why: "It is asked before a write is made again after a timeout, a 408 or a 5xx other than 503. When the \
          table repeats none of these, it never is.",
    fix: Some((Safety::Safe, "removes `verify`")),
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
        if let Some(verify) = request.verify.as_ref().filter(|_| !is_repeated) {
            let fix = scope.removal_of(request.span, "verify", Safety::Safe);
            report
                .at(scope.key_span(request.span, "verify"), "nobody asks this: the write is never made again")
                .help("write `timeout: retry` and `5xx: retry`, or remove it")
                .fix(fix.filter(|_| !gives_alone(scope, request, verify)));
        }
    }
}

/// Whether the read gives something under a name that the write does not give, and somebody reads it.
fn gives_alone(scope: &Scope<'_>, request: &Request, verify: &Request) -> bool {
    verify.give.iter().any(|row| {
        let name = row.name.text.as_str();
        let is_own = request.give.iter().all(|other| other.name.text != name);
        is_own && scope.read.outputs.iter().any(|(_, output)| *output == name)
    })
}
