//! Where nodes, lines and labels lie: a layered layout from top to bottom.
//!
//! In: a flow. Out: places, in units of the picture, the left upper corner being (0, 0).

use dagre::graph::{Graph as Dagre, GraphOptions};
use dagre::layout::types::LabelPos;
use dagre::{EdgeLabel, LayoutOptions, NodeLabel};
use textwrap::core::display_width;

use super::super::label::{EDGE_COLUMNS, NODE_COLUMNS, wrapped};
use super::super::{Edge, FlowGraph, Node, NodeKind};
use super::shape::{border, outer_size};
use super::{COLUMN, LINE};

/// A rectangle, by its middle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A flow with places.
#[derive(Debug)]
pub(super) struct Placed<'g> {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) nodes: Vec<PlacedNode<'g>>,
    pub(super) edges: Vec<PlacedEdge<'g>>,
    pub(super) groups: Vec<PlacedGroup<'g>>,
}

#[derive(Debug)]
pub(super) struct PlacedNode<'g> {
    pub(super) node: &'g Node,
    pub(super) lines: Vec<String>,
    pub(super) place: Place,
}

#[derive(Debug)]
pub(super) struct PlacedEdge<'g> {
    pub(super) edge: &'g Edge,
    pub(super) lines: Vec<String>,
    /// Where the label lies.
    pub(super) label: Place,
    /// From border to border.
    pub(super) points: Vec<(f64, f64)>,
}

#[derive(Debug)]
pub(super) struct PlacedGroup<'g> {
    pub(super) name: &'g str,
    pub(super) place: Place,
}

impl PlacedNode<'_> {
    /// Whether its first line is a name.
    pub(super) fn is_named(&self) -> bool {
        !matches!(self.node.kind, NodeKind::Branch | NodeKind::Loop)
    }
}

impl PlacedGroup<'_> {
    pub(super) fn title(&self) -> String {
        format!("part {}", self.name)
    }

    /// Makes room for the name above what stands in the group.
    fn with_heading(mut self) -> Self {
        let width = display_width(&self.title()) as f64 * COLUMN + 12.0;
        self.place.width = self.place.width.max(width);
        self.place.y -= LINE / 2.0;
        self.place.height += LINE;
        self
    }
}

/// Gives everything a place.
pub(super) fn place(flow: &FlowGraph) -> Placed<'_> {
    let node_lines: Vec<Vec<String>> =
        flow.nodes.iter().map(|node| wrapped(node.lines.iter().map(String::as_str), NODE_COLUMNS)).collect();
    let edge_lines: Vec<Vec<String>> = flow
        .edges
        .iter()
        .map(|edge| wrapped(Some(edge.label.as_str()).filter(|label| !label.is_empty()), EDGE_COLUMNS))
        .collect();
    let mut dagre = described(flow, &node_lines, &edge_lines);
    let options = LayoutOptions { nodesep: 36.0, edgesep: 16.0, ranksep: 34.0, ..LayoutOptions::default() };
    dagre::layout(&mut dagre, Some(options));
    let nodes: Vec<PlacedNode<'_>> = flow
        .nodes
        .iter()
        .zip(node_lines)
        .enumerate()
        .map(|(index, (node, lines))| PlacedNode { node, lines, place: place_of(&dagre, &node_id(index)) })
        .collect();
    let edges = flow
        .edges
        .iter()
        .zip(edge_lines)
        .enumerate()
        .map(|(index, (edge, lines))| placed_edge(&dagre, &nodes, index, edge, lines))
        .collect();
    let groups = flow.groups.iter().enumerate();
    let groups = groups.map(|(index, group)| {
        PlacedGroup { name: &group.name, place: place_of(&dagre, &group_id(index)) }.with_heading()
    });
    moved_to_corner(Placed { width: 0.0, height: 0.0, groups: groups.collect(), nodes, edges })
}

/// The flow as the layout takes it.
fn described(
    flow: &FlowGraph,
    node_lines: &[Vec<String>],
    edge_lines: &[Vec<String>],
) -> Dagre<NodeLabel, EdgeLabel> {
    let options = GraphOptions { directed: true, multigraph: true, compound: true };
    let mut dagre = Dagre::with_options(options);
    for index in 0..flow.groups.len() {
        dagre.set_node(group_id(index), Some(NodeLabel::default()));
    }
    for (index, group) in flow.groups.iter().enumerate() {
        if let Some(parent) = group.parent {
            dagre.set_parent(&group_id(index), Some(&group_id(parent)));
        }
    }
    for (index, (node, lines)) in flow.nodes.iter().zip(node_lines).enumerate() {
        let (width, height) = outer_size(node.kind, text_size(lines));
        dagre.set_node(node_id(index), Some(NodeLabel { width, height, ..NodeLabel::default() }));
        if let Some(group) = node.group {
            dagre.set_parent(&node_id(index), Some(&group_id(group)));
        }
    }
    for (index, (edge, lines)) in flow.edges.iter().zip(edge_lines).enumerate() {
        let (width, height) = if lines.is_empty() { (0.0, 0.0) } else { text_size(lines) };
        let label = EdgeLabel { width, height, labelpos: LabelPos::Center, ..EdgeLabel::default() };
        dagre.set_edge(node_id(edge.from), node_id(edge.to), Some(label), Some(&index.to_string()));
    }
    dagre
}

fn placed_edge<'g>(
    dagre: &Dagre<NodeLabel, EdgeLabel>,
    nodes: &[PlacedNode<'_>],
    index: usize,
    edge: &'g Edge,
    lines: Vec<String>,
) -> PlacedEdge<'g> {
    let laid = dagre.edge(&node_id(edge.from), &node_id(edge.to), Some(&index.to_string()));
    let mut points: Vec<(f64, f64)> =
        laid.into_iter().flat_map(|laid| &laid.points).map(|point| (point.x, point.y)).collect();
    // The layout ends lines at rectangles; the shapes have borders of their own.
    if let [first, second, ..] = points.as_mut_slice()
        && let Some(from) = nodes.get(edge.from)
    {
        *first = border(from.node.kind, from.place, *second);
    }
    if let [.., before, last] = points.as_mut_slice()
        && let Some(to) = nodes.get(edge.to)
    {
        *last = border(to.node.kind, to.place, *before);
    }
    let (width, height) = if lines.is_empty() { (0.0, 0.0) } else { text_size(&lines) };
    let middle = laid.and_then(|laid| Some((laid.x?, laid.y?))).unwrap_or_default();
    PlacedEdge { edge, lines, label: Place { x: middle.0, y: middle.1, width, height }, points }
}

fn place_of(dagre: &Dagre<NodeLabel, EdgeLabel>, id: &str) -> Place {
    let Some(node) = dagre.node(id) else { return Place::default() };
    let (x, y) = (node.x.unwrap_or_default(), node.y.unwrap_or_default());
    Place { x, y, width: node.width, height: node.height }
}

/// Moves all so that the corner is (0, 0), and measures it.
fn moved_to_corner(mut placed: Placed<'_>) -> Placed<'_> {
    let places = || {
        let nodes = placed.nodes.iter().map(|node| node.place);
        nodes
            .chain(placed.groups.iter().map(|group| group.place))
            .chain(placed.edges.iter().map(|edge| edge.label))
    };
    let points = || placed.edges.iter().flat_map(|edge| edge.points.iter().copied());
    let lefts = places().map(|place| place.x - place.width / 2.0).chain(points().map(|point| point.0));
    let tops = places().map(|place| place.y - place.height / 2.0).chain(points().map(|point| point.1));
    let rights = places().map(|place| place.x + place.width / 2.0).chain(points().map(|point| point.0));
    let bottoms = places().map(|place| place.y + place.height / 2.0).chain(points().map(|point| point.1));
    let (left, top) = (lefts.fold(0.0, f64::min), tops.fold(0.0, f64::min));
    placed.width = rights.fold(0.0, f64::max) - left;
    placed.height = bottoms.fold(0.0, f64::max) - top;
    let nodes = placed.nodes.iter_mut().map(|node| &mut node.place);
    let groups = placed.groups.iter_mut().map(|group| &mut group.place);
    for place in nodes.chain(groups) {
        (place.x, place.y) = (place.x - left, place.y - top);
    }
    for edge in &mut placed.edges {
        (edge.label.x, edge.label.y) = (edge.label.x - left, edge.label.y - top);
        for point in &mut edge.points {
            *point = (point.0 - left, point.1 - top);
        }
    }
    placed
}

fn text_size(lines: &[String]) -> (f64, f64) {
    let columns = lines.iter().map(|line| display_width(line)).max().unwrap_or_default();
    (columns as f64 * COLUMN + 6.0, lines.len() as f64 * LINE)
}

fn node_id(index: usize) -> String {
    format!("n{index}")
}

fn group_id(index: usize) -> String {
    format!("g{index}")
}
