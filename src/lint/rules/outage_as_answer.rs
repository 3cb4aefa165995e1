//! Server errors, timeouts and lost connections as `done`, `missing`, `skip` or `reject`.

use crate::diag::{Code, Safety};
use crate::lint::answers::{reactions, spelt};
use crate::lint::edit::with_value;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Answers, Reaction};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::OUTAGE_AS_ANSWER,
    since: "0.1",
    why: "The destination has said nothing about the event. Taken for \"not found\", an outage creates what \
          is already there; taken for a bad event, it loses it.",
    fix: Some((Safety::Unsafe, "writes `retry`")),
    bad: include_str!("outage_as_answer.bad.yaml"),
    good: include_str!("outage_as_answer.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    let outages = [Answers::Status(500), Answers::Status(503), Answers::Timeout, Answers::Unreachable];
    for (request, ..) in &scope.flat.requests {
        for answer in outages {
            for (reaction, line) in reactions(scope, request, answer) {
                let is_fine = matches!(reaction, Reaction::Fail | Reaction::Retry | Reaction::RefreshAuth);
                if let Some(line) = line.filter(|_| !is_fine) {
                    let answer =
                        if matches!(answer, Answers::Status(_)) { "5xx".into() } else { spelt(answer) };
                    report
                        .at(
                            line,
                            format!("{answer} means `{}` here, though nothing was answered", reaction.name()),
                        )
                        .help("write `retry`, or `fail`")
                        .fix(with_value(scope.document, line, "retry"));
                }
            }
        }
    }
}
