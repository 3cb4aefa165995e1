//! Tables that no request sends.

use crate::diag::{Code, Safety, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNUSED_TABLE,
    since: "0.1",
    why: "Whoever edits it sees no effect, and wonders why.",
    fix: Some((Safety::Safe, "removes the table")),
    bad: include_str!("unused_table.bad.yaml"),
    good: include_str!("unused_table.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    let flat = &scope.flat;
    for table in &scope.mapping.tables {
        let name = &table.name;
        let mut sent = flat.requests.iter().filter_map(|(request, ..)| request.body.as_ref());
        if sent.any(|body| body.table.text == name.text) || scope.read.members.contains(name.text.as_str()) {
            continue;
        }
        report
            .at(name.span, format!("no request sends the table {}", quoted(&name.text)))
            .help(format!("send it with `body: {}`, or remove it", name.text))
            .fix(scope.removal(name.span, Safety::Safe));
    }
}
