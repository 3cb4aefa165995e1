//! Parts that no flow uses.

use crate::diag::{Code, Safety, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::Step;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNUSED_PART,
    since: "0.1",
    why: "Its steps look as if they were made, and never are.",
    fix: Some((Safety::Safe, "removes the part")),
    bad: include_str!("unused_part.bad.yaml"),
    good: include_str!("unused_part.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for part in &scope.mapping.parts {
        let name = &part.name;
        let is_use = |step: &Step| matches!(step, Step::Use { part, .. } if part.text == name.text);
        if !scope.flat.lists.iter().any(|(steps, _)| steps.iter().any(is_use)) {
            report
                .at(name.span, format!("no flow uses the part {}", quoted(&name.text)))
                .help(format!("write {}, or remove it", quoted(&format!("- use: {}", name.text))))
                .fix(scope.removal(name.span, Safety::Safe));
        }
    }
}
