//! Edits that make a mutant: values left out, exchanged and rewritten, with every line where it was.
//!
//! In: a text and values of its tree. Out: edits after which the text has as many lines as before, so that findings
//! and differences still name the lines that the author knows. Must not know what keys mean.

use crate::diag::{Edit, Span};
use crate::source::{Key, Kind, Node};

/// Leaves out one member of a map or list; nothing when it is the only one.
pub(super) fn without(text: &str, holder: &Node, member: &Node) -> Option<Edit> {
    let spans = member_spans(holder);
    let index = position(holder, member)?;
    let own = *spans.get(index)?;
    if spans.len() < 2 {
        return None;
    }
    if !is_flow(text, holder) {
        let start =
            if matches!(holder.kind, Kind::List(_)) { dash_before(text, own.start)? } else { own.start };
        return Some(blanked(text, Span::new(start, own.end)));
    }
    let before = index.checked_sub(1).and_then(|before| spans.get(before));
    let span = match (spans.get(index + 1), before) {
        (Some(next), _) => Span::new(own.start, next.start),
        (None, Some(before)) => Span::new(before.end, own.end),
        (None, None) => return None,
    };
    Some(blanked(text, span))
}

/// Exchanges a member of a list with the next one; nothing for the last.
pub(super) fn swapped(text: &str, holder: &Node, member: &Node) -> Option<Edit> {
    let spans = member_spans(holder);
    let index = position(holder, member)?;
    let (first, second) = (spans.get(index)?, spans.get(index + 1)?);
    let between = text.get(first.end..second.start)?;
    let swapped = [text.get(second.start..second.end)?, between, text.get(first.start..first.end)?];
    Some(Edit { span: Span::new(first.start, second.end), text: swapped.concat() })
}

/// Writes `new` in place of what stands at `span`, and keeps the lines behind it where they are.
pub(super) fn rewritten(text: &str, span: Span, new: &str) -> Edit {
    let old = text.get(span.start..span.end).unwrap_or_default();
    let n_lost = count_lines(old).saturating_sub(count_lines(new));
    Edit { span, text: format!("{new}{}", "\n".repeat(n_lost)) }
}

/// A value as it is written between braces, on one line.
pub(super) fn flow_text(text: &str, node: &Node) -> String {
    match &node.kind {
        Kind::Scalar { text: own, plain } => {
            let written = text.get(node.span.start..node.span.end).unwrap_or_default();
            let is_safe = !written.contains(['\n', ',', '{', '}', '[', ']', '#']) && !written.contains(": ");
            let is_quoted = written.starts_with(['"', '\'']) && !written.contains('\n');
            if is_quoted || (*plain && is_safe) {
                written.to_owned()
            } else {
                serde_json::Value::from(own.as_str()).to_string()
            }
        }
        Kind::List(nodes) => {
            let items: Vec<String> = nodes.iter().map(|node| flow_text(text, node)).collect();
            format!("[{}]", items.join(", "))
        }
        Kind::Map(entries) => flow_map(text, entries.iter()),
    }
}

/// A map of these entries as it is written between braces, on one line.
pub(super) fn flow_map<'d>(text: &str, entries: impl Iterator<Item = &'d (Key, Node)>) -> String {
    let members: Vec<String> = entries.map(|entry| flow_entry(text, entry)).collect();
    format!("{{{}}}", members.join(", "))
}

/// A key with its value as it is written between braces, on one line.
pub(super) fn flow_entry(text: &str, (key, value): &(Key, Node)) -> String {
    let written = text.get(key.span.start..key.span.end).unwrap_or_default();
    let key = if key.plain && written.contains(['[', ']', ',', '{', '}']) {
        serde_json::Value::from(key.text.as_str()).to_string()
    } else {
        written.to_owned()
    };
    format!("{key}: {}", flow_text(text, value))
}

/// Where the members of a map (with their keys) or a list stand.
fn member_spans(holder: &Node) -> Vec<Span> {
    match &holder.kind {
        Kind::Scalar { .. } => Vec::new(),
        Kind::List(nodes) => nodes.iter().map(|node| node.span).collect(),
        Kind::Map(entries) => {
            let whole =
                |(key, node): &(Key, Node)| Span::new(key.span.start, node.span.end.max(key.span.end));
            entries.iter().map(whole).collect()
        }
    }
}

fn position(holder: &Node, member: &Node) -> Option<usize> {
    match &holder.kind {
        Kind::Scalar { .. } => None,
        Kind::List(nodes) => nodes.iter().position(|node| std::ptr::eq(node, member)),
        Kind::Map(entries) => entries.iter().position(|(_, node)| std::ptr::eq(node, member)),
    }
}

fn is_flow(text: &str, node: &Node) -> bool {
    text.get(node.span.start..).is_some_and(|rest| rest.starts_with(['{', '[']))
}

/// Where the dash of an element of a block list stands.
fn dash_before(text: &str, offset: usize) -> Option<usize> {
    let before = text.get(..offset)?.trim_end();
    before.ends_with('-').then(|| before.len() - 1)
}

/// Takes a span out but for its line breaks and the blanks in front of what comes behind it.
fn blanked(text: &str, span: Span) -> Edit {
    let gone = text.get(span.start..span.end).unwrap_or_default();
    let indent =
        gone.rsplit_once('\n').map_or(0, |(_, last)| last.len() - last.trim_start_matches(' ').len());
    let text = format!("{}{}", "\n".repeat(count_lines(gone)), " ".repeat(indent));
    Edit { span, text }
}

fn count_lines(text: &str) -> usize {
    text.matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostics;
    use crate::source::{self, Document, Route};

    fn read(text: &str) -> Document {
        source::read(text, &mut Diagnostics::new()).unwrap()
    }

    /// What is left without the member `key` of `a`.
    #[track_caller]
    fn check(text: &str, key: &str, expected: Option<&str>) {
        let document = read(text);
        let holder = document.root.get("a").unwrap();
        let member = match key.parse() {
            Ok(index) => document.value_at(&Route::root().key("a").index(index)).unwrap(),
            Err(_) => holder.get(key).unwrap(),
        };
        let edit = without(text, holder, member);
        assert_eq!(edit.map(|edit| applied(text, &edit)).as_deref(), expected);
    }

    fn applied(text: &str, edit: &Edit) -> String {
        let (front, _) = text.split_at(edit.span.start);
        let (_, back) = text.split_at(edit.span.end);
        let made = format!("{front}{}{back}", edit.text);
        assert_eq!(made.lines().count(), text.lines().count());
        read(&made);
        made
    }

    #[test]
    fn members_in_braces() {
        check("a: {x: 1, y: 2, z: 3}\n", "x", Some("a: {y: 2, z: 3}\n"));
        check("a: {x: 1, y: 2, z: 3}\n", "z", Some("a: {x: 1, y: 2}\n"));
        check("a: {x: 1,   # one\n    y: 2}\n", "x", Some("a: {\n    y: 2}\n"));
        check("a: {x: 1,   # one\n    y: 2}\n", "y", Some("a: {x: 1\n    }\n"));
        check("a: {x: 1}\n", "x", None);
    }

    #[test]
    fn elements_in_brackets() {
        check("a: [x, y]\n", "0", Some("a: [y]\n"));
        check("a: [x, y]\n", "1", Some("a: [x]\n"));
    }

    #[test]
    fn members_of_a_block() {
        check("a:\n  x: 1   # one\n  y: 2\nb: 3\n", "x", Some("a:\n     # one\n  y: 2\nb: 3\n"));
        check("a:\n  x: 1\n  y:\n    z: 2\nb: 3\n", "y", Some("a:\n  x: 1\n  \n    \nb: 3\n"));
    }

    #[test]
    fn elements_of_a_block() {
        check("a:\n  - x: 1\n    y: 2\n  - z: 3\n", "0", Some("a:\n  \n    \n  - z: 3\n"));
        check("a:\n  - x: 1\n  - z: 3   # three\n", "1", Some("a:\n  - x: 1\n     # three\n"));
    }

    #[test]
    fn neighbours_are_exchanged() {
        let text = "a:\n  - x: 1\n    y: 2\n  - z: 3\n";
        let document = read(text);
        let holder = document.root.get("a").unwrap();
        let Kind::List(items) = &holder.kind else { panic!("a list") };
        let edit = swapped(text, holder, &items[0]).unwrap();
        assert_eq!(applied(text, &edit), "a:\n  - z: 3\n  - x: 1\n    y: 2\n");
        assert_eq!(swapped(text, holder, &items[1]), None);
    }

    #[test]
    fn a_block_between_braces() {
        let text = "a:\n  x: it, too\n  \"y\":\n    - 'z'\n    - 1\n";
        assert_eq!(flow_text(text, &read(text).root), "{a: {x: \"it, too\", \"y\": ['z', 1]}}");
    }

    #[test]
    fn lines_stay_where_they_are() {
        let text = "a:\n  x: 1\n  y: 2\nb: 3\n";
        let span = read(text).root.get("a").unwrap().span;
        let edit = rewritten(text, span, "{y: 2}");
        assert_eq!(applied(text, &edit).lines().nth(3), Some("b: 3"));
    }
}
