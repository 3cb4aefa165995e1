//! Graphs in DOT, the language of Graphviz.

use std::fmt::Write;

use super::label::{EDGE_COLUMNS, NODE_COLUMNS, wrapped};
use super::{Edge, EdgeKind, FlowGraph, Graph, Node, NodeKind};

/// The graph in DOT.
#[must_use]
pub fn dot(graph: &Graph) -> String {
    let mut text = format!("digraph {} {{\n", quoted(&graph.title));
    line(&mut text, 1, "node [fontname=\"sans-serif\", fontsize=11];");
    line(&mut text, 1, "edge [fontname=\"sans-serif\", fontsize=10];");
    for (index, flow) in graph.flows.iter().enumerate() {
        let drawn = Drawn { flow, index };
        line(&mut text, 1, &format!("subgraph cluster_f{index} {{"));
        line(&mut text, 2, &format!("label={};", quoted(&format!("flow {}", flow.name))));
        drawn.group(None, 2, &mut text);
        for edge in &flow.edges {
            line(&mut text, 2, &drawn.edge(edge));
        }
        line(&mut text, 1, "}");
    }
    text.push_str("}\n");
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
            line(text, depth, &format!("subgraph cluster_f{}g{index} {{", self.index));
            let label = quoted(&format!("part {}", inner.name));
            line(text, depth + 1, &format!("label={label}; style=dotted;"));
            self.group(Some(index), depth + 1, text);
            line(text, depth, "}");
        }
    }

    fn node(&self, index: usize, node: &Node) -> String {
        let label = lines(node.lines.iter().map(String::as_str), NODE_COLUMNS);
        format!("f{}n{index} [label={label}, {}];", self.index, shape(node.kind))
    }

    fn edge(&self, edge: &Edge) -> String {
        let mut attributes = Vec::new();
        if !edge.label.is_empty() {
            attributes.push(format!("label={}", lines([edge.label.as_str()], EDGE_COLUMNS)));
        }
        if edge.kind == EdgeKind::Skip {
            attributes.push("style=dashed".to_owned());
        }
        let attributes = match attributes.as_slice() {
            [] => String::new(),
            attributes => format!(" [{}]", attributes.join(", ")),
        };
        format!("f{0}n{from} -> f{0}n{to}{attributes};", self.index, from = edge.from, to = edge.to)
    }
}

/// The shape of a kind.
fn shape(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Start => "shape=oval",
        NodeKind::Require => "shape=hexagon",
        NodeKind::Read => "shape=box, style=rounded",
        NodeKind::Write => "shape=box, peripheries=2",
        NodeKind::Branch => "shape=diamond",
        NodeKind::Loop => "shape=trapezium",
        NodeKind::Delivered => "shape=oval, peripheries=2",
        NodeKind::Skipped => "shape=parallelogram",
        NodeKind::Rejected => "shape=octagon",
    }
}

fn line(text: &mut String, depth: usize, content: &str) {
    let _ = writeln!(text, "{:1$}{content}", "", depth * 2);
}

fn lines<'t>(texts: impl IntoIterator<Item = &'t str>, columns: usize) -> String {
    quoted(&wrapped(texts, columns).join("\n"))
}

/// A quoted string. Graphviz reads HTML entities in labels, so `&` is one.
///
/// Source: the DOT language, "ID" and "Character encodings".
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;").replace('\n', "\\n");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn nothing_ends_a_string_early() {
        assert_eq!(quoted("a \"b\" \\n &lt;\nc"), r#""a \"b\" \\n &amp;lt;\nc""#);
    }
}
