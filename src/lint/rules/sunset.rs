//! Settings with a `sunset:` that is near or past.

use crate::diag::{Code, Severity, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::SUNSET,
    since: "0.1",
    why: "The destination has announced it. A warning comes from 180 days before, an error from the day \
          itself; `--as-of` says which day it is.",
    fix: None,
    bad: include_str!("sunset.bad.yaml"),
    good: include_str!("sunset.good.yaml"),
    check: Check::Mapping(check),
};

/// Days before its end from which a setting is warned about.
const NOTICE: i32 = 180;

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    let Some(today) = scope.as_of else { return };
    for setting in &scope.mapping.config {
        let Some(sunset) = setting.item.sunset else { continue };
        let left = sunset.days_since(today);
        if left > NOTICE {
            continue;
        }
        let Some(node) = scope.value_of(setting.name.span) else { continue };
        let name = quoted(&setting.name.text);
        let message = if left > 0 {
            format!("{name} stops working on {sunset}, {left} days from {today}")
        } else {
            format!("{name} has stopped working on {sunset}")
        };
        let found = report.at(node.entry("sunset").map_or(node.span, |(_, value)| value.span), message);
        found.help("move to what replaces it; `about:` is the place to say what that is");
        if left <= 0 {
            found.severity = Severity::Error;
        }
    }
}
