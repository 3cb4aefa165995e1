//! The text of lists and maps in which some elements are new.
//!
//! In: the tree of a file, and what becomes of each element. Out: text in the style of the old one, with its comments.

use serde_json::{Map, Value};

use super::write;
use crate::diag::Span;
use crate::source::{Document, Kind, Node};

/// Longest line that is written; what is longer is laid out on several.
const WIDTH: usize = 100;

/// What becomes of a value.
#[derive(Debug)]
pub(super) enum News {
    /// It stays.
    Same,
    /// It stays in part; the elements of a list in brackets, which can go on lines of their own.
    Written(String, Vec<Piece>),
    /// It is written anew.
    Fresh(Value),
}

/// An element of a list in brackets: as it is written, or anew.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Value(Value),
}

/// An element of a list, or an entry of a map, in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'d> {
    /// Where it begins: with its dash or key, if it has one.
    pub(super) start: usize,
    /// Where its value ends.
    pub(super) end: usize,
    pub(super) key: Option<Span>,
    pub(super) node: &'d Node,
}

/// What becomes of elements: that of an old one, or a new one.
pub(super) type Slots = Vec<(Option<usize>, News)>;

/// The file whose text is laid out anew.
#[derive(Debug)]
pub(super) struct Layout<'d>(pub(super) &'d Document);

impl<'d> Layout<'d> {
    pub(super) fn is_flow(&self, node: &Node) -> bool {
        self.0.text.get(node.span.start..).is_some_and(|rest| rest.starts_with(['{', '[']))
    }

    fn slice(&self, start: usize, end: usize) -> &'d str {
        self.0.text.get(start..end).unwrap_or_default()
    }

    fn column(&self, offset: usize) -> usize {
        let before = self.slice(0, offset);
        before.len() - before.rfind('\n').map_or(0, |at| at + 1)
    }

    /// Elements or entries of a value, as they stand in the text; nothing for a scalar.
    pub(super) fn elements<'n>(&self, node: &'n Node) -> Option<Vec<Element<'n>>> {
        let end = |node: &Node| node.span.start + self.slice(node.span.start, node.span.end).trim_end().len();
        match &node.kind {
            Kind::Scalar { .. } => None,
            Kind::Map(entries) => {
                let element = |(key, node): &'n (crate::source::Key, Node)| Element {
                    start: key.span.start,
                    end: end(node).max(key.span.end + 1),
                    key: Some(key.span),
                    node,
                };
                Some(entries.iter().map(element).collect())
            }
            Kind::List(nodes) if self.is_flow(node) => {
                let element =
                    |node: &'n Node| Element { start: node.span.start, end: end(node), key: None, node };
                Some(nodes.iter().map(element).collect())
            }
            Kind::List(nodes) => nodes
                .iter()
                .map(|node| {
                    let start = self.slice(0, node.span.start).rfind('-')?;
                    Some(Element { start, end: end(node), key: None, node })
                })
                .collect(),
        }
    }

    /// A list or map with its elements in new order.
    pub(super) fn rebuilt(&self, node: &Node, elements: &[Element<'_>], slots: Slots) -> Option<News> {
        let (first, last) = (elements.first()?, elements.last()?);
        if slots.is_empty() {
            return Some(News::Fresh(if first.key.is_some() {
                Map::new().into()
            } else {
                Value::Array(vec![])
            }));
        }
        let indent = (!self.is_flow(node)).then(|| self.column(first.start));
        let is_map = first.key.is_some();
        let own = |old: Option<usize>, news: &News| match old {
            Some(index) => Some(self.text_of(elements.get(index)?, news, indent)),
            None => text_of_new(news, is_map, indent),
        };
        let texts: Vec<(Option<usize>, String)> =
            slots.iter().map(|(old, news)| Some((*old, own(*old, news)?))).collect::<Option<_>>()?;
        let olds: Vec<usize> = texts.iter().filter_map(|(old, _)| *old).collect();
        let is_in_place = olds.len() == texts.len() && olds.iter().copied().eq(0..elements.len());
        let text = if is_in_place {
            let (start, end) =
                if indent.is_none() { (node.span.start, node.span.end) } else { (first.start, last.end) };
            self.spliced(start, end, elements, &texts)
        } else if let Some(indent) = indent {
            self.stacked(elements, &texts, indent)
        } else {
            let inner = texts.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(", ");
            if is_map { format!("{{{inner}}}") } else { format!("[{inner}]") }
        };
        let has_comment = self.slice(node.span.start, node.span.end).contains('#');
        let is_list = indent.is_none() && !is_map && !has_comment;
        let piece = |((_, text), (_, news)): (_, (_, News))| match news {
            News::Fresh(value) => Piece::Value(value),
            News::Same | News::Written(..) => Piece::Text(text),
        };
        let pieces = if is_list { texts.into_iter().zip(slots).map(piece).collect() } else { Vec::new() };
        Some(News::Written(text, pieces))
    }

    /// The text of an element that was there before.
    fn text_of(&self, element: &Element<'_>, news: &News, indent: Option<usize>) -> String {
        match (news, element.key) {
            (News::Same, _) => self.slice(element.start, element.end).to_owned(),
            (News::Fresh(value), Some(key)) => entry(self.slice(key.start, key.end), value, indent),
            (News::Fresh(value), None) => item(value, indent),
            (News::Written(text, pieces), key) => {
                let before = self.slice(element.start, self.inner_start(element));
                // A line that was too long before is as its author wants it.
                let gets_long = |indent: usize| {
                    let longest = indent + before.len() + text.len();
                    longest > WIDTH && indent + element.end - element.start <= WIDTH
                };
                match (key, indent) {
                    (Some(key), Some(indent)) if !pieces.is_empty() && gets_long(indent) => {
                        dashed(self.slice(key.start, key.end), pieces, indent + 2)
                    }
                    _ => format!("{before}{text}"),
                }
            }
        }
    }

    /// Where the text of a value begins that [`Layout::rebuilt`] writes.
    fn inner_start(&self, element: &Element<'_>) -> usize {
        if self.is_flow(element.node) {
            return element.node.span.start;
        }
        let inner = self.elements(element.node).and_then(|all| all.first().map(|first| first.start));
        inner.unwrap_or(element.node.span.start)
    }

    /// New texts in the places of the old ones.
    fn spliced(
        &self,
        start: usize,
        end: usize,
        elements: &[Element<'_>],
        texts: &[(Option<usize>, String)],
    ) -> String {
        let mut spliced = String::new();
        let mut done = start;
        for (element, (_, text)) in elements.iter().zip(texts) {
            spliced.push_str(self.slice(done, element.start));
            spliced.push_str(text);
            done = element.end;
        }
        spliced.push_str(self.slice(done, end));
        spliced
    }

    /// Texts below each other, each old one with the comments behind it.
    fn stacked(&self, elements: &[Element<'_>], texts: &[(Option<usize>, String)], indent: usize) -> String {
        let glue = format!("\n{}", " ".repeat(indent));
        let mut stacked = String::new();
        for (position, (old, text)) in texts.iter().enumerate() {
            if position > 0 {
                stacked.push_str(&glue);
            }
            stacked.push_str(text);
            let next = old.and_then(|index| elements.get(index + 1));
            if let (Some(element), Some(next)) = (old.and_then(|index| elements.get(index)), next) {
                stacked.push_str(self.slice(element.end, next.start).trim_end());
            }
        }
        stacked
    }
}

/// The text of an element that is new; an entry of a map comes as a map with it alone.
fn text_of_new(news: &News, is_map: bool, indent: Option<usize>) -> Option<String> {
    let News::Fresh(value) = news else { return None };
    if !is_map {
        return Some(item(value, indent));
    }
    let (key, value) = value.as_object()?.iter().next()?;
    Some(entry(&write::text(key), value, indent))
}

/// An entry of a map; with an indent, its value may go on lines of its own.
fn entry(key: &str, value: &Value, indent: Option<usize>) -> String {
    let line = format!("{key}: {}", write::on_a_line(value));
    match indent {
        Some(indent) if indent + line.len() > WIDTH && write::is_nested(value) => {
            let glue = format!("\n{}", " ".repeat(indent + 2));
            let lines = write::on_lines(value, WIDTH.saturating_sub(indent + 2));
            format!("{key}:{glue}{}", lines.join(&glue))
        }
        _ => line,
    }
}

/// An entry whose list is on lines of its own.
fn dashed(key: &str, pieces: &[Piece], indent: usize) -> String {
    let lines = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => format!("- {text}"),
        Piece::Value(value) => item(value, Some(indent)),
    });
    let glue = format!("\n{}", " ".repeat(indent));
    lines.fold(format!("{key}:"), |text, line| text + &glue + &line)
}

/// An element of a list; with an indent it has a dash.
fn item(value: &Value, indent: Option<usize>) -> String {
    let line = write::on_a_line(value);
    match indent {
        Some(indent) if indent + 2 + line.len() > WIDTH && write::is_nested(value) => {
            let glue = format!("\n{}", " ".repeat(indent + 2));
            format!("- {}", write::on_lines(value, WIDTH.saturating_sub(indent + 2)).join(&glue))
        }
        Some(_) => format!("- {line}"),
        None => line,
    }
}
