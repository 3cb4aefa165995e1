//! Answers that no table of errors speaks about.

use crate::diag::Code;
use crate::lint::answers::{reactions, spelt};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::Answers;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::INCOMPLETE_ERRORS,
    since: "0.1",
    why: "What no table says fails the event without another try: a short outage becomes a pile of dead letters.",
    fix: None,
    bad: include_str!("incomplete_errors.bad.yaml"),
    good: include_str!("incomplete_errors.good.yaml"),
    check: Check::Mapping(check),
};

/// Answers that every destination gives sooner or later.
const EXPECTED: [Answers; 10] = [
    Answers::Status(401),
    Answers::Status(403),
    Answers::Status(404),
    Answers::Status(409),
    Answers::Status(422),
    Answers::Status(429),
    Answers::Class(5),
    Answers::Timeout,
    Answers::Unreachable,
    Answers::Body,
];

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    let is_open = |answer: &Answers| {
        scope.flat.requests.iter().any(|(request, ..)| {
            let is_asked = *answer != Answers::Body || !request.give.is_empty();
            is_asked && reactions(scope, request, *answer).iter().any(|(_, line)| line.is_none())
        })
    };
    let open: Vec<String> = EXPECTED.into_iter().filter(is_open).map(spelt).collect();
    let Some((service, node)) = scope.document.root.entry("service").filter(|_| !open.is_empty()) else {
        return;
    };
    let span = node.entry("errors").map_or(service.span, |(key, _)| key.span);
    report
        .at(span, format!("no line says what {} means", open.join(", ")))
        .help("add a line for each, as in `5xx: retry`; what no line says fails the event");
}
