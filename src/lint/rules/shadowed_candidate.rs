//! Candidates behind one that is always present.

use crate::diag::{Code, Safety, quoted};
use crate::lint::edit::without_element;
use crate::lint::path::Path;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::Source;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::SHADOWED_CANDIDATE,
    since: "0.1",
    why: "It can never win, so whoever added it believes in data that is never sent.",
    fix: Some((Safety::Safe, "removes the candidate")),
    bad: include_str!("shadowed_candidate.bad.yaml"),
    good: include_str!("shadowed_candidate.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (row, _, site) in &scope.flat.rows {
        let (Source::From(from) | Source::Each { from, .. }) = &row.source else { continue };
        for (index, text) in from.iter().enumerate() {
            let before = from.iter().take(index);
            let is_plain = matches!(row.source, Source::From(_));
            let (winner, why) = if let Some(same) = before
                .clone()
                .find(|other| Path::parse(&other.text) == Path::parse(&text.text) && !is_many(text))
            {
                (same, "stands before it already")
            } else if let Some(winner) =
                before.clone().find(|other| is_plain && scope.always_wins(row, other, *site))
            {
                (winner, "in front of it is always there")
            } else {
                continue;
            };
            let message =
                format!("{} is never looked at: {} {why}", quoted(&text.text), quoted(&winner.text));
            report
                .at(text.span, message)
                .label(winner.span, "this one wins")
                .help("remove it, or put it in front")
                .fix(without_element(scope.document, text.span, Safety::Safe));
            break;
        }
    }
}

fn is_many(text: &crate::model::Text) -> bool {
    Path::parse(&text.text).is_many
}
