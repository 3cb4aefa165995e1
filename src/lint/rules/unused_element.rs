//! Loops whose requests do not look at the element.

use crate::diag::{Code, quoted};
use crate::lint::path::Path;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Owner;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNUSED_ELEMENT,
    since: "0.1",
    why: "Every round makes the very same request.",
    fix: None,
    bad: include_str!("unused_element.bad.yaml"),
    good: include_str!("unused_element.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, _, site) in &scope.flat.requests {
        let Some(each) = site.each else { continue };
        let reads = |text: &str| Path::parse(text).name == each.name.text;
        let body = request.body.as_ref().map(|body| body.table.text.as_str());
        // The filter does not count: it chooses rounds, and says nothing to the destination.
        let is_read = scope.flat.selectors.iter().any(|(text, row, inner)| match inner.owner {
            Owner::Table(table) => Some(table.name.text.as_str()) == body && reads(&text.text),
            Owner::Names => reads(&text.text),
            _ => {
                let is_here = inner.each.is_some_and(|other| std::ptr::eq(other, each));
                is_here && row.is_some() && reads(&text.text)
            }
        });
        if !is_read {
            let message =
                format!("no round looks at its element {}", quoted(&format!("${}", each.name.text)));
            report
                .at(each.name.span, message)
                .help("read it in the body or in the path, or leave the loop out");
        }
    }
}
