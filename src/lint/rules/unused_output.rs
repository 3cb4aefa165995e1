//! Outputs that no later step reads.

use crate::diag::{Code, Safety, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Role;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNUSED_OUTPUT,
    since: "0.1",
    why: "A reply is read for nothing, and one that is no JSON fails the event for nothing.",
    fix: Some((Safety::Unsafe, "removes the output; the reply is then no longer looked at")),
    bad: include_str!("unused_output.bad.yaml"),
    good: include_str!("unused_output.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, role, site) in &scope.flat.requests {
        // What a look-up gives is what it has found, and `required` says that the reply must have it.
        let Some(step) = site.step.filter(|_| *role == Role::Step) else { continue };
        for row in request.give.iter().filter(|row| row.required.is_none()) {
            if !scope.read.outputs.contains(&(step.text.as_str(), row.name.text.as_str())) {
                let shown = quoted(&format!("$steps.{}.{}", step.text, row.name.text));
                report
                    .at(row.name.span, format!("no later step reads {shown}"))
                    .help("remove it; write `required: true` if the reply must have it all the same")
                    .fix(scope.removal(row.name.span, Safety::Unsafe));
            }
        }
    }
}
