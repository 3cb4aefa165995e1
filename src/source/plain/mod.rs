//! A quick reader of plain YAML: the part of the language about which no two readers disagree.
//!
//! In: a text. Out: its tree, the same that the positional reader builds, or nothing when the text is not plain. Plain
//! are block maps and lists with each scalar on one line, flow maps and lists, and comments; a value is always there,
//! no key comes twice, and nothing is written that `hygiene` has a word about. So a text that is read here has no
//! findings. Must not guess: whatever is not surely plain is left to the two full readers.
//!
//! Random tests read the same texts with all three readers, and `lint` does so with every file.

mod flow;
mod words;

use super::document::{Key, Kind, Node};
use super::{MOST_DEPTH, MOST_NODES};
use crate::diag::Span;

/// Most bytes of a key; the other readers look no further than 1,024 for the colon behind one.
const LONGEST_KEY: usize = 500;
/// Up to how many keys each is compared with all others; beyond that they are sorted.
const FEW_KEYS: usize = 12;

/// The tree of a plain text with a block map at its root; `None` for any other text.
pub(super) fn read(text: &str) -> Option<Node> {
    if !text.chars().all(is_plain) {
        return None;
    }
    let mut plain = Plain { text, bytes: text.as_bytes(), at: 0, line_start: 0, n_nodes: 0, depth: 0 };
    plain.next_line()?;
    if plain.column() != 0 || plain.is_at_end() {
        return None;
    }
    let root = plain.block_map(0)?;
    plain.is_at_end().then_some(root)
}

/// Characters that mean the same to all readers.
fn is_plain(character: char) -> bool {
    match character {
        '\n' | ' '..='~' => true,
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => character >= '\u{a1}',
    }
}

/// A place in the text, and what has been used up.
struct Plain<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Where the line of `at` begins.
    line_start: usize,
    n_nodes: usize,
    depth: usize,
}

impl Plain<'_> {
    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// Bytes from the start of the line. What may stand in front of a block is one byte a character.
    fn column(&self) -> usize {
        self.at - self.line_start
    }

    fn skip_blanks(&mut self) {
        while self.byte() == Some(b' ') {
            self.at += 1;
        }
    }

    /// Over blanks, comments and ends of lines to the next word. `None` if a comment begins right behind a word.
    fn next_line(&mut self) -> Option<()> {
        loop {
            self.skip_blanks();
            match self.byte() {
                Some(b'\n') => {
                    self.at += 1;
                    self.line_start = self.at;
                }
                Some(b'#') => {
                    if self.at > self.line_start && self.bytes.get(self.at - 1) != Some(&b' ') {
                        return None;
                    }
                    self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                }
                _ => return Some(()),
            }
        }
    }

    /// Over what may follow a value of a block to the next word, which must stand on another line.
    fn end_of_value(&mut self) -> Option<()> {
        let line = self.line_start;
        self.next_line()?;
        (self.line_start > line || self.is_at_end()).then_some(())
    }

    /// Counts a value or key.
    fn count(&mut self) -> Option<()> {
        self.n_nodes += 1;
        (self.n_nodes <= MOST_NODES).then_some(())
    }

    /// Reads a list or map one level further down.
    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Option<Node>) -> Option<Node> {
        self.count()?;
        self.depth += 1;
        let node = (self.depth <= MOST_DEPTH).then(|| read(self))?;
        self.depth -= 1;
        node
    }

    /// A block map whose keys stand at `column`, where the text is now.
    fn block_map(&mut self, column: usize) -> Option<Node> {
        self.deeper(|plain| {
            let start = plain.at;
            let mut entries = Vec::new();
            let mut end = start;
            while plain.column() == column && !plain.is_at_end() {
                let key = plain.key(false)?;
                let node = plain.block_value(column)?;
                end = node.span.end;
                entries.push((key, node));
            }
            is_left(plain, column)?;
            finished(start, end, entries)
        })
    }

    /// A block list whose dashes stand at `column`, where the text is now. What holds it stands at `outer` or before.
    fn block_list(&mut self, column: usize, outer: usize) -> Option<Node> {
        self.deeper(|plain| {
            let start = plain.at;
            let mut nodes: Vec<Node> = Vec::new();
            while plain.column() == column && plain.byte() == Some(b'-') {
                plain.dash()?;
                let inner = plain.column();
                nodes.push(if plain.begins_entry() {
                    plain.block_map(inner)?
                } else {
                    let node = plain.value(column)?;
                    plain.end_of_value()?;
                    node
                });
            }
            is_left(plain, column.max(outer + 1))?;
            // So does the positional reader count it: the dashes below a key are not a part of the list.
            let first = nodes.first().filter(|_| column == outer).map(|node| node.span.start);
            let end = nodes.last().map_or(start, |node| node.span.end);
            Some(Node { span: Span::new(first.unwrap_or(start), end), kind: Kind::List(nodes) })
        })
    }

    /// A dash, and the blanks up to the word behind it.
    fn dash(&mut self) -> Option<()> {
        if !self.rest().starts_with("- ") {
            return None;
        }
        self.at += 1;
        self.skip_blanks();
        Some(())
    }

    /// The value of a key that stands at `column`: on the line of the key, or brackets or a block on the lines below.
    fn block_value(&mut self, column: usize) -> Option<Node> {
        let line = self.line_start;
        self.next_line()?;
        let inner = self.column();
        if self.line_start == line || (inner > column && matches!(self.byte(), Some(b'{' | b'['))) {
            let node = self.value(column)?;
            self.end_of_value()?;
            return Some(node);
        }
        match self.byte()? {
            // The dashes of a list may stand below the key that holds it.
            b'-' if inner >= column => self.block_list(inner, column),
            _ if inner > column => self.block_map(inner),
            _ => None,
        }
    }

    /// A scalar, or a list or map in brackets, inside of a block at `column`.
    fn value(&mut self, column: usize) -> Option<Node> {
        match self.byte()? {
            b'{' => self.flow_map(column),
            b'[' => self.flow_list(column),
            b'"' | b'\'' => self.quoted_node(),
            _ => self.bare_node(false),
        }
    }

    /// Whether a key and its colon come next, before the end of the line.
    fn begins_entry(&self) -> bool {
        let mut ahead = Plain { ..*self };
        ahead.key(false).is_some()
    }

    /// A key with its colon, and at least one blank or the end of the line behind it.
    fn key(&mut self, in_brackets: bool) -> Option<Key> {
        self.count()?;
        let start = self.at;
        let plain = !matches!(self.byte()?, b'"' | b'\'');
        let text = if plain { self.bare_word(in_brackets)?.to_owned() } else { self.quoted()? };
        let span = Span::new(start, self.at);
        if self.byte() != Some(b':') || self.at - start > LONGEST_KEY || text.is_empty() || text == "<<" {
            return None;
        }
        self.at += 1;
        matches!(self.byte()?, b' ' | b'\n').then_some(Key { text, span, plain })
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

/// Whether the text goes on outside of a block at `column`, or ends.
fn is_left(plain: &Plain<'_>, column: usize) -> Option<()> {
    (plain.is_at_end() || plain.column() < column).then_some(())
}

/// A map, unless a key comes twice.
fn finished(start: usize, end: usize, entries: Vec<(Key, Node)>) -> Option<Node> {
    let is_unique = if entries.len() <= FEW_KEYS {
        let mut rest = entries.as_slice();
        loop {
            let Some(((first, _), others)) = rest.split_first() else { break true };
            if others.iter().any(|(other, _)| other.text == first.text) {
                break false;
            }
            rest = others;
        }
    } else {
        let mut texts: Vec<&str> = entries.iter().map(|(key, _)| key.text.as_str()).collect();
        texts.sort_unstable();
        texts.array_windows().all(|[one, next]| one != next)
    };
    is_unique.then(|| Node { span: Span::new(start, end), kind: Kind::Map(entries) })
}
