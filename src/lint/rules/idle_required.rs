//! `required` where there is always a value.

use crate::diag::{Code, Safety, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::IDLE_REQUIRED,
    since: "0.1",
    why: "It promises a check that never fails; with a default beside it, the event that was to be rejected \
          is sent.",
    fix: Some((Safety::Safe, "removes `required`")),
    bad: include_str!("idle_required.bad.yaml"),
    good: include_str!("idle_required.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    const HELP: &str = "remove it; if the value must come from outside, remove the default instead";
    for (row, _, site) in scope.flat.rows.iter().filter(|(row, ..)| row.required.is_some()) {
        let without = crate::model::Row { required: None, when: None, ..(*row).clone() };
        if !scope.row_at(&without, *site).missing {
            let message = format!("{} is required, and always there", quoted(&row.name.text));
            report.at(scope.key_span(row.span, "required"), message).help(HELP).fix(scope.removal_of(
                row.span,
                "required",
                Safety::Safe,
            ));
        }
    }
    for setting in &scope.mapping.config {
        if setting.item.required && setting.item.default.is_some() {
            let Some(value) = scope.value_of(setting.name.span) else { continue };
            let message =
                format!("the setting {} is required, and has a default", quoted(&setting.name.text));
            report.at(scope.key_span(value.span, "required"), message).help(HELP).fix(scope.removal_of(
                value.span,
                "required",
                Safety::Safe,
            ));
        }
    }
}
