//! Attributes that the destination sets.

use crate::destination::Destination;
use crate::diag::Code;
use crate::lint::asked::{Place, attributes};
use crate::lint::rule::{Check, EXAMPLE, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::READ_ONLY_ATTRIBUTE,
    since: "0.1",
    why: "The destination makes the value up itself. What is sent for it is dropped, mostly without a word.",
    fix: None,
    bad: include_str!("read_only_attribute.bad.yaml"),
    good: include_str!("read_only_attribute.good.yaml"),
    check: Check::Destination { check, schemas: EXAMPLE },
};

fn check(scope: &Scope<'_>, destination: &Destination, report: &mut Report<'_>) {
    for (ask, attribute) in attributes(scope, destination) {
        if matches!(attribute.place, Place::ReadOnly) {
            let message =
                format!("{} is set by the destination, and {} drops it", attribute.shown(), ask.spelt());
            report
                .at(attribute.span, message)
                .help("remove the row, or send the value under another attribute");
        }
    }
}
