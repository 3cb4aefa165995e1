//! `every_page` where no output looks at a list.

use crate::diag::{Code, Safety};
use crate::lint::path::Path;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::Source;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::IDLE_PAGES,
    since: "0.1",
    why: "A path to one value gives that of the first page which has it. The other pages cost requests and \
          change nothing.",
    fix: Some((Safety::Unsafe, "removes `every_page`; a value that only a later page has is then not found")),
    bad: include_str!("idle_pages.bad.yaml"),
    good: include_str!("idle_pages.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, ..) in &scope.flat.requests {
        let looks_at_all = request.give.iter().any(|row| match &row.source {
            Source::Each { .. } => true,
            Source::From(from) => from.iter().any(|text| Path::parse(&text.text).is_many),
            _ => false,
        });
        // A value that the first page lacks may be on a later one, unless it is an element of the list.
        let is_first = request.give.iter().any(|row| match &row.source {
            Source::From(from) => from.iter().any(|text| text.text.contains("[0]")),
            _ => false,
        });
        if request.pages.is_some() && !looks_at_all && is_first {
            let span = scope.key_span(request.span, "every_page");
            report
                .at(span, "all pages are read, and only the first is looked at")
                .help("look through the list with `each:` or `[*]`, or remove this")
                .fix(scope.removal(span, Safety::Unsafe));
        }
    }
}
