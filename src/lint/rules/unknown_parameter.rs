//! Query parameters that the endpoint does not have.

use crate::destination::Destination;
use crate::diag::{Code, listed, nearest, quoted};
use crate::lint::asked::asks;
use crate::lint::rule::{Check, EXAMPLE, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNKNOWN_PARAMETER,
    since: "0.1",
    why: "Most destinations pass over a parameter that they do not know: a search then finds what it was not asked for. Nothing is said of \
          endpoints whose `parameters` the schemas leave out.",
    fix: None,
    bad: include_str!("unknown_parameter.bad.yaml"),
    good: include_str!("unknown_parameter.good.yaml"),
    check: Check::Destination { check, schemas: EXAMPLE },
};

fn check(scope: &Scope<'_>, destination: &Destination, report: &mut Report<'_>) {
    for ask in asks(scope, destination) {
        let Some(parameters) = ask.endpoint.and_then(|endpoint| endpoint.parameters.as_ref()) else {
            continue;
        };
        let known = || parameters.iter().map(|parameter| parameter.name.as_str());
        for row in ask.request.query.iter().filter(|row| known().all(|name| name != row.name.text)) {
            let message = format!("{} has no parameter {}", ask.spelt(), quoted(&row.name.text));
            let names: Vec<&str> = known().collect();
            report.at(row.name.span, message).help(match nearest(&row.name.text, known()) {
                Some(near) => format!("did you mean {}?", quoted(near)),
                None if names.is_empty() => "it has none".into(),
                None => format!("it has {}", listed(&names)),
            });
        }
    }
}
