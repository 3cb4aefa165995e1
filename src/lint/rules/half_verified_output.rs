//! Outputs of a write that its `verify` does not give.

use crate::diag::{Code, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::HALF_VERIFIED_OUTPUT,
    since: "0.1",
    why: "When `verify` finds that the write has arrived, its outputs are those of the step. What it does \
          not give is missing then, in later steps as well.",
    fix: None,
    bad: include_str!("half_verified_output.bad.yaml"),
    good: include_str!("half_verified_output.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, _, site) in &scope.flat.requests {
        let (Some(verify), Some(step)) = (&request.verify, site.step) else { continue };
        for row in &request.give {
            let name = row.name.text.as_str();
            let is_given = verify.give.iter().any(|other| other.name.text == name);
            if !is_given && scope.read.outputs.contains(&(step.text.as_str(), name)) {
                report
                    .at(
                        row.name.span,
                        format!("`verify` of {} gives no {}", quoted(&step.text), quoted(name)),
                    )
                    .label(
                        scope.key_span(request.span, "verify"),
                        "what it gives is what the step gives then",
                    )
                    .help("give it there too, under the same name");
            }
        }
    }
}
