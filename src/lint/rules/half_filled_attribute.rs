//! Needed attributes that some events do not fill.

use crate::destination::Destination;
use crate::diag::{Code, quoted};
use crate::lint::asked::asks;
use crate::lint::filled::lacking;
use crate::lint::rule::{Check, EXAMPLE, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::HALF_FILLED_ATTRIBUTE,
    since: "0.1",
    why: "Such an event is refused by the destination, after other requests may have been made, and the reason is the \
          destination's. That a requirement of the flow or a condition of the step sees to it is taken into account.",
    fix: None,
    bad: include_str!("half_filled_attribute.bad.yaml"),
    good: include_str!("half_filled_attribute.good.yaml"),
    check: Check::Destination { check, schemas: EXAMPLE },
};

fn check(scope: &Scope<'_>, destination: &Destination, report: &mut Report<'_>) {
    for ask in asks(scope, destination) {
        for lacking in lacking(scope, &ask).iter().filter(|lacking| !lacking.is_never_filled) {
            let path = quoted(&lacking.path.join("."));
            let message = format!("{} needs {path}, and not every event fills it", ask.spelt());
            report
                .at(lacking.span, message)
                .help("add `required:` or `default:`, or ask for it under `require:`");
        }
    }
}
