//! Entries of `map` for values that the row never has.

use crate::diag::{Code, Safety, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::shape::Shape;
use crate::lint::walk::Site;
use crate::model::{Row, Source};
use crate::value::Type;

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
        let known = texts(scope, row, *site);
        let crate::source::Kind::Map(entries) = &map.kind else { continue };
        for (key, _) in entries {
            let may_come = match (&known, &row.cast) {
                (Some(known), _) => known.contains(&key.text),
                (None, Some(Type::Integer)) => {
                    let digits = key.text.strip_prefix('-').unwrap_or(&key.text);
                    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
                }
                _ => true,
            };
            if !may_come {
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

/// All texts that a row may look up in its `map`, if they are known.
pub(in crate::lint) fn texts<'m>(scope: &Scope<'m>, row: &'m Row, site: Site<'m>) -> Option<Vec<String>> {
    let Source::From(from) = &row.source else { return None };
    let shape = from.iter().map(|text| scope.shape_at(text, site)).reduce(Shape::or)?;
    let shape = match &row.cast {
        Some(Type::Boolean) => return Some(vec!["true".into(), "false".into()]),
        Some(cast) => shape.cast(cast).0,
        None => shape,
    };
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    shape.values.map(|values| values.iter().map(text).collect())
}
