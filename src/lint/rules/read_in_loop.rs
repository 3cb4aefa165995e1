//! Reads inside of a loop.

use crate::diag::Code;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::READ_IN_LOOP,
    since: "0.1",
    why: "One event then costs as many requests as the list is long; a destination mostly has one read for \
          all of them.",
    fix: None,
    bad: include_str!("read_in_loop.bad.yaml"),
    good: include_str!("read_in_loop.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, _, site) in &scope.flat.requests {
        if site.each.is_some() && request.method.is_read() {
            report
                .at(request.path.span, "this is read once for each element")
                .help("read all of them in a step before the loop, and choose with `where:`");
        }
    }
}
