//! What an answer may lead to, by the tables of errors.
//!
//! In: tables, the more particular first, and an answer. Out: the reactions that are possible, each with the line that
//! says so. Mirrors the order in which a run asks: exact statuses before classes, and the built-in table at the end.

use crate::diag::Span;
use crate::model::{Answers, ErrorRule, Reaction, Request};

use super::scope::Scope;

/// A reaction, and the line of the table that it comes from; none for the built-in one.
pub(super) type Possible = (Reaction, Option<Span>);

/// What an answer to a request may lead to.
pub(super) fn reactions(scope: &Scope<'_>, request: &Request, answer: Answers) -> Vec<Possible> {
    by_tables(&[&request.errors, &scope.mapping.service.errors], answer)
}

/// What an answer may lead to by some tables.
pub(super) fn by_tables(tables: &[&[ErrorRule]], answer: Answers) -> Vec<Possible> {
    let mut possible: Vec<Possible> = Vec::new();
    for table in tables {
        for class in classes(answer) {
            for rule in table.iter().filter(|rule| rule.answers == class) {
                for arm in &rule.arms {
                    possible.push((arm.then, Some(rule.span)));
                    if arm.when.is_none() {
                        return possible;
                    }
                }
            }
        }
    }
    let is_good = matches!(answer, Answers::Status(200..300) | Answers::Class(2));
    possible.push((if is_good { Reaction::Done } else { Reaction::Fail }, None));
    possible
}

/// The answers after which nobody knows whether a write has arrived.
pub(super) const UNCLEAR: [Answers; 5] = [
    Answers::Timeout,
    Answers::Status(408),
    Answers::Status(500),
    Answers::Status(502),
    Answers::Status(504),
];

/// An answer as tables spell it.
pub(super) fn spelt(answer: Answers) -> String {
    match answer {
        Answers::Status(status) => status.to_string(),
        Answers::Class(digit) => format!("{digit}xx"),
        Answers::Timeout => "timeout".into(),
        Answers::Unreachable => "unreachable".into(),
        Answers::Body => "body".into(),
    }
}

fn classes(answer: Answers) -> Vec<Answers> {
    match answer {
        Answers::Status(status) => vec![answer, Answers::Class(status / 100)],
        _ => vec![answer],
    }
}
