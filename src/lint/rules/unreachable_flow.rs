//! Flows that take no event, since those in front of them take all of theirs.

use crate::diag::{Code, Safety, quoted};
use crate::lint::decide::Truth;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Site;
use crate::model::Condition;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNREACHABLE_FLOW,
    since: "0.1",
    why: "The first flow that takes an event runs, and no other.",
    fix: Some((Safety::Unsafe, "removes the flow")),
    bad: include_str!("unreachable_flow.bad.yaml"),
    good: include_str!("unreachable_flow.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (index, flow) in scope.flows() {
        let site = Site::of_flow(flow);
        let before: Vec<_> = scope
            .flows()
            .take(index)
            .filter(|(_, other)| other.item.event.text == flow.item.event.text)
            .map(|(_, other)| other)
            .collect();
        let passed = scope.passed_by_flows(index);
        let all: Vec<&Condition> = passed.iter().chain(&flow.item.when).collect();
        let Some(first) = before.first() else { continue };
        if scope.decide_in(&all, site, index) == Truth::Never {
            let names: Vec<String> = before.iter().map(|other| quoted(&other.name.text)).collect();
            let message = format!(
                "no event gets to the flow {}: {} take all of them",
                quoted(&flow.name.text),
                names.join(", ")
            );
            report
                .at(flow.name.span, message)
                .label(first.name.span, "tried first")
                .help("put the flow with the narrower `when:` in front")
                .fix(scope.removal(flow.name.span, Safety::Unsafe));
        }
    }
}
