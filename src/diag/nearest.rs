//! "Did you mean": the known word that is nearest to a mistyped one.
//!
//! In: a word and the words that would have been right. Out: at most one of them. Knows nothing of what they name.

/// Longest word worth comparing, in characters: the work grows with the product of the two lengths.
const LONGEST: usize = 64;

/// The known word that `word` was most likely meant to be; `None` if none is near.
///
/// Near is an edit distance (insert, delete, replace or swap two neighbours) of at most a third of the length of
/// `word`, and at least 1. Differences of case alone are always near. Among equally near words the first wins.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = word.to_lowercase().chars().collect();
    let n_chars = wanted.len();
    if n_chars == 0 || n_chars > LONGEST {
        return None;
    }
    let limit = (n_chars / 3).max(usize::from(n_chars > 1));
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let letters: Vec<char> = candidate.to_lowercase().chars().collect();
        if letters.len() > LONGEST || letters.len().abs_diff(n_chars) > limit {
            continue;
        }
        let far = distance(&wanted, &letters);
        if far <= limit && best.is_none_or(|(least, _)| far < least) {
            best = Some((far, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Edits that turn `a` into `b`, a swap of two neighbours being one.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous_a = None;
    for (row, letter_a) in a.iter().enumerate() {
        let mut current = vec![row + 1];
        let mut left = row + 1;
        let mut previous_b = None;
        for (column, letter_b) in b.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, column) + usize::from(letter_a != letter_b);
            let mut best = replaced.min(at(&last, column + 1) + 1).min(left + 1);
            if previous_a == Some(letter_b) && previous_b == Some(letter_a) && column > 0 {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            current.push(best);
            left = best;
            previous_b = Some(letter_b);
        }
        before_last = std::mem::replace(&mut last, current);
        previous_a = Some(letter_a);
    }
    last.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 5] = ["ticket", "requests", "externalId", "when", "where"];

    #[track_caller]
    fn check(word: &str, expected: Option<&str>) {
        assert_eq!(nearest(word, WORDS.into_iter()), expected);
    }

    #[test]
    fn one_letter_missing() {
        check("tiket", Some("ticket"));
    }

    #[test]
    fn two_letters_swapped() {
        check("wehn", Some("when"));
    }

    #[test]
    fn only_the_case_differs() {
        check("EXTERNALID", Some("externalId"));
    }

    #[test]
    fn one_letter_more() {
        check("request", Some("requests"));
    }

    #[test]
    fn far_words_stay_away() {
        check("body", None);
    }

    #[test]
    fn nothing_is_near_to_nothing() {
        check("", None);
    }

    #[test]
    fn long_words_are_not_compared() {
        check(&"x".repeat(100_000), None);
    }

    #[test]
    fn other_alphabets() {
        assert_eq!(nearest("größe", ["grösse", "Größe"].into_iter()), Some("Größe"));
    }
}
