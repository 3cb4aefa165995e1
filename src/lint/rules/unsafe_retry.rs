//! Writes that are repeated after an answer that leaves open whether they have arrived.

use crate::diag::Code;
use crate::lint::answers::{UNCLEAR, reactions, spelt};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Role;
use crate::model::{Answers, Method, Reaction, Request};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNSAFE_RETRY,
    since: "0.1",
    why: "After a timeout or a server error nobody knows whether a POST has arrived. Made again, it may \
          create the same thing twice. A way that upserts by its path (`…/create_or_update`), and a table \
          that knows the conflict (409 or 422 as `done`), are taken for safe. Source: RFC 9110, section \
          9.2.2.",
    fix: None,
    bad: include_str!("unsafe_retry.bad.yaml"),
    good: include_str!("unsafe_retry.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, role, _) in &scope.flat.requests {
        let is_safe = !matches!(request.method, Method::Post | Method::Patch)
            || *role != Role::Step
            || request.verify.is_some()
            || request.once.as_ref().is_some_and(|once| !once.is_remembered)
            || is_upsert(&request.path.text)
            || knows_conflicts(scope, request);
        let unclear = UNCLEAR.into_iter().find(|answer| {
            let possible = reactions(scope, request, *answer);
            !is_safe && possible.iter().any(|(reaction, _)| *reaction == Reaction::Retry)
        });
        if let Some(answer) = unclear {
            let message =
                format!("made again after {}, this {} may be made twice", spelt(answer), request.method);
            report
                .at(request.path.span, message)
                .help("say with `verify:` how to see whether it has arrived, look before with `ensure:`, or do not `retry`");
        }
    }
}

/// Guess: a path that says so by its last words makes the same thing once, however often it is asked.
fn is_upsert(path: &str) -> bool {
    let last = path.rsplit('/').find(|part| !part.starts_with(':')).unwrap_or_default().to_ascii_lowercase();
    ["update", "upsert", "merge", "sync", "replace", "search", "identify"]
        .iter()
        .any(|word| last.contains(word))
}

/// Whether the table takes a conflict for success, which it is when the first try has arrived.
fn knows_conflicts(scope: &Scope<'_>, request: &Request) -> bool {
    [Answers::Status(409), Answers::Status(422)].into_iter().any(|answer| {
        let possible = reactions(scope, request, answer);
        possible.iter().any(|(reaction, _)| matches!(reaction, Reaction::Done | Reaction::Missing))
    })
}
