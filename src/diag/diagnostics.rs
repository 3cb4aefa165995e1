//! The collector: stages report into it and go on.
//!
//! In: findings in any order. Out: the findings in the order of the text. One constructor a finding, so that its
//! wording lives in one place; must not know how findings are rendered.

use std::collections::BTreeSet;

use super::{Code, Diagnostic, Severity, Span, nearest};

/// Most findings that are told; nobody reads more, and the next run brings the rest.
const MOST_FINDINGS: usize = 200;

/// Words of other languages, and those that stand for them here.
const SYNONYMS: [(&str, &str); 16] = [
    ("text", "string"),
    ("str", "string"),
    ("int", "integer"),
    ("long", "integer"),
    ("float", "number"),
    ("double", "number"),
    ("decimal", "number"),
    ("bool", "boolean"),
    ("timestamp", "datetime"),
    ("map", "object"),
    ("password", "secret"),
    ("token", "secret"),
    ("ignore", "skip"),
    ("delete", "remove"),
    ("error", "fail"),
    ("success", "done"),
];

/// Findings so far.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// A collector without findings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding and gives it back for remarks and help.
    pub fn push(&mut self, found: Diagnostic) -> &mut Diagnostic {
        self.list.push_mut(found)
    }

    /// Adds an error.
    pub fn error(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.push(Diagnostic::new(code, Severity::Error, span, message))
    }

    /// Adds a warning.
    pub fn warning(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.push(Diagnostic::new(code, Severity::Warning, span, message))
    }

    /// Whether one of the findings is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|found| found.severity == Severity::Error)
    }

    /// Keeps those findings that `keep` wants.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(keep);
    }

    /// The findings in the order in which they came.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// How many findings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no finding.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether there are so many findings that advice about further ones is not worth its while.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        self.list.len() >= MOST_FINDINGS
    }

    /// The findings in the order of the text; those of one place by code.
    ///
    /// What several parts of a mapping have found alike is told once, a warning about the very text of an error is left
    /// out, and so is what comes after the first 200 (errors before warnings).
    #[must_use]
    pub fn into_vec(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|found| (found.primary, found.code));
        let is_error = |found: &&Diagnostic| found.severity == Severity::Error;
        let wrong: BTreeSet<Span> = self.list.iter().filter(is_error).map(|found| found.primary).collect();
        self.list.retain(|found| found.severity == Severity::Error || !wrong.contains(&found.primary));
        let mut told = BTreeSet::new();
        self.list.retain(|found| {
            // A value has one type, however many places ask for it.
            let words = if found.code == Code::WRONG_TYPE { String::new() } else { found.message.clone() };
            told.insert((found.primary, found.code, words))
        });
        if self.list.len() > MOST_FINDINGS {
            self.list.sort_by_key(|found| found.severity);
            self.list.truncate(MOST_FINDINGS);
            self.list.sort_by_key(|found| (found.primary, found.code));
        }
        self.list
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// 02xx: the shape of a piece.
impl Diagnostics {
    /// A key that means nothing where it stands; `place` names its map, as in "a request".
    pub fn unknown_key(&mut self, span: Span, key: &str, known: &[&str], place: &str) -> &mut Diagnostic {
        let found = self.error(Code::UNKNOWN_KEY, span, format!("unknown key {}", quoted(key)));
        found.mark(format!("not a key of {place}"));
        match nearest(key, known.iter().copied()) {
            Some(near) => found.help(format!("did you mean {}?", quoted(near))),
            None if known.is_empty() => found,
            None => found.help(format!("known keys: {}", listed(known))),
        }
    }

    /// A known key that means nothing without another one, or beside it; `why` says so.
    pub fn idle_key(&mut self, span: Span, key: &str, why: &str) -> &mut Diagnostic {
        self.error(Code::UNKNOWN_KEY, span, format!("{} means nothing {why}", quoted(key)))
    }

    /// A key that must be there and is not; `span` is that of the map it should be in.
    pub fn missing_key(&mut self, span: Span, key: &str) -> &mut Diagnostic {
        self.error(Code::MISSING_KEY, span, format!("missing key {}", quoted(key)))
            .help(format!("add `{key}: …` to this map"))
    }

    /// A value of another kind than is wanted, both told in plain words such as "a whole number".
    pub fn wrong_type(&mut self, span: Span, expected: &str, found: &str) -> &mut Diagnostic {
        self.error(Code::WRONG_TYPE, span, format!("expected {expected}, found {found}"))
    }

    /// A word that is none of those allowed.
    pub fn wrong_word(&mut self, span: Span, word: &str, allowed: &[&str]) -> &mut Diagnostic {
        let message = format!("expected one of {}, found {}", listed(allowed), quoted(word));
        let found = self.error(Code::WRONG_VALUE, span, message);
        let same =
            SYNONYMS.iter().find(|(other, own)| *other == word && allowed.contains(own)).map(|(_, own)| *own);
        match same.or_else(|| nearest(word, allowed.iter().copied())) {
            Some(near) => found.help(format!("did you mean {}?", quoted(near))),
            None => found,
        }
    }

    /// A value that is of the right kind and still not allowed; `message` says why.
    pub fn wrong_value(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.error(Code::WRONG_VALUE, span, message)
    }
}

/// What the author wrote, in backticks, on one line and not too long.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text.chars().take(LONGEST).flat_map(visible).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// `a`, `b`, `c`, each in backticks.
pub(crate) fn listed(words: &[&str]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")
}

/// The character itself, or an escape if it would break or hide the line.
fn visible(letter: char) -> impl Iterator<Item = char> {
    let (plain, escaped) =
        if letter.is_control() { (None, Some(letter.escape_default())) } else { (Some(letter), None) };
    plain.into_iter().chain(escaped.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_come_in_the_order_of_the_text() {
        let mut all = Diagnostics::new();
        all.warning(Code::LEADING_ZERO, Span::new(9, 12), "later");
        all.error(Code::SYNTAX, Span::new(2, 3), "sooner");
        assert!(all.has_errors());
        let messages: Vec<String> = all.into_vec().into_iter().map(|found| found.message).collect();
        assert_eq!(messages, ["sooner", "later"]);
    }

    #[test]
    fn warnings_are_no_errors() {
        let mut all = Diagnostics::new();
        all.warning(Code::LEADING_ZERO, Span::at(0), "only this");
        assert!(!all.has_errors() && all.len() == 1 && !all.is_empty());
    }

    #[test]
    fn the_same_is_told_once() {
        let mut all = Diagnostics::new();
        for message in ["a", "b", "a"] {
            all.error(Code::SYNTAX, Span::new(2, 3), message);
        }
        all.wrong_type(Span::new(4, 5), "text", "a list");
        all.wrong_type(Span::new(4, 5), "a selector", "a list");
        all.warning(Code::YES_NO_WORD, Span::new(4, 5), "of no interest");
        let messages: Vec<String> = all.into_vec().into_iter().map(|found| found.message).collect();
        assert_eq!(messages, ["a", "b", "expected text, found a list"]);
    }

    #[test]
    fn errors_outlast_warnings_when_there_are_many() {
        let mut all = Diagnostics::new();
        for start in 0..300 {
            all.warning(Code::LEADING_ZERO, Span::at(start), "x");
        }
        all.error(Code::SYNTAX, Span::at(400), "y");
        let all = all.into_vec();
        assert_eq!((all.len(), all.last().unwrap().code), (MOST_FINDINGS, Code::SYNTAX));
    }

    #[test]
    fn unknown_key_offers_a_near_one() {
        let mut all = Diagnostics::new();
        let found = all.unknown_key(Span::new(0, 5), "tiket", &["ticket", "body"], "a request");
        assert_eq!(found.message, "unknown key `tiket`");
        assert_eq!(found.help.as_deref(), Some("did you mean `ticket`?"));
    }

    #[test]
    fn unknown_key_lists_the_known() {
        let mut all = Diagnostics::new();
        let found = all.unknown_key(Span::new(0, 5), "colour", &["ticket", "body"], "a request");
        assert_eq!(found.help.as_deref(), Some("known keys: `ticket`, `body`"));
    }

    #[test]
    fn quotes_stay_on_one_line() {
        assert_eq!(quoted("a\nb\u{0}"), "`a\\nb\\u{0}`");
        assert_eq!(quoted(&"x".repeat(70)).chars().count(), 63);
    }
}
