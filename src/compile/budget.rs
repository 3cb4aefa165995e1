//! What a mapping may cost: tables and parts are written out wherever a flow uses them, so a short text can mean a lot.
//!
//! In: rows, tests and regular expressions as they are compiled. Out: whether there is room for one more.

use std::collections::BTreeMap;

use regex::{Error as RegexError, Regex, RegexBuilder};

/// Most rows and tests of a mapping, written out.
pub(super) const MOST_PIECES: usize = 20_000;
/// Most different regular expressions of a mapping.
const MOST_PATTERNS: usize = 200;
/// Most bytes of a regular expression, and of a template.
pub(super) const LONGEST: usize = 2_000;
/// Most bytes of a compiled regular expression.
const LARGEST: usize = 4 << 20;

/// What has been used up so far.
#[derive(Debug, Default)]
pub(super) struct Budget {
    n_pieces: usize,
    patterns: BTreeMap<String, Result<Regex, String>>,
}

impl Budget {
    /// Takes a row or a test, if there is room for it.
    pub(super) fn take(&mut self) -> Result<(), IsFirst> {
        self.n_pieces = self.n_pieces.saturating_add(1);
        if self.n_pieces <= MOST_PIECES { Ok(()) } else { Err(IsFirst(self.n_pieces == MOST_PIECES + 1)) }
    }

    /// Compiles a regular expression, each only once, or says in a few words why that cannot be.
    pub(super) fn expression(&mut self, text: &str) -> Result<Regex, String> {
        if let Some(known) = self.patterns.get(text) {
            return known.clone();
        }
        if text.len() > LONGEST {
            return Err(format!("it has more than {LONGEST} bytes"));
        }
        if self.patterns.len() >= MOST_PATTERNS {
            return Err(format!("the mapping has more than {MOST_PATTERNS}"));
        }
        let compiled = RegexBuilder::new(text).size_limit(LARGEST).build().map_err(|error| reason(&error));
        self.patterns.insert(text.to_owned(), compiled.clone());
        compiled
    }
}

/// Whether something that is too much is the first to be so, which is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IsFirst(pub(super) bool);

/// Why a regular expression cannot be compiled, in one line.
fn reason(error: &RegexError) -> String {
    if matches!(error, RegexError::CompiledTooBig(_)) {
        return "it is too large when it is written out".into();
    }
    let words = error.to_string();
    let why = words.rsplit("error: ").next().unwrap_or_default().trim();
    why.lines().next().unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_piece_too_many_is_told_apart() {
        let mut budget = Budget { n_pieces: MOST_PIECES - 1, ..Budget::default() };
        assert_eq!(
            [budget.take(), budget.take(), budget.take()],
            [Ok(()), Err(IsFirst(true)), Err(IsFirst(false))]
        );
    }

    #[test]
    fn a_reason_is_short() {
        let mut budget = Budget::default();
        assert_eq!(budget.expression("(a").unwrap_err(), "unclosed group");
        assert_eq!(budget.expression("a{1000}{1000}").unwrap_err(), "it is too large when it is written out");
        assert!(budget.expression("^[a-z]+$").is_ok());
    }

    #[test]
    fn patterns_are_counted() {
        let mut budget = Budget::default();
        let n_good = (0..MOST_PATTERNS + 10).filter(|n| budget.expression(&format!("a{n}")).is_ok()).count();
        assert_eq!(n_good, MOST_PATTERNS);
        assert!(budget.expression("a0").is_ok());
    }
}
