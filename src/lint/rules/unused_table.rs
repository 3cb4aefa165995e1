//! Tables that no request sends.

use crate::diag::{Code, Safety, quoted};
use crate::lint::path::Path;
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
        let is_sent = flat.requests.iter().filter_map(|(request, ..)| request.body.as_ref());
        let is_listed = flat.selectors.iter().map(|(text, ..)| Path::parse(&text.text));
        if is_sent.into_iter().any(|body| body.table.text == name.text)
            || is_listed
                .into_iter()
                .any(|path| path.name == "members" && path.key(0) == Some(name.text.as_str()))
        {
            continue;
        }
        report
            .at(name.span, format!("no request sends the table {}", quoted(&name.text)))
            .help(format!("send it with `body: {}`, or remove it", name.text))
            .fix(scope.removal(name.span, Safety::Safe));
    }
}
