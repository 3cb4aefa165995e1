//! `forget` of steps whose answers are not kept.

use crate::diag::{Code, Safety, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::IDLE_FORGET,
    since: "0.1",
    why: "There is nothing to forget: the read is made anew each time.",
    fix: Some((Safety::Safe, "removes `forget`")),
    bad: include_str!("idle_forget.bad.yaml"),
    good: include_str!("idle_forget.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, ..) in &scope.flat.requests {
        for step in &request.forget {
            let mut of_step = scope
                .flat
                .requests
                .iter()
                .filter(|(_, _, site)| site.step.is_some_and(|name| name.text == step.text));
            if of_step.any(|(request, ..)| request.cache.is_some() || request.once.is_some()) {
                continue;
            }
            let fix = scope.removal_of(request.span, "forget", Safety::Safe);
            report
                .at(step.span, format!("the answers of {} are not cached", quoted(&step.text)))
                .help("cache the read with `cache: 10m`, or remove this")
                .fix(fix.filter(|_| request.forget.len() == 1));
        }
    }
}
