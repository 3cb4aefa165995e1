//! Names that nothing reads.

use crate::diag::{Code, Safety, quoted};
use crate::lint::path::Path;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Spot;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNUSED_NAME,
    since: "0.1",
    why: "A name is made when it is used. This one never is, so neither its type nor its `required` has any effect.",
    fix: Some((Safety::Safe, "removes the name")),
    bad: include_str!("unused_name.bad.yaml"),
    good: include_str!("unused_name.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (row, spot, _) in &scope.flat.rows {
        let name = row.name.text.as_str();
        let mut read = scope.flat.selectors.iter().filter(|(_, of, _)| {
            // What a name reads of itself, under the name of another flow, does not count.
            of.is_none_or(|of| !std::ptr::eq(of, *row))
        });
        if *spot != Spot::Name || read.any(|(text, ..)| Path::parse(&text.text).name == name) {
            continue;
        }
        report
            .at(row.name.span, format!("nothing reads the name {}", quoted(&format!("${name}"))))
            .help("remove it, or use it where the same value is read by its path")
            .fix(scope.removal(row.name.span, Safety::Safe));
    }
}
