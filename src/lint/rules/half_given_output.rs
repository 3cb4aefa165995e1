//! Outputs of `ensure` that only the look-up, or only the creation, gives.

use crate::diag::{Code, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Call, Request, Source, Step};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::HALF_GIVEN_OUTPUT,
    since: "0.1",
    why: "Later steps read it as if it were always there. A constant is taken for a mark that is meant that \
          way.",
    fix: None,
    bad: include_str!("half_given_output.bad.yaml"),
    good: include_str!("half_given_output.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for step in scope.flat.lists.iter().flat_map(|(steps, _)| *steps) {
        let Step::Call { name, call, .. } = step else { continue };
        let Call::Ensure { find, create } = &**call else { continue };
        let ways: Vec<&Request> = find.iter().chain([create]).collect();
        for row in ways.iter().flat_map(|request| &request.give) {
            let gives =
                |request: &&Request| request.give.iter().any(|other| other.name.text == row.name.text);
            let is_read = scope.read.outputs.contains(&(name.text.as_str(), row.name.text.as_str()));
            let is_mark = matches!(row.source, Source::Value(_));
            if is_mark || ways.iter().all(gives) || !is_read {
                continue;
            }
            let lacking = if ways.last().is_some_and(gives) { "a look-up" } else { "`create`" };
            report
                .at(
                    row.name.span,
                    format!("{lacking} of {} gives no {}", quoted(&name.text), quoted(&row.name.text)),
                )
                .help("give it everywhere under the same name");
        }
    }
}
