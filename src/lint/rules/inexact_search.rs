//! Free-text searches whose hits are not compared with what was searched for.

use crate::diag::Code;
use crate::lint::path::Path;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Row, Source, Take};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::INEXACT_SEARCH,
    since: "0.1",
    why: "Search engines find what is like the words: ada@acme.test also finds mada@acme.test. The wrong \
          record is then changed. This rule goes by the name of the parameter, so it may be wrong.",
    fix: None,
    bad: include_str!("inexact_search.bad.yaml"),
    good: include_str!("inexact_search.good.yaml"),
    check: Check::Mapping(check),
};

/// Names of parameters that search in free text. Guess: by the habits of HTTP interfaces.
const WORDS: [&str; 8] = ["q", "query", "search", "term", "terms", "text", "keyword", "keywords"];

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (request, ..) in &scope.flat.requests {
        let is_constant = |row: &Row| matches!(row.source, Source::Value(_));
        let is_search = request.query.iter().any(|row| {
            let name = row.name.text.to_ascii_lowercase();
            WORDS.contains(&name.as_str()) && !is_constant(row)
        });
        if !is_search {
            continue;
        }
        for row in request.give.iter().filter(|row| row.take != Some(Take::All)) {
            let taken = match &row.source {
                Source::Each { each, filter: None, .. } => Some(each),
                Source::From(from) => from.iter().find(|text| {
                    Path::parse(&text.text).is_many || text.text.contains("[0]") || text.text.contains("[-1]")
                }),
                _ => None,
            };
            if let Some(taken) = taken {
                report
                    .at(taken.span, "whatever the search finds is taken for what was looked for")
                    .help("compare it: `{each: …, where: {$item.email: {same_as_ignoring_case: $email}}, from: …, take: only}`");
            }
        }
    }
}
