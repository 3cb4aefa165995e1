//! Settings that nothing reads.

use crate::diag::{Code, Safety, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNUSED_SETTING,
    since: "0.1",
    why: "Users give it, and it changes nothing.",
    fix: Some((Safety::Unsafe, "removes the setting; whoever gives it then gets an error")),
    bad: include_str!("unused_setting.bad.yaml"),
    good: include_str!("unused_setting.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for setting in &scope.mapping.config {
        let name = &setting.name;
        if !scope.read.settings.contains(name.text.as_str()) {
            report
                .at(name.span, format!("nothing reads the setting {}", quoted(&name.text)))
                .help(format!("read it as {}, or remove it", quoted(&format!("$config.{}", name.text))))
                .fix(scope.removal(name.span, Safety::Unsafe));
        }
    }
}
