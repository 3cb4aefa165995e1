//! Whole numbers beyond 2^53.

use crate::diag::{Code, Fix, Safety, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::source::{Kind, Node, Scalar};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::LONG_INTEGER,
    since: "0.1",
    why: "Readers of JSON that keep numbers as binary64 (JavaScript, jq and many others) change the last \
          digits of it. Source: RFC 8259, section 6.",
    fix: Some((Safety::Unsafe, "puts it in quotes, which makes it text")),
    bad: include_str!("long_integer.bad.yaml"),
    good: include_str!("long_integer.good.yaml"),
    check: Check::Mapping(check),
};

/// The largest number up to which all whole numbers are exact in binary64.
const LARGEST: u64 = 1 << 53;

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    look(&scope.document.root, report);
}

fn look(node: &Node, report: &mut Report<'_>) {
    match &node.kind {
        Kind::List(items) => items.iter().for_each(|item| look(item, report)),
        Kind::Map(entries) => entries.iter().for_each(|(_, value)| look(value, report)),
        Kind::Scalar { text, .. } => {
            let Some(Scalar::Number(number)) = node.scalar() else { return };
            let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            if size.is_some_and(|size| size > LARGEST) {
                report
                    .at(node.span, format!("many readers change the last digits of {}", quoted(text)))
                    .help("an identifier is text: put it in quotes")
                    .fix(Some(Fix::new(Safety::Unsafe, node.span, format!("\"{text}\""))));
            }
        }
    }
}
