//! Constants that the destination does not take.

use serde_json::Value;

use crate::destination::Destination;
use crate::diag::{Code, Span, quoted};
use crate::lint::asked::{Maker, Place, attributes};
use crate::lint::rule::{Check, EXAMPLE, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Row, Source};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::REFUSED_VALUE,
    since: "0.1",
    why: "Whenever the constant is sent, the destination refuses the request.",
    fix: None,
    bad: include_str!("refused_value.bad.yaml"),
    good: include_str!("refused_value.good.yaml"),
    check: Check::Destination { check, schemas: EXAMPLE },
};

fn check(scope: &Scope<'_>, destination: &Destination, report: &mut Report<'_>) {
    for (ask, attribute) in attributes(scope, destination) {
        let (Place::Known(schema), Maker::Row(row)) = (attribute.place, attribute.maker) else { continue };
        for (span, value) in constants(scope, row) {
            if let Some(misfit) = schema.misfits(value) {
                let below = misfit.path.strip_prefix('$').unwrap_or_default();
                let path = quoted(&format!("{}{below}", attribute.path.join(".")));
                let message = format!("{path} {}", misfit.why);
                report.at(span, message).help(format!("see what {} takes in the schemas", ask.spelt()));
            }
        }
    }
}

/// The constants that a row may send, and where they stand.
fn constants<'m>(scope: &Scope<'m>, row: &'m Row) -> Vec<(Span, &'m Value)> {
    let place = |key: &str| scope.key_in(row.span, key).map_or(row.span, |(_, node)| node.span);
    let mut constants = Vec::new();
    if let Source::Value(value) = &row.source {
        constants.push((place("value"), value));
    }
    constants.extend(row.default.iter().map(|value| (place("default"), value)));
    let map = scope.key_in(row.span, "map").map(|(_, node)| node);
    for (word, value) in row.map.iter().flatten() {
        let entry = map.and_then(|map| map.entry(word));
        constants.push((entry.map_or(row.span, |(_, node)| node.span), value));
    }
    constants
}
