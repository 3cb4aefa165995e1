//! Steps that reject or skip by an answer, behind a write.

use crate::diag::Code;
use crate::lint::path::Path;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::scope::requests_of;
use crate::lint::walk::other_of;
use crate::model::{Condition, ConditionKind, Source, Step, Text};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::LATE_REJECT,
    since: "0.1",
    why: "What has been written stays, so the event leaves half of itself behind. A condition that needs no \
          answer is looked at before the first request and is not meant.",
    fix: None,
    bad: include_str!("late_reject.bad.yaml"),
    good: include_str!("late_reject.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (index, _) in scope.flows() {
        let mut write: Option<&Text> = None;
        for placed in scope.steps(index) {
            match placed.step {
                Step::Call { name, call, .. } => {
                    let writes = requests_of(call).iter().any(|request| !request.method.is_read());
                    write = write.or(Some(name).filter(|_| writes));
                }
                Step::Reject { .. } | Step::Skip { .. } => {
                    let late = placed.when.iter().find(|condition| needs_answer(scope, condition, index));
                    if let (Some(write), Some(late)) = (write, late) {
                        report
                            .at(late.span, "this is known only after something has been written")
                            .label(write.span, "writes before")
                            .help("look in a step before the first write, or end with `stop`");
                    }
                }
                Step::Stop { .. } | Step::Use { .. } => {}
            }
        }
    }
}

/// Most names that are followed from one to the next.
const MOST_DEPTH: usize = 16;

/// Whether a condition looks at what a step has given.
fn needs_answer(scope: &Scope<'_>, condition: &Condition, flow: usize) -> bool {
    match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => {
            parts.iter().any(|part| needs_answer(scope, part, flow))
        }
        ConditionKind::Not(part) => needs_answer(scope, part, flow),
        ConditionKind::Test(text, test) => {
            std::iter::once(text).chain(other_of(test)).any(|text| is_late(scope, text, flow, 0))
        }
    }
}

/// Whether a value comes from an answer, through names as well.
fn is_late(scope: &Scope<'_>, text: &Text, flow: usize, depth: usize) -> bool {
    let name = Path::parse(&text.text).name;
    if name == "steps" || depth > MOST_DEPTH {
        return name == "steps";
    }
    match scope.declared(name, flow).map(|row| &row.source) {
        Some(Source::From(from)) => from.iter().any(|text| is_late(scope, text, flow, depth + 1)),
        _ => false,
    }
}
