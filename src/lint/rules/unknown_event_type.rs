//! Flows for types of events that are not in the specification of events.

use crate::diag::{Code, Fix, Safety, nearest, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNKNOWN_EVENT_TYPE,
    since: "0.1",
    why: "Events are of the types identify, track, group, page, screen and alias; warehouses also send \
          merge, record and audiencelist. A flow for another type waits for ever, and its events are \
          rejected.",
    fix: Some((Safety::Unsafe, "writes the type that is spelt nearly the same")),
    bad: include_str!("unknown_event_type.bad.yaml"),
    good: include_str!("unknown_event_type.good.yaml"),
    check: Check::Mapping(check),
};

/// Types of events. Guess: the last three are those that warehouses send beside the six of the common specification.
const TYPES: [&str; 10] = [
    "identify",
    "track",
    "group",
    "page",
    "screen",
    "alias",
    "merge",
    "record",
    "audiencelist",
    "delete_user",
];

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (_, flow) in scope.flows() {
        let event = &flow.item.event;
        if TYPES.contains(&event.text.as_str()) {
            continue;
        }
        let near = nearest(&event.text, TYPES.into_iter());
        let found = report.at(event.span, format!("no events have the type {}", quoted(&event.text)));
        match near {
            Some(near) => {
                found.help(format!("did you mean {}?", quoted(near)));
                found.fix(Some(Fix::new(Safety::Unsafe, event.span, near)));
            }
            None => {
                found
                    .help("types are identify, track, group, page, screen and alias; others go into `when:`");
            }
        }
    }
}
