//! Fixes: edits of the text that mend what was found.
//!
//! In: a text and edits by bytes. Out: the text with the edits made. Knows nothing of what they are for.

use std::fmt;

use super::Span;

/// How sure it is that a fix changes nothing that anybody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// What the mapping does with any event and any settings stays the same.
    Safe,
    /// What the mapping does may change; somebody has to look at it.
    Unsafe,
}

impl fmt::Display for Safety {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        })
    }
}

/// Bytes to replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes in its place.
    pub text: String,
}

/// What mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// How sure it is.
    pub safety: Safety,
    /// What is to be replaced; no two edits touch.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix of one edit.
    #[must_use]
    pub fn new(safety: Safety, span: Span, text: impl Into<String>) -> Self {
        Self { safety, edits: vec![Edit { span, text: text.into() }] }
    }
}

/// Makes those fixes that do not touch an earlier one of the list. Gives the new text, and how many were made.
///
/// An edit that lies outside of the text, or cuts a character, leaves its whole fix unmade.
#[must_use]
pub fn apply<'f>(text: &str, fixes: impl IntoIterator<Item = &'f Fix>) -> (String, usize) {
    let mut chosen: Vec<&Edit> = Vec::new();
    let mut n_made = 0;
    for fix in fixes {
        let fits = |edit: &Edit| {
            text.get(edit.span.start..edit.span.end).is_some()
                && chosen.iter().all(|other| !touches(edit.span, other.span))
        };
        if !fix.edits.is_empty() && fix.edits.iter().all(fits) {
            chosen.extend(&fix.edits);
            n_made += 1;
        }
    }
    chosen.sort_by_key(|edit| edit.span);
    let mut mended = String::with_capacity(text.len());
    let mut done = 0;
    for edit in chosen {
        mended.push_str(text.get(done..edit.span.start).unwrap_or_default());
        mended.push_str(&edit.text);
        done = edit.span.end;
    }
    mended.push_str(text.get(done..).unwrap_or_default());
    (mended, n_made)
}

/// Whether two spans share a byte, or stand side by side.
fn touches(one: Span, other: Span) -> bool {
    one.start <= other.end && other.start <= one.end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, edits: &[(usize, usize, &str)], expected: &str, n_made: usize) {
        let fixes: Vec<Fix> = edits
            .iter()
            .map(|(start, end, text)| Fix::new(Safety::Safe, Span::new(*start, *end), *text))
            .collect();
        assert_eq!(apply(text, &fixes), (expected.to_owned(), n_made));
    }

    #[test]
    fn edits_are_made_in_the_order_of_the_text() {
        check("abcdef", &[(4, 5, "E"), (0, 2, "")], "cdEf", 2);
    }

    #[test]
    fn an_edit_that_touches_an_earlier_one_waits() {
        check("abcdef", &[(1, 3, "x"), (2, 4, "y"), (3, 4, "z")], "axdef", 1);
    }

    #[test]
    fn what_lies_outside_is_left_alone() {
        check("aé", &[(2, 3, "x"), (7, 9, "y"), (0, 1, "z")], "zé", 1);
    }
}
