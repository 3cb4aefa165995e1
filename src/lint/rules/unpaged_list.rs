//! Reads that look through a list without reading its pages.

use crate::diag::Code;
use crate::lint::path::Path;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Row, Source};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNPAGED_LIST,
    since: "0.1",
    why: "Destinations give lists in pages. What stands on the second one is not found, and then created \
          again. A read that a parameter of the event narrows down is not meant.",
    fix: None,
    bad: include_str!("unpaged_list.bad.yaml"),
    good: include_str!("unpaged_list.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, ..) in &scope.flat.requests {
        let list = request.give.iter().find_map(|row| match &row.source {
            Source::Each { each, .. } => Some(each),
            Source::From(from) => from.iter().find(|text| Path::parse(&text.text).is_many),
            _ => None,
        });
        let is_narrow = request.query.iter().any(is_of_event);
        if let Some(list) = list.filter(|_| request.method.is_read() && request.pages.is_none() && !is_narrow)
        {
            report
                .at(list.span, "only the first page of this list is looked at")
                .help("add `every_page: {next: $.next, max: …}`, or narrow the list down under `query:`");
        }
    }
}

/// Whether a parameter says something about the event, so that the list is about one thing.
fn is_of_event(row: &Row) -> bool {
    let is_of_event = |text: &crate::model::Text| !text.text.starts_with("$config.") && text.text != "$flow";
    match &row.source {
        Source::From(from) => from.iter().any(is_of_event),
        Source::Template { with, .. } => with.iter().any(self::is_of_event),
        Source::Each { .. } | Source::List(_) => true,
        Source::Value(_) => false,
    }
}
