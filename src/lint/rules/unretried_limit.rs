//! 429 as something else than `retry`.

use crate::diag::{Code, Safety};
use crate::lint::answers::reactions;
use crate::lint::edit::with_line;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Answers, Reaction};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNRETRIED_LIMIT,
    since: "0.1",
    why: "429 says that there were too many requests, and when to come back. Whatever else it leads to \
          loses events when they come in numbers. Source: RFC 6585, section 4.",
    fix: Some((Safety::Unsafe, "writes `429: retry`")),
    bad: include_str!("unretried_limit.bad.yaml"),
    good: include_str!("unretried_limit.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, ..) in &scope.flat.requests {
        for (reaction, line) in reactions(scope, request, Answers::Status(429)) {
            if let Some(line) = line.filter(|_| reaction != Reaction::Retry) {
                report
                    .at(line, format!("429 means `{}` here, and says only: later", reaction.name()))
                    .help("write `429: retry`")
                    .fix(with_line(scope.document, line, "429", "retry"));
            }
        }
    }
}
