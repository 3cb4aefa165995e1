//! Flows that may need more than 500 answers.

use crate::diag::{Code, quoted};
use crate::lint::budget::{self, MOST_ANSWERS};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::OVER_BUDGET,
    since: "0.1",
    why: "A run ends after 500 answers, in the middle of its flow, and the event has failed. `mapwright \
          lint --budget` shows how the number comes about.",
    fix: None,
    bad: include_str!("over_budget.bad.yaml"),
    good: include_str!("over_budget.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (index, flow) in scope.flows() {
        let worst = budget::cost(scope, index).worst;
        if worst > MOST_ANSWERS {
            let name = quoted(&flow.name.text);
            report
                .at(
                    flow.name.span,
                    format!("an event may need {worst} requests in {name}, and {MOST_ANSWERS} are allowed"),
                )
                .help("lower a `max:`, or read in one request what is read in many");
        }
    }
}
