//! Mappings that write and have no `order_by`.

use crate::diag::{Code, Safety};
use crate::lint::edit::with_entry_before;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::scope::requests_of;
use crate::model::Step;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNORDERED_EVENTS,
    since: "0.1",
    why: "Events are sent side by side. An older state of a person may arrive after the newer one, and \
          stays.",
    fix: Some((Safety::Unsafe, "adds an `order_by` by `userId` and `anonymousId`")),
    bad: include_str!("unordered_events.bad.yaml"),
    good: include_str!("unordered_events.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    const ORDER: &str = "order_by: [$.userId, $.anonymousId]";
    if !scope.mapping.order_by.is_empty() {
        return;
    }
    let writes = |step: &Step| match step {
        Step::Call { call, .. } => requests_of(call).iter().any(|request| !request.method.is_read()),
        _ => false,
    };
    let mut flows = scope.flows();
    let first = flows.find(|(index, _)| scope.steps(*index).iter().any(|placed| writes(placed.step)));
    let Some((_, flow)) = first else { return };
    let section = scope.document.root.entry("flows").map(|(key, _)| key.span);
    report
        .at(flow.name.span, "events of one person may overtake each other")
        .help(format!("add `{ORDER}`: events with one key go one after another"))
        .fix(section.and_then(|section| with_entry_before(scope.document, section, ORDER)));
}
