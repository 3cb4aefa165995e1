//! 401 as something else than `fail`, `retry` or `refresh_auth`.

use crate::diag::{Code, Safety};
use crate::lint::answers::reactions;
use crate::lint::edit::with_line;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Answers, Reaction};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::REJECTED_LOGIN,
    since: "0.1",
    why: "401 says that the credentials are wrong, which is no fault of the event. Rejected or skipped \
          events are not sent again once the credentials are right.",
    fix: Some((Safety::Unsafe, "writes `401: fail`")),
    bad: include_str!("rejected_login.bad.yaml"),
    good: include_str!("rejected_login.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, ..) in &scope.flat.requests {
        for (reaction, line) in reactions(scope, request, Answers::Status(401)) {
            let is_fine = matches!(reaction, Reaction::Fail | Reaction::Retry | Reaction::RefreshAuth);
            if let Some(line) = line.filter(|_| !is_fine) {
                report
                    .at(
                        line,
                        format!("401 means `{}` here, though the event is not to blame", reaction.name()),
                    )
                    .help("write `401: fail`, or `401: refresh_auth` where credentials can be renewed")
                    .fix(with_line(scope.document, line, "401", "fail"));
            }
        }
    }
}
