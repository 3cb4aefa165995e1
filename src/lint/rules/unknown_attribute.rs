//! Attributes that the destination's schema does not have.

use crate::destination::{Destination, Schema};
use crate::diag::{Code, listed, nearest, quoted};
use crate::lint::asked::{Place, attributes};
use crate::lint::rule::{Check, EXAMPLE, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNKNOWN_ATTRIBUTE,
    since: "0.1",
    why: "The destination drops what it does not know, or refuses the request with all that is in it. The proof is \
          `additionalProperties: false` in the schema.",
    fix: None,
    bad: include_str!("unknown_attribute.bad.yaml"),
    good: include_str!("unknown_attribute.good.yaml"),
    check: Check::Destination { check, schemas: EXAMPLE },
};

fn check(scope: &Scope<'_>, destination: &Destination, report: &mut Report<'_>) {
    for (ask, attribute) in attributes(scope, destination) {
        let (Place::Unknown(within) | Place::NoObject(within)) = attribute.place else { continue };
        let message = format!("{} does not know {}", ask.spelt(), attribute.shown());
        let last = attribute.path.last().map(String::as_str).unwrap_or_default();
        report.at(attribute.span, message).help(advice(last, within));
    }
}

fn advice(name: &str, within: &Schema) -> String {
    let known: Vec<&str> = within.known().filter(|name| !is_read_only(within, name)).collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean {}?", quoted(near)),
        None if known.is_empty() => "nothing stands below it".into(),
        None => format!("it knows {}", listed(&known)),
    }
}

fn is_read_only(within: &Schema, name: &str) -> bool {
    within.members.get(name).is_some_and(|schema| schema.read_only)
}
