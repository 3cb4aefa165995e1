//! Events of a type that has flows, none of which takes them.

use crate::diag::{Code, quoted};
use crate::lint::decide::{Truth, is_exact, negated};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Site;
use crate::model::Condition;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNCOVERED_EVENTS,
    since: "0.1",
    why: "Such an event is rejected, as if it were bad. Whoever wants only some events says so in a last flow that \
          skips the others. A type without any flow is not meant: nothing says which types a destination has a use \
          for.",
    fix: None,
    bad: include_str!("uncovered_events.bad.yaml"),
    good: include_str!("uncovered_events.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (index, last) in scope.flows() {
        let event = &last.item.event.text;
        let of_type = || scope.flows().filter(|(_, flow)| flow.item.event.text == *event);
        if of_type().last().is_some_and(|(other, _)| other != index) {
            continue;
        }
        let conditions: Vec<&Condition> = of_type().filter_map(|(_, flow)| flow.item.when.as_ref()).collect();
        if conditions.len() < of_type().count() || !conditions.iter().all(|condition| is_exact(condition)) {
            continue;
        }
        let passed: Vec<Condition> = conditions.into_iter().map(negated).collect();
        let passed: Vec<&Condition> = passed.iter().collect();
        if scope.decide_in(&passed, Site::of_flow(last), index) == Truth::Depends {
            report
                .at(last.name.span, format!("other {} events have no flow and are rejected", quoted(event)))
                .help(format!(
                    "add a last flow for them, as in {}",
                    quoted(&format!("rest: {{event: {event}, steps: [{{skip: {{why: …}}}}]}}"))
                ));
        }
    }
}
