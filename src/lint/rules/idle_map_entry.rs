//! Entries of `map` for values that the row never has.

use crate::diag::{Code, Safety, quoted};
use crate::lint::known::may_look_up;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::IDLE_MAP_ENTRY,
    since: "0.1",
    why: "The replacement is never made; mostly the key is misspelt.",
    fix: Some((Safety::Safe, "removes the entry")),
    bad: include_str!("idle_map_entry.bad.yaml"),
    good: include_str!("idle_map_entry.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (row, _, site) in &scope.flat.rows {
        let Some((_, map)) = row.map.as_ref().and_then(|_| scope.key_in(row.span, "map")) else { continue };
        let known = scope.looked_up(row, *site);
        let crate::source::Kind::Map(entries) = &map.kind else { continue };
        for (key, _) in entries {
            if !may_look_up(row, &key.text, known.as_deref()) {
                report
                    .at(key.span, format!("{} is never {}", quoted(&row.name.text), quoted(&key.text)))
                    .help(match &known {
                        Some(known) => format!("it is one of {}", known.join(", ")),
                        None => "its type has no such value".into(),
                    })
                    .fix(scope.removal(key.span, Safety::Safe));
            }
        }
    }
}
