//! Steps that no event ever gets to.

use crate::diag::{Code, quoted};
use crate::lint::decide::{Truth, not_all};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Site;
use crate::model::{Condition, Step};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNREACHABLE_STEP,
    since: "0.1",
    why: "It looks as if it were made, and never is: the event has ended before it, in every case in which \
          the step would count.",
    fix: None,
    bad: include_str!("unreachable_step.bad.yaml"),
    good: include_str!("unreachable_step.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (index, flow) in scope.flows() {
        let site = Site::of_flow(flow);
        let mut passed: Vec<Condition> = Vec::new();
        for placed in scope.steps(index) {
            let own: Vec<&Condition> = placed.when.clone();
            if let Step::Call { name, .. } = placed.step {
                let all: Vec<&Condition> = passed.iter().chain(own.iter().copied()).collect();
                let is_possible = own.is_empty() || scope.decide_in(&own, site, index) != Truth::Never;
                if is_possible && scope.decide_in(&all, site, index) == Truth::Never {
                    report.at(name.span, format!("no event gets to the step {}", quoted(&name.text))).help(
                        "a step before it has ended the event: move it in front, or change the conditions",
                    );
                    break;
                }
            } else {
                passed.push(not_all(&own));
            }
        }
    }
}
