//! Paths into replies that lead to nothing.

use crate::destination::Destination;
use crate::diag::{Code, Diagnostic, Severity, listed, nearest, quoted};
use crate::lint::asked::asks;
use crate::lint::replies::{Lost, lost, lost_of_service};
use crate::lint::rule::{Check, EXAMPLE, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::walk::Role;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNKNOWN_REPLY_PATH,
    since: "0.1",
    why: "The value is always missing: an output is never given, a look-up never finds anything, a condition over the reply \
          never holds. The proof is `additionalProperties: false` in the schema of the reply.",
    fix: None,
    bad: include_str!("unknown_reply_path.bad.yaml"),
    good: include_str!("unknown_reply_path.good.yaml"),
    check: Check::Destination { check, schemas: EXAMPLE },
};

fn check(scope: &Scope<'_>, destination: &Destination, report: &mut Report<'_>) {
    let asks = asks(scope, destination);
    for ask in &asks {
        for lost in lost(ask) {
            let role = if ask.role == Role::Verify { "the reply of the `verify` to" } else { "the reply to" };
            tell(&lost, &format!("{role} {}", ask.spelt()), report);
        }
    }
    for lost in lost_of_service(scope, &asks, destination) {
        // Somewhere else such a reply may come from, about which the schemas say nothing.
        tell(&lost, "no reply of the destination", report).severity = Severity::Warning;
    }
}

fn tell<'r>(lost: &Lost<'_, '_>, reply: &str, report: &'r mut Report<'_>) -> &'r mut Diagnostic {
    let (has, a) = if reply.starts_with("no ") { ("has", "a ") } else { ("has no", "") };
    let what = match lost.key.as_str() {
        "" => format!("{a}list where this path goes through one"),
        key => quoted(key),
    };
    let known: Vec<&str> = lost.within.iter().flat_map(|schema| schema.known()).collect();
    let help = match nearest(&lost.key, known.iter().copied()) {
        Some(near) => format!("did you mean {}?", quoted(near)),
        None if known.is_empty() => "nothing stands below it".into(),
        None => format!("it has {}", listed(&known)),
    };
    report.at(lost.selector.span, format!("{reply} {has} {what}")).help(help)
}
