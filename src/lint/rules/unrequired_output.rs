//! Placeholders filled by an output that nothing requires.

use crate::diag::{Code, Fix, Safety, quoted};
use crate::lint::path::Path;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::{Role, Spot};
use crate::model::{Row, Source, Text};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNREQUIRED_OUTPUT,
    since: "0.1",
    why: "When the reply lacks it, the placeholder is empty and the event is rejected, though the reply is \
          to blame. A `required` output fails the event instead, which is then sent again.",
    fix: Some((Safety::Unsafe, "makes the output `required`, where it is a single path")),
    bad: include_str!("unrequired_output.bad.yaml"),
    good: include_str!("unrequired_output.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, role, site) in &scope.flat.requests {
        let Some(step) = site.step.filter(|_| *role == Role::Step) else { continue };
        let mut rows = request.give.iter().filter(|row| row.required.is_none() && row.default.is_none());
        // What may be missing by intention is asked for somewhere.
        let Some(row) = rows.find(|row| is_needed(scope, step, row) && !is_asked_for(scope, step, row))
        else {
            continue;
        };
        let selector = match &row.source {
            Source::From(from) if row.span == from.first().map_or(row.span, |text| text.span) => from.first(),
            _ => None,
        };
        let fix = selector.and_then(|text| scope.document.text.get(text.span.start..text.span.end)).map(
            |written| Fix::new(Safety::Unsafe, row.span, format!("{{from: {written}, required: true}}")),
        );
        let shown = quoted(&format!("$steps.{}.{}", step.text, row.name.text));
        report
            .at(row.name.span, format!("a path needs {shown}, and nothing requires it of the reply"))
            .help(format!("write {}", quoted(&format!("{}: {{from: …, required: true}}", row.name.text))))
            .fix(fix);
    }
}

fn reads(text: &Text, step: &Text, row: &Row) -> bool {
    Path::parse(&text.text).output() == Some((step.text.as_str(), row.name.text.as_str()))
}

/// Whether a placeholder has nothing but this output.
fn is_needed(scope: &Scope<'_>, step: &Text, row: &Row) -> bool {
    scope.flat.rows.iter().any(|(other, spot, _)| {
        let alone = match &other.source {
            Source::From(from) if other.default.is_none() => {
                from.len() == 1 && from.iter().all(|text| reads(text, step, row))
            }
            _ => false,
        };
        alone && *spot == Spot::Placeholder
    })
}

/// Whether a condition looks at this output.
fn is_asked_for(scope: &Scope<'_>, step: &Text, row: &Row) -> bool {
    scope.flat.selectors.iter().any(|(text, of, _)| of.is_none() && reads(text, step, row))
}
