//! Variables of a template that it does not show.

use crate::diag::{Code, Safety, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::Source;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNUSED_VARIABLE,
    since: "0.1",
    why: "A variable without a value leaves the whole template without one, even one that is not shown.",
    fix: Some((Safety::Unsafe, "removes the variable; the text is then made without it as well")),
    bad: include_str!("unused_variable.bad.yaml"),
    good: include_str!("unused_variable.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (row, ..) in &scope.flat.rows {
        let Source::Template { text, with } = &row.source else { continue };
        let shown: Vec<&str> =
            text.text.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0.trim())).collect();
        for variable in with.iter().filter(|variable| !shown.contains(&variable.name.text.as_str())) {
            let name = &variable.name;
            report
                .at(
                    name.span,
                    format!("the template does not show {}", quoted(&format!("{{{{{}}}}}", name.text))),
                )
                .help("write it into the template, or remove it")
                .fix(scope.removal(name.span, Safety::Unsafe));
        }
    }
}
