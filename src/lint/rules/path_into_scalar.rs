//! Paths below a name or an output that is no object.

use crate::diag::{Code, quoted};
use crate::lint::path::Path;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::PATH_INTO_SCALAR,
    since: "0.1",
    why: "Such a path never gives anything. The proof is the type that the mapping declares for the name.",
    fix: None,
    bad: include_str!("path_into_scalar.bad.yaml"),
    good: include_str!("path_into_scalar.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (text, _, site) in &scope.flat.selectors {
        let path = Path::parse(&text.text);
        let is_declared = !matches!(path.name, "" | "config" | "steps" | "members" | "item" | "flow");
        let is_element = site.each.is_some_and(|each| each.name.text == path.name);
        if !is_declared || is_element || path.steps.is_empty() || path.is_many {
            continue;
        }
        if scope.shape_at(text, *site).kinds.is_none() {
            let name = format!("${}", path.name);
            let whole = scope.shape_at(&crate::model::Text { text: name.clone(), span: text.span }, *site);
            // What is always missing has been judged where it is made.
            if whole.kinds.is_none() {
                continue;
            }
            report
                .at(text.span, format!("{} is {}, which has no members", quoted(&name), whole.kinds.words()))
                .help(format!("read {} itself, or the object that it comes from", quoted(&name)));
        }
    }
}
