//! `map` without an entry for a value that the row may have.

use crate::diag::{Code, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::OnBad;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::INCOMPLETE_MAP,
    since: "0.1",
    why: "A value that is none of the keys is bad, and the event is rejected for it.",
    fix: None,
    bad: include_str!("incomplete_map.bad.yaml"),
    good: include_str!("incomplete_map.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (row, _, site) in &scope.flat.rows {
        let Some(map) = row.map.as_ref().filter(|_| row.on_bad == OnBad::Reject) else { continue };
        let Some(known) = scope.looked_up(row, *site) else { continue };
        let lacking: Vec<String> = known
            .iter()
            .filter(|text| !map.iter().any(|(key, _)| key == *text))
            .map(|text| quoted(text))
            .collect();
        if !lacking.is_empty() {
            let message = format!("nothing replaces {}, which rejects the event", lacking.join(", "));
            report
                .at(scope.key_span(row.span, "map"), message)
                .help("add an entry, or say with `on_bad: skip` that other values do not count");
        }
    }
}
