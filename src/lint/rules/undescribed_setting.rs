//! Settings without `about`.

use crate::diag::{Code, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNDESCRIBED_SETTING,
    since: "0.1",
    why: "`about` is what users read when the setting is missing, and all that they have to go by.",
    fix: None,
    bad: include_str!("undescribed_setting.bad.yaml"),
    good: include_str!("undescribed_setting.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for setting in scope.mapping.config.iter().filter(|setting| setting.item.about.is_none()) {
        let name = &setting.name;
        report
            .at(name.span, format!("nothing says what the setting {} is for", quoted(&name.text)))
            .help("add `about:` with a few words for those who give it");
    }
}
