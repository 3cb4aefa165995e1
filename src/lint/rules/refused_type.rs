//! Rows whose values the destination never takes.

use crate::destination::Destination;
use crate::diag::Code;
use crate::lint::asked::{Place, attributes};
use crate::lint::rule::{Check, EXAMPLE, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::sent::sent;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::REFUSED_TYPE,
    since: "0.1",
    why: "Whenever the value is there, the destination refuses the request. The proof is over the type that the row has and the one \
          that the schema names.",
    fix: None,
    bad: include_str!("refused_type.bad.yaml"),
    good: include_str!("refused_type.good.yaml"),
    check: Check::Destination { check, schemas: EXAMPLE },
};

fn check(scope: &Scope<'_>, destination: &Destination, report: &mut Report<'_>) {
    for (ask, attribute) in attributes(scope, destination) {
        let Place::Known(schema) = attribute.place else { continue };
        let Some((span, sent)) = sent(scope, &attribute, ask.site) else { continue };
        let refused = sent.refused_by(schema);
        if sent.is_never_taken(schema) {
            let message = format!(
                "{} is {}, and {} takes {}",
                attribute.shown(),
                refused,
                ask.spelt(),
                sent.wanted_by(schema)
            );
            report.at(span, message).help("choose another type with `as:`, or write another attribute");
        }
    }
}
