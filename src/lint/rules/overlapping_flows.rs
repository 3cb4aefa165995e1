//! Pairs of flows of which each takes some events of the other.

use crate::diag::{Code, quoted};
use crate::lint::decide::{Truth, is_exact, negated};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Site;
use crate::model::Condition;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::OVERLAPPING_FLOWS,
    since: "0.1",
    why: "An event that both would take goes to the first and is never seen by the second, which hardly \
          anybody means.",
    fix: None,
    bad: include_str!("overlapping_flows.bad.yaml"),
    good: include_str!("overlapping_flows.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (index, flow) in scope.flows() {
        let site = Site::of_flow(flow);
        for (_, other) in scope.flows().take(index) {
            let (Some(first), Some(second)) = (&other.item.when, &flow.item.when) else { continue };
            if other.item.event.text != flow.item.event.text || !is_exact(first) || !is_exact(second) {
                continue;
            }
            let possible =
                |conditions: &[&Condition]| scope.decide_in(conditions, site, index) == Truth::Depends;
            if possible(&[first, second])
                && possible(&[first, &negated(second)])
                && possible(&[&negated(first), second])
            {
                let (first, second) = (quoted(&other.name.text), quoted(&flow.name.text));
                report
                    .at(
                        flow.name.span,
                        format!("an event that {first} and {second} both take goes to {first} only"),
                    )
                    .label(other.name.span, "tried first")
                    .help("exclude the events of one from the other in its `when:`");
            }
        }
    }
}
