//! Flows without a request.

use crate::diag::{Code, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::Step;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::SILENT_DELIVERY,
    since: "0.1",
    why: "Its events show up as delivered, so nobody asks where they are.",
    fix: None,
    bad: include_str!("silent_delivery.bad.yaml"),
    good: include_str!("silent_delivery.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (index, flow) in scope.flows() {
        let says_something = |step: &Step| !matches!(step, Step::Stop { .. } | Step::Use { .. });
        if !scope.steps(index).iter().any(|placed| says_something(placed.step)) {
            let name = &flow.name;
            report
                .at(name.span, format!("events of {} count as delivered, and nothing is sent", quoted(&name.text)))
                .help("make a request, or end them with `skip: {why: …}`, or remove the flow so that they are rejected");
        }
    }
}
