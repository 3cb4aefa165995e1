//! Whether an expectation can be met, and can fail.
//!
//! In: the tree of a case file and its expectation. Out: findings with their places.

use super::Expected;
use super::pattern::Pattern;
use crate::diag::{Diagnostics, quoted};
use crate::source::{Document, Route};

/// What may become of an event.
const OUTCOMES: [&str; 4] = ["delivered", "skipped", "rejected", "failed"];
/// Keys of a request, and of a finding.
const REQUEST: [&str; 2] = ["request", "body"];
const FINDING: [&str; 5] = ["code", "line", "column", "message", "help"];

/// Reports what can never come, and parts that take whatever comes.
pub(in crate::case) fn check(expected: &Expected, document: &Document, found: &mut Diagnostics) {
    let mut check = Check { document, found };
    let at = Route::root().key("expect");
    if let Some(outcome) = &expected.outcome {
        check.is_no_blank(outcome, &at.key("outcome"));
        check.outcome(outcome, &at.key("outcome"));
    }
    check.list(expected.outcomes.as_ref(), &at.key("outcomes"), Check::outcome);
    check.list(expected.requests.as_ref(), &at.key("requests"), Check::request);
    check.list(expected.writes.as_ref(), &at.key("writes"), Check::request);
    check.list(expected.notes.as_ref(), &at.key("notes"), |_, _, _| {});
    check.list(expected.diagnostics.as_ref(), &at.key("diagnostics"), Check::finding);
    if let Some(Pattern::List(all)) = &expected.outcomes
        && !all.is_empty()
        && all.iter().all(Pattern::takes_all)
    {
        check.blank(&at.key("outcomes"));
    }
    if let Some(state) = &expected.state {
        check.state(state, &at.key("state"));
    }
}

struct Check<'a> {
    document: &'a Document,
    found: &'a mut Diagnostics,
}

impl Check<'_> {
    fn wrong(&mut self, at: &Route, message: impl Into<String>) {
        self.found.wrong_value(self.document.span(at), message);
    }

    fn blank(&mut self, at: &Route) {
        self.found
            .wrong_value(self.document.span(at), "this takes whatever comes, so that it asserts nothing")
            .help("say what is expected, or leave the key out");
    }

    fn is_no_blank(&mut self, pattern: &Pattern, at: &Route) {
        if pattern.takes_all() {
            self.blank(at);
        }
    }

    /// A list, or a word that a list can fit.
    fn list(&mut self, pattern: Option<&Pattern>, at: &Route, element: fn(&mut Self, &Pattern, &Route)) {
        let Some(pattern) = pattern else { return };
        self.is_no_blank(pattern, at);
        let (all, at) = match pattern {
            Pattern::List(all) => (all, at.clone()),
            Pattern::Unordered(all) => (all, at.key("$unordered")),
            Pattern::Contains(inner) if matches!(**inner, Pattern::List(_)) => {
                return if let Pattern::List(all) = &**inner {
                    self.elements(all, &at.key("$contains"), element);
                };
            }
            Pattern::Exactly(value) if value.is_array() => return,
            Pattern::Any(_) => return,
            _ => return self.wrong(at, "expected a list"),
        };
        self.elements(all, &at, element);
    }

    fn elements(&mut self, all: &[Pattern], at: &Route, element: fn(&mut Self, &Pattern, &Route)) {
        for (index, pattern) in all.iter().enumerate() {
            element(self, pattern, &at.index(index));
        }
    }

    fn outcome(&mut self, pattern: &Pattern, at: &Route) {
        match pattern {
            Pattern::Scalar(value) => match value.as_str() {
                Some(word) if OUTCOMES.contains(&word) => {}
                Some(word) => {
                    self.found.wrong_word(self.document.span(at), word, &OUTCOMES);
                }
                None => self.wrong(at, "expected a word such as `delivered`"),
            },
            Pattern::Map(members) => match members.as_slice() {
                [(word, _)] if OUTCOMES.contains(&word.as_str()) && word != "delivered" => {}
                [(word, _)] if word == "delivered" => self.wrong(at, "`delivered` has no reason"),
                _ => self.keys(members, &OUTCOMES, "an outcome", at),
            },
            _ => {}
        }
    }

    fn request(&mut self, pattern: &Pattern, at: &Route) {
        let (members, is_whole, at) = match pattern {
            Pattern::Map(members) => (members, true, at.clone()),
            Pattern::Contains(inner) => match &**inner {
                Pattern::Map(members) => (members, false, at.key("$contains")),
                _ => return,
            },
            Pattern::Scalar(value) if value.is_string() => return,
            Pattern::Scalar(_) | Pattern::List(_) | Pattern::Unordered(_) => {
                return self.wrong(at, "expected a request, as in `GET /people` or `{request: …, body: …}`");
            }
            Pattern::Any(_) | Pattern::Exactly(_) => return,
        };
        self.keys(members, &REQUEST, "a request", &at);
        if is_whole && !members.iter().any(|(key, _)| key == "request") {
            self.found.missing_key(self.document.span(&at), "request");
        }
    }

    fn finding(&mut self, pattern: &Pattern, at: &Route) {
        match pattern {
            Pattern::Map(members) => {
                self.keys(members, &FINDING, "a finding", at);
                for key in ["code", "line", "column"] {
                    if !members.iter().any(|(own, _)| own == key) {
                        self.found.missing_key(self.document.span(at), key);
                    }
                }
            }
            Pattern::Contains(inner) => {
                if let Pattern::Map(members) = &**inner {
                    self.keys(members, &FINDING, "a finding", &at.key("$contains"));
                }
            }
            Pattern::Any(_) | Pattern::Exactly(_) => {}
            _ => self.wrong(at, "expected a finding, as in `{code: D0301, line: 4, column: 7}`"),
        }
    }

    fn state(&mut self, pattern: &Pattern, at: &Route) {
        match pattern {
            Pattern::Map(lists) if lists.is_empty() => self.blank(at),
            Pattern::Map(lists) => {
                for (name, list) in lists {
                    self.list(Some(list), &at.key(name), |_, _, _| {});
                }
            }
            _ if pattern.takes_all() => self.blank(at),
            _ => self.wrong(at, "expected a map of lists"),
        }
    }

    fn keys(&mut self, members: &[(String, Pattern)], known: &[&str], place: &str, at: &Route) {
        if members.is_empty() {
            self.wrong(at, format!("expected {place}, found an empty map"));
        }
        let unknown = members.iter().filter(|(key, _)| !known.contains(&key.as_str()));
        for (key, _) in unknown {
            let span = self.document.key_span(&at.key(key));
            self.found.unknown_key(span, key, known, place);
        }
        if known == OUTCOMES && members.len() > 1 {
            let words: Vec<String> = members.iter().map(|(key, _)| quoted(key)).collect();
            self.wrong(at, format!("an outcome is one word, found {}", words.join(", ")));
        }
    }
}
