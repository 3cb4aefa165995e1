//! Edits by the tree of the text: taking an entry of a map, or an element of a list, out of a file.
//!
//! In: a document and the place of a key or value. Out: an edit, or nothing where taking it out would leave something
//! odd behind (an empty map, a comment that stands between). Must not know what keys mean.

use crate::diag::{Edit, Fix, Safety, Span};
use crate::source::{Document, Key, Kind, Node};

/// A value in the tree with what is above it, the root first.
#[derive(Clone, Debug)]
pub(super) struct Place<'d> {
    above: Vec<&'d Node>,
    /// The entry whose key or value is meant, if it is one of a map.
    pub(super) entry: Option<&'d (Key, Node)>,
    /// The value.
    pub(super) node: &'d Node,
}

/// Finds the entry whose key stands at `span`, or the value that does.
pub(super) fn find(document: &Document, span: Span) -> Option<Place<'_>> {
    let mut above = Vec::new();
    let mut node = &document.root;
    let mut entry = None;
    loop {
        if node.span == span {
            return Some(Place { above, entry, node });
        }
        let holds = |inner: &Node| inner.span.start <= span.start && span.end <= inner.span.end;
        let (next, of) = match &node.kind {
            Kind::Map(entries) => {
                let one = entries.iter().find(|(key, inner)| key.span == span || holds(inner))?;
                if one.0.span == span {
                    above.push(node);
                    return Some(Place { above, entry: Some(one), node: &one.1 });
                }
                (&one.1, Some(one))
            }
            Kind::List(items) => (items.iter().find(|item| holds(item))?, None),
            Kind::Scalar { .. } => return None,
        };
        above.push(node);
        (node, entry) = (next, of);
    }
}

/// Where the key stands that begins at `offset`.
pub(super) fn key_starting_at(document: &Document, offset: usize) -> Option<Span> {
    let mut node = &document.root;
    loop {
        let holds = |inner: &&Node| inner.span.contains(offset);
        node = match &node.kind {
            Kind::Map(entries) => {
                if let Some((key, _)) = entries.iter().find(|(key, _)| key.span.start == offset) {
                    return Some(key.span);
                }
                entries.iter().map(|(_, value)| value).find(holds)?
            }
            Kind::List(items) => items.iter().find(holds)?,
            Kind::Scalar { .. } => return None,
        };
    }
}

/// The entry `key` of the map that stands at `span`.
pub(super) fn key_in<'d>(document: &'d Document, span: Span, key: &str) -> Option<&'d (Key, Node)> {
    find(document, span)?.node.entry(key)
}

/// A fix that takes out the entry whose key stands at `span`, with the map around it when it is the only one.
pub(super) fn without_entry(document: &Document, span: Span, safety: Safety) -> Option<Fix> {
    let edit = remove(document, &find(document, span)?)?;
    Some(Fix { safety, edits: vec![edit] })
}

/// A fix that takes out the element of a list that stands at `span`.
pub(super) fn without_element(document: &Document, span: Span, safety: Safety) -> Option<Fix> {
    let place = find(document, span)?;
    let list = place.above.last()?;
    let Kind::List(items) = &list.kind else { return None };
    let spans: Vec<(Span, Span)> = items.iter().map(|item| (item.span, item.span)).collect();
    let index = items.iter().position(|item| item.span == span)?;
    if items.len() < 2 || !is_flow(document, list) {
        return None;
    }
    Some(Fix { safety, edits: vec![between(document, &spans, index)?] })
}

/// A fix that puts an entry in front of the one whose key stands at `span`.
pub(super) fn with_entry_before(document: &Document, span: Span, entry: &str) -> Option<Fix> {
    let place = find(document, span)?;
    place.entry?;
    with_lines(document, place.above.last()?, span, &[entry.to_owned()])
}

/// A fix that puts entries in front of the first one of the map that stands at `span`.
pub(super) fn with_entries(document: &Document, span: Span, entries: &[String]) -> Option<Fix> {
    let map = find(document, span)?.node;
    let Kind::Map(known) = &map.kind else { return None };
    with_lines(document, map, known.first()?.0.span, entries)
}

/// A fix that puts an entry in front of the first one of the map that stands at `span`.
pub(super) fn with_first_entry(document: &Document, span: Span, entry: &str) -> Option<Fix> {
    with_entries(document, span, &[entry.to_owned()])
}

fn with_lines(document: &Document, map: &Node, key: Span, entries: &[String]) -> Option<Fix> {
    let glue = if is_flow(document, map) { ", ".to_owned() } else { line_break(document, key.start)? };
    let text: String = entries.iter().flat_map(|entry| [entry.as_str(), glue.as_str()]).collect();
    Some(Fix::new(Safety::Unsafe, Span::at(key.start), text))
}

/// A fix that writes a word in place of the value of the entry whose key stands at `span`, if that is a word.
pub(super) fn with_value(document: &Document, span: Span, word: &str) -> Option<Fix> {
    let node = find(document, span)?.node;
    matches!(node.kind, Kind::Scalar { .. }).then(|| Fix::new(Safety::Unsafe, node.span, word))
}

/// A fix of a table of errors: what `answer` means, in place of its own line at `span`, or in front of that of its class.
pub(super) fn with_line(document: &Document, span: Span, answer: &str, word: &str) -> Option<Fix> {
    let is_own =
        document.text.get(span.start..span.end).is_some_and(|key| key.trim_matches(['"', '\'']) == answer);
    if is_own {
        with_value(document, span, word)
    } else {
        with_entry_before(document, span, &format!("{answer}: {word}"))
    }
}

/// The value inside of `span` that ends where it ends, if it is a word.
pub(super) fn last_word(document: &Document, span: Span) -> Option<&Node> {
    let mut node = &document.root;
    loop {
        let holds = |inner: &&Node| inner.span.end >= span.end && inner.span.start < span.end;
        node = match &node.kind {
            Kind::Map(entries) => entries.iter().map(|(_, value)| value).find(holds)?,
            Kind::List(items) => items.iter().find(holds)?,
            Kind::Scalar { .. } => {
                return (node.span.end == span.end && node.span.start >= span.start).then_some(node);
            }
        };
    }
}

/// A line break with the blanks in front of `offset`; nothing if something else stands there.
fn line_break(document: &Document, offset: usize) -> Option<String> {
    let before = document.text.get(..offset)?;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let indent = before.get(start..)?;
    // Behind the dash of a list, the rest of the map stands as far to the right.
    let is_plain = indent.bytes().all(|byte| byte == b' ' || byte == b'-');
    is_plain.then(|| format!("\n{}", " ".repeat(indent.len())))
}

fn remove(document: &Document, place: &Place<'_>) -> Option<Edit> {
    let map = *place.above.last()?;
    let Kind::Map(entries) = &map.kind else { return None };
    let (key, value) = place.entry?;
    if entries.len() == 1 {
        // The map around it must itself be an entry.
        let outer = find(document, map.span)?;
        return if outer.above.is_empty() { None } else { remove(document, &outer) };
    }
    if is_flow(document, map) {
        let spans: Vec<(Span, Span)> = entries.iter().map(|(key, value)| (key.span, value.span)).collect();
        let index = entries.iter().position(|(own, _)| own.span == key.span)?;
        return between(document, &spans, index);
    }
    lines(document, key.span, value.span)
}

fn is_flow(document: &Document, node: &Node) -> bool {
    document.text.get(node.span.start..).is_some_and(|rest| rest.starts_with(['{', '[']))
}

/// One of several things with commas between them: up to the next one, or else from the end of the one before it.
fn between(document: &Document, spans: &[(Span, Span)], index: usize) -> Option<Edit> {
    let (first, last) = spans.get(index)?;
    let (span, glue) = match (spans.get(index + 1), index.checked_sub(1).and_then(|before| spans.get(before)))
    {
        (Some((next, _)), _) => (Span::new(first.start, next.start), Span::new(last.end, next.start)),
        (None, Some((_, before))) => (Span::new(before.end, last.end), Span::new(before.end, first.start)),
        (None, None) => return None,
    };
    let glue = document.text.get(glue.start..glue.end)?;
    (!glue.contains('#')).then(|| Edit { span, text: String::new() })
}

/// The lines of an entry of a block, if nothing else stands on them but a comment behind it.
fn lines(document: &Document, key: Span, value: Span) -> Option<Edit> {
    let text = &document.text;
    let start = text.get(..key.start)?.rfind('\n').map_or(0, |at| at + 1);
    if !text.get(start..key.start)?.bytes().all(|byte| byte == b' ') {
        return None;
    }
    let end = value.end.max(key.end);
    let is_line_start = text.get(..end)?.ends_with('\n');
    let rest = text.get(end..)?;
    let tail = rest.find('\n').map_or(rest.len(), |at| at + 1);
    let tail = if is_line_start { "" } else { rest.get(..tail)? };
    let behind = tail.trim_start_matches([' ', ':']).trim_end();
    let is_free = behind.is_empty() || behind.starts_with('#');
    is_free.then(|| Edit { span: Span::new(start, end + tail.len()), text: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Diagnostics, apply};
    use crate::source;

    #[track_caller]
    fn check(text: &str, key: &str, expected: Option<&str>) {
        let document = source::read(text, &mut Diagnostics::new()).unwrap();
        let start = text.find(key).unwrap();
        let fix = without_entry(&document, Span::new(start, start + key.len()), Safety::Safe);
        let fixed = fix.map(|fix| apply(text, [&fix]).0);
        assert_eq!(fixed.as_deref(), expected);
    }

    #[test]
    fn a_line_of_a_block() {
        check("a: 1\nb: 2   # two\nc: 3\n", "b", Some("a: 1\nc: 3\n"));
    }

    #[test]
    fn a_block_in_a_block() {
        check("a:\n  x:\n    y: 1\n  z: 2\nb: 2\n", "x", Some("a:\n  z: 2\nb: 2\n"));
    }

    #[test]
    fn an_entry_in_braces() {
        check("a: {x: 1, y: 2, z: 3}\n", "y", Some("a: {x: 1, z: 3}\n"));
        check("a: {x: 1, y: 2}\n", "y", Some("a: {x: 1}\n"));
    }

    #[test]
    fn the_only_entry_takes_its_map_along() {
        check("a: {x: {y: 1}}\nb: 2\n", "y", Some("b: 2\n"));
    }

    #[test]
    fn a_comment_in_between_stays() {
        check("a: {x: 1,   # one\n    y: 2}\n", "x", None);
    }

    #[test]
    fn the_whole_file_stays() {
        check("a: {x: 1}\n", "x", None);
    }
}
