//! Flows as graphs: what is read, written, decided, and how an event ends; as Mermaid, DOT and SVG.
//!
//! In comes a mapping, out goes a [`Graph`], and a renderer makes text of it. Kinds of nodes have shapes of their own and
//! ways around a step are dashed, so that no graph needs colours. Nothing here runs a mapping or knows an event.

mod build;
mod dot;
mod label;
mod mermaid;
mod requests;
mod svg;

pub use build::graph;
pub use dot::dot;
pub use mermaid::mermaid;
pub(crate) use requests::span;
pub use svg::svg;

/// Flows of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// Name of the destination.
    pub title: String,
    /// In the order in which they are tried.
    pub flows: Vec<FlowGraph>,
}

/// One flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowGraph {
    /// Its name.
    pub name: String,
    /// What happens. The first node is the start.
    pub nodes: Vec<Node>,
    /// What follows on what.
    pub edges: Vec<Edge>,
    /// Parts, where the flow uses them.
    pub groups: Vec<Group>,
}

/// Something that happens, or is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is; its shape.
    pub kind: NodeKind,
    /// What is written in it, line by line.
    pub lines: Vec<String>,
    /// Index of the innermost group that it stands in.
    pub group: Option<usize>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// An event comes in.
    Start,
    /// Something must hold before anything is sent.
    Require,
    /// A request that reads.
    Read,
    /// A request that writes.
    Write,
    /// A decision.
    Branch,
    /// What comes next is done once for each element of a list.
    Loop,
    /// The event ends as delivered.
    Delivered,
    /// The event ends as skipped.
    Skipped,
    /// The event ends as rejected.
    Rejected,
}

impl NodeKind {
    /// All kinds, with a word for each.
    pub const ALL: [(&'static str, NodeKind); 9] = [
        ("start", NodeKind::Start),
        ("require", NodeKind::Require),
        ("read", NodeKind::Read),
        ("write", NodeKind::Write),
        ("branch", NodeKind::Branch),
        ("loop", NodeKind::Loop),
        ("delivered", NodeKind::Delivered),
        ("skipped", NodeKind::Skipped),
        ("rejected", NodeKind::Rejected),
    ];

    /// Its word.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// That a node follows on another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Index of the node that it leaves.
    pub from: usize,
    /// Index of the node that it leads to.
    pub to: usize,
    /// When it is taken; empty when nothing else can be.
    pub label: String,
    /// What it is; its line.
    pub kind: EdgeKind,
}

/// What an edge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeKind {
    /// What comes next: a solid line.
    Next,
    /// A way around steps that are left out, or out of the flow: a dashed line.
    Skip,
}

/// A part, where a flow uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Index of the group that it stands in.
    pub parent: Option<usize>,
}
