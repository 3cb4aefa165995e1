//! Defaults of settings that do not match the pattern, or are forbidden.

use regex::Regex;

use crate::diag::{Code, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::REFUSED_DEFAULT,
    since: "0.1",
    why: "Whoever does not give the setting gets an error about a value that they never wrote. The proof is \
          the default itself.",
    fix: None,
    bad: include_str!("refused_default.bad.yaml"),
    good: include_str!("refused_default.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for setting in &scope.mapping.config {
        let Some(default) = setting.item.default.as_ref() else { continue };
        let text = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
        let Some(node) = scope.value_of(setting.name.span) else { continue };
        let is_off = setting.item.pattern.as_ref().is_some_and(|pattern| {
            Regex::new(&format!("^(?:{})$", pattern.text)).is_ok_and(|regex| !regex.is_match(&text))
        });
        let is_forbidden = setting.item.forbid.iter().any(|word| text.trim().eq_ignore_ascii_case(word));
        let key = if is_off { "pattern" } else { "forbid" };
        // An empty default counts as none.
        if (is_off || is_forbidden) && !text.is_empty() {
            let message = format!("the default {} is refused by `{key}`", quoted(&text));
            report
                .at(node.entry("default").map_or(node.span, |(_, value)| value.span), message)
                .label(scope.key_span(node.span, key), "by this")
                .help("choose another default, or allow this one");
        }
    }
}
