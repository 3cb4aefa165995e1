//! From byte offsets to lines and columns.
//!
//! In: a text and offsets into it, good or bad. Out: positions as editors count them. Knows nothing of what the text
//! says.

/// A place in a text as editors show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Counts from 1.
    pub line: usize,
    /// Counts characters from 1; a byte order mark at the start of the text does not count.
    pub column: usize,
}

/// Where the lines of a text begin.
#[derive(Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    /// Reads the whole text once. Lines end with `\n`; a `\r` before it belongs to the line.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let rest = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(offset, _)| offset + 1);
        Self { text, starts: std::iter::once(first).chain(rest).collect() }
    }

    /// Position of the character that `offset` points at or into; past the end it is the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.clamp(offset);
        let (line, start) = self.line_at(offset);
        let before = self.text.get(start..offset).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }

    /// The nearest offset, not after `offset`, at which the text can be cut.
    #[must_use]
    pub fn clamp(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset)
    }

    /// Number (from 1) of the line that holds `offset`, and the offset of its first character.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> (usize, usize) {
        let n_begun = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(n_begun - 1).copied().unwrap_or_default();
        (n_begun, start)
    }

    /// Offset just after the last character of the line that holds `offset`, its line break left out.
    #[must_use]
    pub fn line_end(&self, offset: usize) -> usize {
        let offset = self.clamp(offset);
        let rest = self.text.get(offset..).unwrap_or_default();
        let end = offset + rest.find('\n').unwrap_or(rest.len());
        let (_, start) = self.line_at(offset);
        let line = self.text.get(start..end).unwrap_or_default();
        end - usize::from(line.ends_with('\r'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, offset: usize, line: usize, column: usize) {
        assert_eq!(LineIndex::new(text).position(offset), Position { line, column });
    }

    #[test]
    fn start_of_text() {
        check("ab\ncd", 0, 1, 1);
    }

    #[test]
    fn second_line() {
        check("ab\r\ncd", 5, 2, 2);
    }

    #[test]
    fn columns_are_characters() {
        check("größe: 1", "größe".len(), 1, 6);
    }

    #[test]
    fn inside_a_character() {
        check("ö", 1, 1, 1);
    }

    #[test]
    fn past_the_end() {
        check("ab\n", 99, 2, 1);
    }

    #[test]
    fn byte_order_mark_does_not_count() {
        check("\u{feff}ab", 4, 1, 2);
    }

    #[test]
    fn empty_text() {
        check("", 0, 1, 1);
    }

    #[test]
    fn line_end_leaves_out_the_break() {
        let lines = LineIndex::new("ab\r\ncd");
        assert_eq!((lines.line_end(0), lines.line_end(5), lines.line_end(99)), (2, 6, 6));
    }
}
