//! Defaults that are not of the type of their row.

use crate::diag::{Code, Fix, Safety, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Source, Take};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::DEFAULT_TYPE,
    since: "0.1",
    why: "Defaults are not cast, so the destination gets two types under one name.",
    fix: Some((Safety::Unsafe, "writes the default as the type has it")),
    bad: include_str!("default_type.bad.yaml"),
    good: include_str!("default_type.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (row, ..) in &scope.flat.rows {
        let (Some(cast), Some(default)) = (&row.cast, &row.default) else { continue };
        let is_cast_piece_by_piece = matches!(row.source, Source::Each { .. }) && row.take == Some(Take::All);
        if row.map.is_some() || default.is_null() || is_cast_piece_by_piece {
            continue;
        }
        let fitting = cast.cast_value(default);
        if fitting.as_ref() == Ok(default) {
            continue;
        }
        let Some((_, node)) = scope.key_in(row.span, "default") else { continue };
        let message = format!("the default of {} is not {}", quoted(&row.name.text), cast.describe());
        let fix = fitting.ok().filter(|fitting| !fitting.is_object() && !fitting.is_array());
        report
            .at(node.span, message)
            .help("write it as the type has it")
            .fix(fix.map(|fitting| Fix::new(Safety::Unsafe, node.span, fitting.to_string())));
    }
}
