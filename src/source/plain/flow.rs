//! Lists and maps in brackets.

use super::{Plain, finished};
use crate::diag::Span;
use crate::source::document::{Kind, Node};

impl Plain<'_> {
    /// A map in braces inside of a block at `column`, from its opening brace on.
    pub(super) fn flow_map(&mut self, column: usize) -> Option<Node> {
        self.deeper(|plain| {
            let start = plain.at;
            let mut entries = Vec::new();
            plain.elements(b'}', column, |plain| {
                let key = plain.key(true)?;
                plain.next_word(column)?;
                entries.push((key, plain.flow_value(column)?));
                Some(())
            })?;
            finished(start, plain.at, entries)
        })
    }

    /// A list in brackets inside of a block at `column`, from its opening bracket on.
    pub(super) fn flow_list(&mut self, column: usize) -> Option<Node> {
        self.deeper(|plain| {
            let start = plain.at;
            let mut nodes = Vec::new();
            plain.elements(b']', column, |plain| {
                nodes.push(plain.flow_value(column)?);
                Some(())
            })?;
            Some(Node { span: Span::new(start, plain.at), kind: Kind::List(nodes) })
        })
    }

    /// Elements with a comma between them, and the closing bracket.
    fn elements(
        &mut self,
        closing: u8,
        column: usize,
        mut element: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.at += 1;
        self.next_word(column)?;
        if self.byte()? == closing {
            self.at += 1;
            return Some(());
        }
        loop {
            element(self)?;
            self.next_word(column)?;
            let byte = self.byte()?;
            self.at += 1;
            match byte {
                b',' => self.next_word(column)?,
                _ => return (byte == closing).then_some(()),
            }
        }
    }

    /// On to the next word, which must stand further in than the block around the brackets.
    fn next_word(&mut self, column: usize) -> Option<()> {
        self.next_line()?;
        (self.column() > column).then_some(())
    }

    fn flow_value(&mut self, column: usize) -> Option<Node> {
        match self.byte()? {
            b'{' => self.flow_map(column),
            b'[' => self.flow_list(column),
            b'"' | b'\'' => self.quoted_node(),
            _ => self.bare_node(true),
        }
    }
}
