//! 404 as `done`, `missing` or `skip` on a write that does not delete.

use crate::diag::{Code, Safety};
use crate::lint::answers::reactions;
use crate::lint::edit::with_line;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Role;
use crate::model::{Answers, Method, Reaction};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::MISSING_AS_SUCCESS,
    since: "0.1",
    why: "What was to be written has not been written, and nobody hears of it. Only for DELETE is \"not \
          there\" what was wanted.",
    fix: Some((Safety::Unsafe, "writes `404: fail`")),
    bad: include_str!("missing_as_success.bad.yaml"),
    good: include_str!("missing_as_success.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, role, _) in &scope.flat.requests {
        let is_write = !request.method.is_read() && request.method != Method::Delete;
        if !is_write || *role == Role::Create {
            continue;
        }
        for (reaction, line) in reactions(scope, request, Answers::Status(404)) {
            let is_success = matches!(reaction, Reaction::Done | Reaction::Missing | Reaction::Skip);
            if let Some(line) = line.filter(|_| is_success) {
                report
                    .at(line, format!("404 means `{}` here, though nothing was written", reaction.name()))
                    .help("write `reject` or `fail`; or look first, and make the write only where there is something")
                    .fix(with_line(scope.document, line, "404", "fail"));
            }
        }
    }
}
