//! Lines of labels: short enough to be drawn, without what no picture can show.

use std::borrow::Cow;

use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WrapAlgorithm};

/// Most columns of a line in a node.
pub(super) const NODE_COLUMNS: usize = 34;

/// Most columns of a line at an edge.
pub(super) const EDGE_COLUMNS: usize = 26;

/// Texts in lines of at most this many columns, broken between words and in front of the parts of a path.
pub(super) fn wrapped<'t>(texts: impl IntoIterator<Item = &'t str>, columns: usize) -> Vec<String> {
    let options = Options::new(columns)
        .word_separator(WordSeparator::Custom(words))
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let mut lines = Vec::new();
    for text in texts {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        lines.extend(textwrap::wrap(text.trim(), &options).into_iter().map(Cow::into_owned));
    }
    lines
}

/// Pieces of a line, in front of each of which a new line may begin.
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut before = None;
    let is_start = move |(_, character): &(usize, char)| {
        let starts = match (before, *character) {
            (Some(' '), character) => character != ' ',
            (Some(before), '/' | '.') => before != '/' && before != '.',
            _ => false,
        };
        before = Some(*character);
        starts
    };
    let starts = line.char_indices().filter(is_start).map(|(start, _)| start).chain([line.len()]);
    Box::new(starts.scan(0, |from, to| {
        let word = line.get(*from..to).map(Word::from);
        *from = to;
        word
    }))
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn breaks_between_words_and_long_words_anywhere() {
        assert_eq!(wrapped(["one two three", "four"], 8), ["one two", "three", "four"]);
        assert_eq!(wrapped(["averylongword"], 8), ["averylon", "gword"]);
        assert_eq!(wrapped(["", "  "], 8), ["", ""]);
    }

    #[test]
    fn breaks_paths_in_front_of_their_parts() {
        assert_eq!(wrapped(["GET /users/:user/make"], 12), ["GET /users", "/:user/make"]);
        assert_eq!(wrapped(["$steps.known.id is 1"], 12), ["$steps.known", ".id is 1"]);
    }

    #[test]
    fn control_characters_are_blanks() {
        assert_eq!(wrapped(["a\u{1}b\nc"], 20), ["a b c"]);
    }
}
