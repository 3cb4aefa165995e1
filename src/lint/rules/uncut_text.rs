//! Texts that may be longer than the destination takes.

use crate::destination::Destination;
use crate::diag::Code;
use crate::lint::asked::{Maker, Place, attributes};
use crate::lint::rule::{Check, EXAMPLE, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::shape::{Bounds, Kinds};
use crate::lint::walk::Site;
use crate::model::Row;
use crate::value::Type;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNCUT_TEXT,
    since: "0.1",
    why: "A longer text makes the destination refuse the request, with all that is in it.",
    fix: None,
    bad: include_str!("uncut_text.bad.yaml"),
    good: include_str!("uncut_text.good.yaml"),
    check: Check::Destination { check, schemas: EXAMPLE },
};

fn check(scope: &Scope<'_>, destination: &Destination, report: &mut Report<'_>) {
    for (ask, attribute) in attributes(scope, destination) {
        let (Place::Known(schema), Maker::Row(row)) = (attribute.place, attribute.maker) else { continue };
        let Some(most) = schema.length.1 else { continue };
        if may_be_longer(scope, row, ask.site, most) {
            let message = format!(
                "{} may be longer than the {most} characters that {} takes",
                attribute.shown(),
                ask.spelt()
            );
            report
                .at(attribute.span, message)
                .help(format!("add `truncate: {most}`, or ask for a shorter text under `require:`"));
        }
    }
}

fn may_be_longer<'m>(scope: &Scope<'m>, row: &'m Row, site: Site<'m>, most: usize) -> bool {
    if row.truncate.is_some_and(|length| length <= most) || row.map.is_some() {
        return false;
    }
    let is_long_type = match &row.cast {
        None | Some(Type::String | Type::Scalar | Type::Email | Type::Url | Type::Phone) => true,
        Some(Type::Enum(words)) => words.iter().any(|word| word.chars().count() > most),
        Some(_) => false,
    };
    // Dates and numbers are shorter than any limit that is one.
    let shape = scope.row_at(row, site);
    let is_bounded = shape.bounds.as_ref().and_then(Bounds::longest).is_some_and(|longest| longest <= most);
    is_long_type && shape.values.is_none() && shape.kinds.meets(Kinds::TEXT) && !is_bounded
}
