//! Lines of labels: short enough to be drawn, without what no picture can show.

use textwrap::core::{Word, break_words, display_width};
use textwrap::wrap_algorithms::wrap_first_fit;

/// Most columns of a line in a node.
pub(super) const NODE_COLUMNS: usize = 34;

/// Most columns of a line at an edge.
pub(super) const EDGE_COLUMNS: usize = 26;

/// Texts in lines of at most this many columns, broken between words and in front of the parts of a path.
pub(super) fn wrapped<'t>(texts: impl IntoIterator<Item = &'t str>, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for text in texts {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let pieces = break_words(pieces(text.trim(), columns), columns);
        lines.extend(wrap_first_fit(&pieces, &[columns as f64]).into_iter().map(joined));
    }
    lines
}

/// The text of a line, without the blanks at its end.
fn joined(line: &[Word<'_>]) -> String {
    let text: String = line.iter().flat_map(|piece| [piece.word, piece.whitespace]).collect();
    text.trim_end().to_owned()
}

/// Pieces of a line, in front of each of which a new line may begin: words, and the parts of paths too long for a line.
fn pieces(line: &str, columns: usize) -> Vec<Word<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for word in line.split_inclusive(' ') {
        let end = from + word.len();
        if display_width(word.trim_end()) > columns {
            let starts = word.match_indices(['/', '.']).map(|(start, _)| from + start);
            for start in starts.filter(|start| *start > from).collect::<Vec<_>>() {
                pieces.extend(line.get(from..start).map(Word::from));
                from = start;
            }
        }
        pieces.extend(line.get(from..end).map(Word::from));
        from = end;
    }
    pieces
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
        assert_eq!(wrapped(["is $steps.known.id"], 12), ["is $steps", ".known.id"]);
        assert_eq!(wrapped(["is $steps.known"], 12), ["is", "$steps.known"]);
    }

    #[test]
    fn control_characters_are_blanks() {
        assert_eq!(wrapped(["a\u{1}b\nc"], 20), ["a b c"]);
    }
}
