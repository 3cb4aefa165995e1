//! Names that nothing reads.

use crate::diag::{Code, Safety, quoted};
use crate::lint::path::Path;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Spot;
use crate::model::{Row, Source};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNUSED_NAME,
    since: "0.1",
    why: "A name is made when it is used. This one never is, so neither its type nor its `required` has any \
          effect.",
    fix: Some((Safety::Safe, "removes the name")),
    bad: include_str!("unused_name.bad.yaml"),
    good: include_str!("unused_name.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (row, spot, _) in &scope.flat.rows {
        let name = row.name.text.as_str();
        // What a name reads of itself, under the name of another flow, does not count.
        let own = own_reads(row, name);
        let n_reads = scope.read.names.get(name).copied().unwrap_or(0);
        if *spot != Spot::Name || n_reads > own {
            continue;
        }
        report
            .at(row.name.span, format!("nothing reads the name {}", quoted(&format!("${name}"))))
            .help("remove it, or use it where the same value is read by its path")
            .fix(scope.removal(row.name.span, Safety::Safe));
    }
}

/// How often a row reads a name.
fn own_reads(row: &Row, name: &str) -> usize {
    let from = match &row.source {
        Source::From(from) | Source::Each { from, .. } => from.as_slice(),
        _ => &[],
    };
    from.iter().filter(|text| Path::parse(&text.text).name == name).count()
}
