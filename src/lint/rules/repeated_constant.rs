//! Lists of constants that name one of them twice.

use crate::diag::{Code, Safety, Span, quoted};
use crate::lint::edit::without_element;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Condition, ConditionKind, Test};
use crate::source::{Kind, Node};
use crate::value::Type;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::REPEATED_CONSTANT,
    since: "0.1",
    why: "The second does nothing; mostly another word was meant.",
    fix: Some((Safety::Safe, "removes the second")),
    bad: include_str!("repeated_constant.bad.yaml"),
    good: include_str!("repeated_constant.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    scope.flat.conditions.iter().for_each(|(condition, ..)| look(scope, condition, report));
    for (row, ..) in scope.flat.rows.iter().filter(|(row, ..)| matches!(row.cast, Some(Type::Enum(_)))) {
        let words = scope.key_in(row.span, "as").and_then(|(_, node)| node.get("enum"));
        twice(scope, words, report);
    }
    for setting in &scope.mapping.config {
        let words = scope.value_of(setting.name.span).and_then(|node| node.get("forbid"));
        twice(scope, words, report);
    }
}

fn look(scope: &Scope<'_>, condition: &Condition, report: &mut Report<'_>) {
    match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => {
            for part in parts {
                look(scope, part, report);
            }
        }
        ConditionKind::Not(part) => look(scope, part, report),
        ConditionKind::Test(_, Test::In(_)) => {
            // The test is `in: […]`, so its key stands where it begins.
            let key = Span::new(condition.span.start, condition.span.start + "in".len());
            twice(scope, scope.value_of(key), report);
        }
        ConditionKind::Test(..) => {}
    }
}

fn twice(scope: &Scope<'_>, list: Option<&Node>, report: &mut Report<'_>) {
    let Some(Kind::List(items)) = list.map(|list| &list.kind) else { return };
    for (index, item) in items.iter().enumerate() {
        if let Some(first) = items.iter().take(index).find(|other| other.kind == item.kind) {
            let written = scope.document.text.get(item.span.start..item.span.end).unwrap_or_default();
            report
                .at(item.span, format!("{} stands in the list already", quoted(written)))
                .label(first.span, "the first")
                .help("remove it, or write the word that was meant")
                .fix(without_element(scope.document, item.span, Safety::Safe));
        }
    }
}
