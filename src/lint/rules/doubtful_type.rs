//! Rows some of whose values the destination does not take.

use crate::destination::Destination;
use crate::diag::Code;
use crate::lint::asked::{Place, attributes};
use crate::lint::rule::{Check, EXAMPLE, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::sent::sent;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::DOUBTFUL_TYPE,
    since: "0.1",
    why: "Events with such a value are refused by the destination, after other requests may have been made. A narrower type \
          lets the engine reject them, with a reason, before anything is sent.",
    fix: None,
    bad: include_str!("doubtful_type.bad.yaml"),
    good: include_str!("doubtful_type.good.yaml"),
    check: Check::Destination { check, schemas: EXAMPLE },
};

fn check(scope: &Scope<'_>, destination: &Destination, report: &mut Report<'_>) {
    for (ask, attribute) in attributes(scope, destination) {
        let Place::Known(schema) = attribute.place else { continue };
        let Some((span, sent)) = sent(scope, &attribute, ask.site) else { continue };
        if sent.is_sometimes_refused(schema) {
            let refused = sent.refused_by(schema);
            let wanted = sent.wanted_by(schema);
            let message =
                format!("{} may be {refused}, and {} takes {wanted}", attribute.shown(), ask.spelt());
            report
                .at(span, message)
                .help("narrow it down with `as:`, and say with `on_bad:` what becomes of the others");
        }
    }
}
