//! Scalars on one line.

use super::Plain;
use crate::diag::Span;
use crate::source::document::{Kind, Node};
use crate::source::scalar;

impl Plain<'_> {
    /// A value without quotes.
    pub(super) fn bare_node(&mut self, in_brackets: bool) -> Option<Node> {
        self.count()?;
        let start = self.at;
        let text = self.bare_word(in_brackets)?;
        if scalar::is_yes_no_word(text) || scalar::has_leading_zero(text) || scalar::is_too_large(text) {
            return None;
        }
        let kind = Kind::Scalar { text: text.to_owned(), plain: true };
        Some(Node { span: Span::new(start, self.at), kind })
    }

    /// A value in quotes.
    pub(super) fn quoted_node(&mut self) -> Option<Node> {
        self.count()?;
        let start = self.at;
        let text = self.quoted()?;
        Some(Node { span: Span::new(start, self.at), kind: Kind::Scalar { text, plain: false } })
    }

    /// A word without quotes, up to a comment, a colon with a blank behind it, the end of the line or, in brackets, a
    /// comma or bracket; the blanks in front of those are not a part of it.
    pub(super) fn bare_word(&mut self, in_brackets: bool) -> Option<&str> {
        let first = self.byte()?;
        if !(first.is_ascii_alphanumeric() || b"$_/^(".contains(&first) || !first.is_ascii()) {
            return None;
        }
        let start = self.at;
        let mut end = start;
        let mut at = start;
        while let Some(byte) = self.bytes.get(at).copied() {
            match byte {
                b'\n' => break,
                b'#' if end < at => break,
                b':' if self.ends_word(at + 1, in_brackets) => break,
                b',' | b']' | b'}' if in_brackets => break,
                b'[' | b'{' if in_brackets => return None,
                b' ' => {}
                _ => end = at + 1,
            }
            at += 1;
        }
        self.at = end;
        self.text.get(start..end)
    }

    /// Whether a colon in front of `at` is more than a character of a word.
    fn ends_word(&self, at: usize, in_brackets: bool) -> bool {
        match self.bytes.get(at) {
            None | Some(b' ' | b'\n') => true,
            Some(b',' | b'[' | b']' | b'{' | b'}') => in_brackets,
            Some(_) => false,
        }
    }

    /// A text in quotes, without them; of escapes only those of a quote and of a backslash.
    pub(super) fn quoted(&mut self) -> Option<String> {
        let quote = self.byte()?;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let length = rest.bytes().position(|byte| byte == quote || byte == b'\n' || byte == b'\\')?;
            let (part, after) = rest.split_at_checked(length)?;
            let escaped = match (quote, after.as_bytes()) {
                (b'"', [b'\\', escaped @ (b'"' | b'\\'), ..]) | (b'\'', [b'\'', escaped @ b'\'', ..]) => {
                    Some(*escaped)
                }
                (b'\'', [b'\\', ..]) => None,
                (_, [byte, ..]) if *byte == quote => None,
                _ => return None,
            };
            text.push_str(part);
            self.at += length;
            if let Some(escaped) = escaped {
                text.push(char::from(escaped));
                self.at += 2;
            } else if self.byte() == Some(quote) {
                self.at += 1;
                return Some(text);
            } else {
                text.push('\\');
                self.at += 1;
            }
        }
    }
}
