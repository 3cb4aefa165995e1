//! Suppressions: `# mapwright: allow RULE -- reason`, at the end of a line or on a line above it, and
//! `# mapwright: allow-in-file RULE -- reason` anywhere.
//!
//! In: a document. Out: what is allowed on which line. Comments are looked for in the text, outside of all keys and
//! values, so it does not matter which reader has made the tree.

use crate::diag::{Diagnostic, LineIndex, Span};
use crate::source::{Document, Kind, Node};

/// How a suppression begins, behind the `#`.
const MARK: &str = "mapwright:";

/// A comment that allows something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Allow {
    /// The whole comment.
    pub(super) span: Span,
    /// Names or numbers of rules.
    pub(super) names: Vec<(String, Span)>,
    /// Why.
    pub(super) reason: Option<String>,
    /// Whether it has the form that allows something.
    pub(super) is_whole: bool,
    /// The line whose findings it is about, from 1; `None` for the whole file.
    line: Option<usize>,
}

impl Allow {
    /// Which of its names silences a finding.
    pub(super) fn silences(&self, found: &Diagnostic, lines: &LineIndex<'_>) -> Option<usize> {
        if self.line.is_some_and(|line| lines.position(found.primary.start).line != line) {
            return None;
        }
        let id = found.code.id();
        self.names.iter().position(|(name, _)| name == found.code.name || *name == id)
    }
}

/// The suppressions of a document, in the order of the text.
pub(super) fn read(document: &Document) -> Vec<Allow> {
    let text = document.text.as_str();
    if !text.contains(MARK) {
        return Vec::new();
    }
    let mut taken = Vec::new();
    spans_of(&document.root, &mut taken);
    taken.sort_unstable();
    let is_taken = |offset: usize| {
        let before = taken.partition_point(|span| span.start <= offset);
        before.checked_sub(1).and_then(|index| taken.get(index)).is_some_and(|span| span.contains(offset))
    };
    let mut allows = Vec::new();
    let mut line_start = 0;
    for (index, line) in text.split('\n').enumerate() {
        let comments = line.match_indices('#').filter(|(at, _)| {
            let before = line.get(..*at).unwrap_or_default();
            (before.is_empty() || before.ends_with([' ', '\t'])) && !is_taken(line_start + at)
        });
        if let Some((at, _)) = comments.into_iter().next() {
            let is_alone = line.get(..at).unwrap_or_default().trim().is_empty();
            let line_of = if is_alone { next_line(text, index) } else { index + 1 };
            allows.extend(parse(line.get(at..).unwrap_or_default(), line_start + at, line_of));
        }
        line_start += line.len() + 1;
    }
    allows
}

/// Where keys and bare values stand: nothing in them is a comment.
fn spans_of(node: &Node, spans: &mut Vec<Span>) {
    match &node.kind {
        Kind::Scalar { .. } => spans.push(node.span),
        Kind::List(items) => items.iter().for_each(|item| spans_of(item, spans)),
        Kind::Map(entries) => entries.iter().for_each(|(key, value)| {
            spans.push(key.span);
            spans_of(value, spans);
        }),
    }
}

/// Number of the next line, after line `index` (from 0), that is neither empty nor a comment.
fn next_line(text: &str, index: usize) -> usize {
    let is_code = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let later = text.split('\n').enumerate().skip(index + 1).find(|(_, line)| is_code(line));
    later.map_or(0, |(index, _)| index + 1)
}

/// Reads one comment, which begins with `#`.
fn parse(comment: &str, start: usize, line: usize) -> Option<Allow> {
    let comment = comment.trim_end();
    let body = comment.strip_prefix('#')?.trim_start().strip_prefix(MARK)?.trim_start();
    let span = Span::new(start, start + comment.len());
    let in_file = body.strip_prefix("allow-in-file");
    let line = if in_file.is_some() { None } else { Some(line) };
    let rest = in_file.or_else(|| body.strip_prefix("allow"));
    let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with(' '));
    let (list, reason) = match rest.unwrap_or_default().split_once("--") {
        Some((list, reason)) => (list, Some(reason.trim()).filter(|reason| !reason.is_empty())),
        None => (rest.unwrap_or_default(), None),
    };
    let list_start = start + comment.len() - rest.unwrap_or_default().len();
    let mut names = Vec::new();
    let mut offset = list_start;
    for piece in list.split_inclusive([' ', ',']) {
        let name = piece.trim_matches([' ', ',']);
        if !name.is_empty() {
            let at = offset + piece.find(name).unwrap_or_default();
            names.push((name.to_owned(), Span::new(at, at + name.len())));
        }
        offset += piece.len();
    }
    Some(Allow { span, names, reason: reason.map(str::to_owned), is_whole: rest.is_some(), line })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostics;
    use crate::source;

    fn allows(text: &str) -> Vec<(Option<usize>, Vec<String>, Option<String>)> {
        let document = source::read(text, &mut Diagnostics::new()).unwrap();
        let plain = |allow: Allow| {
            let names = allow.names.iter().map(|(name, span)| {
                assert_eq!(text.get(span.start..span.end), Some(name.as_str()));
                name.clone()
            });
            (allow.line, names.collect(), allow.reason)
        };
        read(&document).into_iter().map(plain).collect()
    }

    #[test]
    fn at_the_end_of_a_line_and_above_one() {
        let text = "# mapwright: allow a-b, D0502 -- because\n\n# more\na: 1\nb: 2  # mapwright: allow c\n";
        let expected = vec![
            (Some(4), vec!["a-b".to_owned(), "D0502".to_owned()], Some("because".to_owned())),
            (Some(5), vec!["c".to_owned()], None),
        ];
        assert_eq!(allows(text), expected);
    }

    #[test]
    fn for_the_whole_file() {
        let text = "# mapwright: allow-in-file a, b -- because\na: 1\n";
        assert_eq!(allows(text), [(None, vec!["a".to_owned(), "b".to_owned()], Some("because".to_owned()))]);
    }

    #[test]
    fn text_is_no_comment() {
        let text = "a: \"x # mapwright: allow b -- c\"\nb: |\n  # mapwright: allow b -- c\nc: x#y\n";
        assert_eq!(allows(text), []);
    }

    #[test]
    fn other_comments_are_none_of_ours() {
        assert_eq!(allows("a: 1 # mapwright is fine\n# allow b\n"), []);
    }
}
