//! Needed attributes that nothing fills.

use crate::destination::Destination;
use crate::diag::{Code, quoted};
use crate::lint::asked::asks;
use crate::lint::filled::lacking;
use crate::lint::rule::{Check, EXAMPLE, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNFILLED_ATTRIBUTE,
    since: "0.1",
    why: "The destination refuses the request, whatever the event says.",
    fix: None,
    bad: include_str!("unfilled_attribute.bad.yaml"),
    good: include_str!("unfilled_attribute.good.yaml"),
    check: Check::Destination { check, schemas: EXAMPLE },
};

fn check(scope: &Scope<'_>, destination: &Destination, report: &mut Report<'_>) {
    for ask in asks(scope, destination) {
        for lacking in lacking(scope, &ask).iter().filter(|lacking| lacking.is_never_filled) {
            if lacking.path.is_empty() {
                report
                    .at(lacking.span, format!("{} needs a body", ask.spelt()))
                    .help("add `body:` with a table");
                continue;
            }
            let path = quoted(&lacking.path.join("."));
            let message = format!("{} needs {path}, and no row fills it", ask.spelt());
            report.at(lacking.span, message).help("add a row for it to the table");
        }
    }
}
