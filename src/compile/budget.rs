//! What a mapping may cost: tables and parts are written out wherever a flow uses them, so a short text can mean a lot.
//!
//! In: rows, tests and regular expressions as they are compiled. Out: whether there is room for one more.

use std::collections::BTreeMap;

use regex::{Error as RegexError, Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Most rows and tests of a mapping, written out.
pub(super) const MOST_PIECES: usize = 20_000;
/// Most different regular expressions of a mapping.
const MOST_PATTERNS: usize = 200;
/// Most bytes of a regular expression, and of a template.
pub(super) const LONGEST: usize = 2_000;
/// Most bytes of a compiled regular expression.
const LARGEST: usize = 4 << 20;
/// Up to which weight an expression is surely no larger than that: a unit takes far less than 100 bytes.
const LIGHT: usize = 20_000;
/// Weight of a range with characters beyond ASCII, which becomes up to seven sequences of up to four bytes.
const WIDE: usize = 28;

/// What has been used up so far.
#[derive(Debug, Default)]
pub(super) struct Budget {
    n_pieces: usize,
    /// What became of each regular expression; `None` if it can be compiled but nobody needed that yet.
    patterns: BTreeMap<String, Option<Result<Regex, String>>>,
}

impl Budget {
    /// Takes a row or a test, if there is room for it.
    pub(super) fn take(&mut self) -> Result<(), IsFirst> {
        self.n_pieces = self.n_pieces.saturating_add(1);
        if self.n_pieces <= MOST_PIECES { Ok(()) } else { Err(IsFirst(self.n_pieces == MOST_PIECES + 1)) }
    }

    /// Whether a regular expression can be compiled, as far as that can be told without the work of doing it. If not,
    /// [`expression`](Self::expression) has the last word.
    pub(super) fn is_surely_fine(&mut self, text: &str) -> bool {
        let is_known = matches!(self.patterns.get(text), Some(None | Some(Ok(_))));
        let has_room = text.len() <= LONGEST && self.patterns.len() < MOST_PATTERNS;
        let is_light = || regex_syntax::parse(text).is_ok_and(|parsed| weight(&parsed) <= LIGHT);
        if !is_known && has_room && !self.patterns.contains_key(text) && is_light() {
            self.patterns.insert(text.to_owned(), None);
            return true;
        }
        is_known
    }

    /// Compiles a regular expression, each only once, or says in a few words why that cannot be.
    pub(super) fn expression(&mut self, text: &str) -> Result<Regex, String> {
        let known = self.patterns.get(text);
        if let Some(Some(known)) = known {
            return known.clone();
        }
        if text.len() > LONGEST {
            return Err(format!("it has more than {LONGEST} bytes"));
        }
        if known.is_none() && self.patterns.len() >= MOST_PATTERNS {
            return Err(format!("the mapping has more than {MOST_PATTERNS}"));
        }
        let compiled = RegexBuilder::new(text).size_limit(LARGEST).build().map_err(|error| reason(&error));
        self.patterns.insert(text.to_owned(), Some(compiled.clone()));
        compiled
    }
}

/// Whether something that is too much is the first to be so, which is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IsFirst(pub(super) bool);

/// How large an expression is when it is written out: about the states of its automaton and the steps between them.
fn weight(parsed: &Hir) -> usize {
    let sum = |parts: &[Hir]| parts.iter().fold(1, |sum: usize, part| sum.saturating_add(weight(part)));
    match parsed.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Bytes(class)) => 1 + class.ranges().len(),
        HirKind::Class(Class::Unicode(class)) => {
            let weights = class.ranges().iter().map(|range| if range.end().is_ascii() { 1 } else { WIDE });
            weights.fold(1, usize::saturating_add)
        }
        HirKind::Repetition(repetition) => {
            let n_times = repetition.max.unwrap_or(repetition.min.saturating_add(1));
            let n_times = usize::try_from(n_times).unwrap_or(usize::MAX);
            weight(&repetition.sub).saturating_add(1).saturating_mul(n_times.max(1))
        }
        HirKind::Capture(capture) => weight(&capture.sub).saturating_add(2),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => sum(parts),
    }
}

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
    fn what_is_surely_fine_can_be_compiled() {
        let mut budget = Budget::default();
        let parts = [
            "a",
            "[a-z0-9-]",
            ".",
            "[^x]",
            "[ä-ü]",
            "\\d",
            "(b|cd)",
            "{0,62}",
            "{40}",
            "{1000}",
            "*",
            "+",
            "?",
            "^",
            "$",
            "|",
            "(",
            ")",
            "é",
            "(?i)k",
            "[",
            "\\p{L}",
            "{2,}",
            "\\b",
            "(?:",
            "(?=",
            "\\1",
        ];
        let (mut n_fine, mut state) = (0, 1_u64);
        for _ in 0..3_000 {
            budget.patterns.clear();
            let mut text = String::new();
            for _ in 0..state % 6 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(parts[usize::try_from(state >> 33).unwrap() % parts.len()]);
            }
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if budget.is_surely_fine(&text) {
                n_fine += 1;
                assert!(budget.expression(&text).is_ok(), "{text}");
            }
        }
        assert!(n_fine > 300, "{n_fine}");
    }

    #[test]
    fn the_heaviest_that_is_light_is_not_large() {
        for (unit, n_times) in
            [("[^x]", 330), ("[ä-ü]", 600), ("[acegikmoqsuwy]", 1_000), ("ab", 4_000), ("(?:.b)", 300)]
        {
            let text = format!("(?:{unit}){{{n_times}}}");
            let weight = weight(&regex_syntax::parse(&text).unwrap());
            assert!((LIGHT / 5..=LIGHT).contains(&weight), "{text} {weight}");
            assert!(RegexBuilder::new(&text).size_limit(LARGEST / 2).build().is_ok(), "{text}");
        }
    }

    #[test]
    fn a_heavy_or_bad_expression_is_not_surely_fine() {
        let mut budget = Budget::default();
        for text in ["(a", "a{1000}{1000}", "\\w{100}", &"a".repeat(LONGEST + 1)] {
            assert!(!budget.is_surely_fine(text), "{text}");
        }
        assert!(budget.patterns.is_empty());
        assert!(budget.is_surely_fine("a") && budget.is_surely_fine("a") && budget.expression("a").is_ok());
        assert!(budget.is_surely_fine("a"));
    }

    #[test]
    fn patterns_are_counted() {
        let mut budget = Budget::default();
        let n_good = (0..MOST_PATTERNS + 10).filter(|n| budget.expression(&format!("a{n}")).is_ok()).count();
        assert_eq!(n_good, MOST_PATTERNS);
        assert!(budget.is_surely_fine("a1") && !budget.is_surely_fine("b"));
        assert!(budget.expression("a0").is_ok());
    }
}
