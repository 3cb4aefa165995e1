//! E-mail addresses and telephone numbers in paths and parameters.

use crate::diag::{Code, quoted};
use crate::lint::path::{Path, Step};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Spot;
use crate::model::{Source, Text};
use crate::value::Type;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::PERSONAL_DATA_IN_URL,
    since: "0.1",
    why: "Addresses of requests are written into logs on the way, where nobody looks for personal data. \
          This rule goes by types and names, so it may be wrong.",
    fix: None,
    bad: include_str!("personal_data_in_url.bad.yaml"),
    good: include_str!("personal_data_in_url.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (row, spot, site) in &scope.flat.rows {
        let is_in_url = matches!(spot, Spot::Placeholder | Spot::Parameter);
        let flows = scope.flows_of(site.owner);
        let (Source::From(from) | Source::Each { from, .. }) = &row.source else { continue };
        for text in from.iter().filter(|text| is_in_url && is_personal(scope, text, &flows)) {
            report
                .at(text.span, format!("{} is personal, and gets into the address", quoted(&text.text)))
                .help("use an identifier, or send it in a body; if the destination knows no other way, allow it here");
        }
    }
}

/// Names under which systems keep e-mail addresses, and telephone numbers. Guess: by the habits of HTTP interfaces.
const EMAILS: [&str; 3] = ["email", "e_mail", "mail"];
const PHONES: [&str; 3] = ["phone", "mobile", "phonenumber"];

fn is_personal(scope: &Scope<'_>, text: &Text, flows: &[usize]) -> bool {
    is_email(scope, text, flows) || is_of(scope, text, flows, &Type::Phone, &PHONES)
}

/// Whether a value is an e-mail address, by its type or its name.
pub(super) fn is_email(scope: &Scope<'_>, text: &Text, flows: &[usize]) -> bool {
    is_of(scope, text, flows, &Type::Email, &EMAILS)
}

fn is_of(scope: &Scope<'_>, text: &Text, flows: &[usize], kind: &Type, words: &[&str]) -> bool {
    let path = Path::parse(&text.text);
    let last = match path.steps.last() {
        Some(Step::Key(key)) => *key,
        Some(Step::Index(_)) => return false,
        None => path.name,
    };
    let is_typed = path.steps.is_empty()
        && flows
            .iter()
            .filter_map(|flow| scope.declared(path.name, *flow))
            .any(|row| row.cast.as_ref() == Some(kind));
    path.name != "config" && (is_typed || words.contains(&last.to_ascii_lowercase().as_str()))
}
