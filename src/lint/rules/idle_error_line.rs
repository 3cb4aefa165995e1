//! Lines of a request that say what the service says anyway, or are about answers that it cannot get.

use crate::diag::{Code, Safety};
use crate::lint::answers::{by_tables, spelt};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Answers, ErrorRule};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::IDLE_ERROR_LINE,
    since: "0.1",
    why: "It looks as if this request were special.",
    fix: Some((Safety::Safe, "removes the line")),
    bad: include_str!("idle_error_line.bad.yaml"),
    good: include_str!("idle_error_line.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    let service = scope.mapping.service.errors.as_slice();
    for (request, ..) in &scope.flat.requests {
        for rule in &request.errors {
            let [arm] = rule.arms.as_slice() else { continue };
            if arm.when.is_some() || arm.why.is_some() || matches!(rule.answers, Answers::Class(_)) {
                continue;
            }
            let others: Vec<ErrorRule> =
                request.errors.iter().filter(|other| other.span != rule.span).cloned().collect();
            let otherwise = by_tables(&[&others, service], rule.answers);
            let has_words = service.iter().chain(&others).any(|other| {
                other.arms.iter().any(|arm| arm.why.is_some())
                    && otherwise.iter().any(|(_, line)| *line == Some(other.span))
            });
            let is_same = otherwise.len() == 1 && otherwise.iter().all(|(reaction, _)| *reaction == arm.then);
            let is_never = rule.answers == Answers::Body && request.give.is_empty();
            if is_never || (is_same && !has_words) {
                let answer = spelt(rule.answers);
                let message = if is_never {
                    format!("`{answer}` never comes: no output is read from the reply")
                } else {
                    format!("`{answer}` means `{}` without this line", arm.then.name())
                };
                report.at(rule.span, message).help("remove it").fix(scope.removal(rule.span, Safety::Safe));
            }
        }
    }
}
