//! Graphs as Mermaid flowcharts, which Markdown viewers draw.

use std::fmt::Write;

use super::label::{EDGE_COLUMNS, NODE_COLUMNS, wrapped};
use super::{Edge, EdgeKind, FlowGraph, Graph, Node, NodeKind};

/// Our lines are short enough: Mermaid shall not break them once more.
const HEAD: &str = "%%{init: {\"flowchart\": {\"wrappingWidth\": 400}}}%%\nflowchart TB\n";

/// The graph as a Mermaid flowchart.
#[must_use]
pub fn mermaid(graph: &Graph) -> String {
    let mut text = String::from(HEAD);
    for (index, flow) in graph.flows.iter().enumerate() {
        let flow = Drawn { flow, index };
        line(
            &mut text,
            1,
            &format!("subgraph f{index}[\"{}\"]", escaped(&format!("flow {}", flow.flow.name))),
        );
        line(&mut text, 2, "direction TB");
        flow.group(None, 2, &mut text);
        line(&mut text, 1, "end");
        for edge in &flow.flow.edges {
            line(&mut text, 1, &flow.edge(edge));
        }
    }
    text
}

/// A flow and its place among the others.
struct Drawn<'g> {
    flow: &'g FlowGraph,
    index: usize,
}

impl Drawn<'_> {
    /// The nodes and the groups that stand in a group, or in none.
    fn group(&self, group: Option<usize>, depth: usize, text: &mut String) {
        for (index, node) in self.flow.nodes.iter().enumerate().filter(|(_, node)| node.group == group) {
            line(text, depth, &self.node(index, node));
        }
        let inner = self.flow.groups.iter().enumerate().filter(|(_, inner)| inner.parent == group);
        for (index, inner) in inner {
            let name = escaped(&format!("part {}", inner.name));
            line(text, depth, &format!("subgraph f{}g{index}[\"{name}\"]", self.index));
            line(text, depth + 1, "direction TB");
            self.group(Some(index), depth + 1, text);
            line(text, depth, "end");
        }
    }

    fn node(&self, index: usize, node: &Node) -> String {
        let (open, close) = brackets(node.kind);
        let label = lines(node.lines.iter().map(String::as_str), NODE_COLUMNS);
        format!("f{}n{index}{open}\"{label}\"{close}", self.index)
    }

    fn edge(&self, edge: &Edge) -> String {
        let arrow = match edge.kind {
            EdgeKind::Next => "-->",
            EdgeKind::Skip => "-.->",
        };
        let label = match edge.label.as_str() {
            "" => String::new(),
            label => format!("|\"{}\"|", lines([label], EDGE_COLUMNS)),
        };
        format!("f{0}n{from} {arrow}{label} f{0}n{to}", self.index, from = edge.from, to = edge.to)
    }
}

/// The shape of a kind.
fn brackets(kind: NodeKind) -> (&'static str, &'static str) {
    match kind {
        NodeKind::Start => ("([", "])"),
        NodeKind::Require => ("{{", "}}"),
        NodeKind::Read => ("(", ")"),
        NodeKind::Write => ("[[", "]]"),
        NodeKind::Branch => ("{", "}"),
        NodeKind::Loop => ("[/", "\\]"),
        NodeKind::Delivered => ("(((", ")))"),
        NodeKind::Skipped => ("[/", "/]"),
        NodeKind::Rejected => (">", "]"),
    }
}

fn line(text: &mut String, depth: usize, content: &str) {
    let _ = writeln!(text, "{:1$}{content}", "", depth * 2);
}

fn lines<'t>(texts: impl IntoIterator<Item = &'t str>, columns: usize) -> String {
    let lines: Vec<String> = wrapped(texts, columns).iter().map(|line| escaped(line)).collect();
    lines.join("<br/>")
}

/// Text inside of quotes: Mermaid spells what it would read otherwise as `#code;`.
///
/// Source: Mermaid documentation, "Entity codes to escape characters".
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' | '*' | ';' => {
                let _ = write!(escaped, "#{};", u32::from(character));
            }
            plain => escaped.push(plain),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_ends_a_label_early() {
        assert_eq!(escaped("a \"b\" <i>#1;"), "a #34;b#34; #60;i#62;#35;1#59;");
    }
}
