//! Answers that no table of errors speaks about.

use crate::diag::{Code, Safety};
use crate::lint::answers::{reactions, spelt};
use crate::lint::edit::with_entries;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Answers, Reaction};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::INCOMPLETE_ERRORS,
    since: "0.1",
    why: "What no table says fails the event without another try: a short outage becomes a pile of dead \
          letters.",
    fix: Some((Safety::Unsafe, "adds the usual meanings of these answers")),
    bad: include_str!("incomplete_errors.bad.yaml"),
    good: include_str!("incomplete_errors.good.yaml"),
    check: Check::Mapping(check),
};

/// Answers that every destination gives sooner or later, and what they mostly mean.
const EXPECTED: [(Answers, Reaction); 10] = [
    (Answers::Status(401), Reaction::Fail),
    (Answers::Status(403), Reaction::Fail),
    (Answers::Status(404), Reaction::Fail),
    (Answers::Status(409), Reaction::Retry),
    (Answers::Status(422), Reaction::Reject),
    (Answers::Status(429), Reaction::Retry),
    (Answers::Class(5), Reaction::Retry),
    (Answers::Timeout, Reaction::Retry),
    (Answers::Unreachable, Reaction::Retry),
    (Answers::Body, Reaction::Fail),
];

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    let is_open = |(answer, _): &(Answers, Reaction)| {
        scope.flat.requests.iter().any(|(request, ..)| {
            let is_asked = *answer != Answers::Body || !request.give.is_empty();
            is_asked && reactions(scope, request, *answer).iter().any(|(_, line)| line.is_none())
        })
    };
    let open: Vec<(Answers, Reaction)> = EXPECTED.into_iter().filter(is_open).collect();
    let Some((service, node)) = scope.document.root.entry("service").filter(|_| !open.is_empty()) else {
        return;
    };
    let errors = node.entry("errors");
    let names: Vec<String> = open.iter().map(|(answer, _)| spelt(*answer)).collect();
    let lines: Vec<String> =
        open.iter().map(|(answer, reaction)| format!("{}: {}", spelt(*answer), reaction.name())).collect();
    // Several lines in front of the first one, in braces or each on its own.
    let fix = errors.and_then(|(_, errors)| with_entries(scope.document, errors.span, &lines));
    report
        .at(
            errors.map_or(service.span, |(key, _)| key.span),
            format!("no line says what {} means", names.join(", ")),
        )
        .help("add a line for each, as in `5xx: retry`; what no line says fails the event")
        .fix(fix);
}
