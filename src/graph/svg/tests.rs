//! Places of nodes, labels and groups in pictures.

use std::iter;

use super::super::{Graph, graph};
use super::layout::{Place, place};
use crate::diag::Diagnostics;
use crate::{model, source};

fn drawn(text: &str) -> Graph {
    let mut found = Diagnostics::new();
    let mapping = source::read(text, &mut found).and_then(|document| model::lower(&document, &mut found));
    graph(&mapping.unwrap(), None)
}

fn overlap(one: Place, other: Place) -> bool {
    (one.x - other.x).abs() * 2.0 < one.width + other.width - 0.1
        && (one.y - other.y).abs() * 2.0 < one.height + other.height - 0.1
}

/// The shipped mappings, and one in which everything happens.
fn mappings() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/mappings");
    let shipped = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let shipped = shipped.map(|path| std::fs::read_to_string(path).unwrap());
    shipped.chain([include_str!("../example.yaml").to_owned()]).collect()
}

#[test]
fn nothing_lies_on_anything_else() {
    for text in mappings() {
        for flow in &drawn(&text).flows {
            let placed = place(flow);
            let nodes: Vec<Place> = placed.nodes.iter().map(|node| node.place).collect();
            let labels = placed.edges.iter().filter(|edge| !edge.lines.is_empty()).map(|edge| edge.label);
            let all: Vec<Place> = nodes.iter().copied().chain(labels).collect();
            for (index, one) in all.iter().enumerate() {
                for other in &all[index + 1..] {
                    assert!(!overlap(*one, *other), "{one:?} and {other:?} of flow {} in {text}", flow.name);
                }
                let inside = one.x - one.width / 2.0 > -0.1
                    && one.y - one.height / 2.0 > -0.1
                    && one.x + one.width / 2.0 < placed.width + 0.1
                    && one.y + one.height / 2.0 < placed.height + 0.1;
                assert!(inside, "{one:?} lies outside of flow {} in {text}", flow.name);
            }
        }
    }
}

#[test]
fn groups_hold_their_nodes_and_no_others() {
    for text in mappings() {
        for flow in &drawn(&text).flows {
            let placed = place(flow);
            for (index, group) in placed.groups.iter().enumerate() {
                for node in &placed.nodes {
                    let mut groups = iter::successors(node.node.group, |inner| flow.groups[*inner].parent);
                    assert_eq!(
                        overlap(group.place, node.place),
                        groups.any(|group| group == index),
                        "{:?} and {} of flow {}",
                        node.node.lines,
                        group.name,
                        flow.name
                    );
                }
            }
        }
    }
}

#[test]
fn lines_begin_and_end_at_their_nodes() {
    for flow in &drawn(&mappings()[0]).flows {
        let placed = place(flow);
        for edge in &placed.edges {
            let ends = [(edge.edge.from, edge.points.first()), (edge.edge.to, edge.points.last())];
            for (node, point) in ends {
                let (place, (x, y)) = (placed.nodes[node].place, *point.unwrap());
                let is_at = (x - place.x).abs() <= place.width / 2.0 + 0.1
                    && (y - place.y).abs() <= place.height / 2.0 + 0.1;
                assert!(is_at, "({x}, {y}) is not at {place:?}");
            }
        }
    }
}
