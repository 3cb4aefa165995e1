//! `mapwright graph`: what is drawn, and that pictures are sound.

use std::collections::BTreeMap;
use std::fs;

use mapwright::diag::Diagnostics;
use mapwright::graph::{self, EdgeKind, FlowGraph, Graph, NodeKind};
use mapwright::model::{self, Mapping};
use mapwright::{compile, lint, source};

use super::cli::{Folder, run, stderr, stdout};
use super::lint::completed;

/// Each kind of node, a part in a part, names that the forms of output could misread.
const MAPPING: &str = include_str!("../../src/graph/example.yaml");

fn mapping(text: &str) -> Mapping {
    let mut found = Diagnostics::new();
    let mapping = source::read(text, &mut found).and_then(|document| model::lower(&document, &mut found));
    mapping.unwrap_or_else(|| panic!("{:?}", found.into_vec()))
}

fn drawn(text: &str) -> Graph {
    let mut found = Diagnostics::new();
    assert!(compile::load(text, &mut found).is_some(), "{:?}", found.into_vec());
    graph::graph(&mapping(text), None)
}

fn shipped() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/zendesk.yaml")).unwrap()
}

/// An edge as `from -label-> to` or `from ~label~> to`, nodes by their first line.
fn edges(flow: &FlowGraph) -> Vec<String> {
    let name = |index: usize| flow.nodes[index].lines.join("|");
    let edge = |edge: &graph::Edge| {
        let line = if edge.kind == EdgeKind::Next { '-' } else { '~' };
        format!("{} {line}{}{line}> {}", name(edge.from), edge.label, name(edge.to))
    };
    flow.edges.iter().map(edge).collect()
}

#[test]
fn everything_that_can_happen_is_drawn() {
    let graph = drawn(MAPPING);
    assert_eq!(
        edges(&graph.flows[0]),
        [
            "track event|when $.event is \"Order Completed\" --> require|$.userId is present|unless $.anonymous is true",
            "require|$.userId is present|unless $.anonymous is true ~no~> rejected|No user",
            "require|$.userId is present|unless $.anonymous is true -yes-> $.q is \"x \\\"y\\\" <b>#1;\\\\\"",
            "$.q is \"x \\\"y\\\" <b>#1;\\\\\" -yes-> there|GET /there",
            "there|GET /there --> add|POST /add|body t",
            "$.q is \"x \\\"y\\\" <b>#1;\\\\\" ~no~> add|POST /add|body t",
            "add|POST /add|body t ~404~> skipped",
            "add|POST /add|body t ~422 if $.code is \"dup\"~> rejected|a | b",
            "add|POST /add|body t --> $.skip is true",
            "$.skip is true -yes-> skipped|Not wanted",
            "$.skip is true -no-> for each it of $.list|at most 3",
            "for each it of $.list|at most 3 -each-> each|POST /x/:a",
            "each|POST /x/:a -next-> for each it of $.list|at most 3",
            "for each it of $.list|at most 3 -no more-> known: find|GET /1",
            "known: find|GET /1 --> found?",
            "found? -no-> $.w is 1",
            "$.w is 1 -yes-> known: find|GET /2",
            "known: find|GET /2 --> found?",
            "found? -no-> known: create|POST /c|body t",
            "$.w is 1 ~no~> known: create|POST /c|body t",
            "known: create|POST /c|body t --> $.done is true",
            "found? ~yes~> $.done is true",
            "found? ~yes~> $.done is true",
            "$.done is true -yes-> delivered",
            "$.done is true -no-> $steps.known.id is present",
            "$steps.known.id is present -yes-> last|PUT /last|body t",
            "last|PUT /last|body t --> delivered",
            "$steps.known.id is present ~no~> delivered",
        ]
    );
    // Behind an end without a condition nothing is drawn.
    assert_eq!(edges(&graph.flows[1]), ["group event --> rejected|Never"]);
}

#[test]
fn parts_are_groups_in_groups() {
    let flow = &drawn(MAPPING).flows[0];
    let groups: Vec<_> = flow.groups.iter().map(|group| (group.name.as_str(), group.parent)).collect();
    assert_eq!(groups, [("outer", None), ("inner", Some(0))]);
    let group_of = |line: &str| flow.nodes.iter().find(|node| node.lines[0] == line).unwrap().group;
    assert_eq!(["there", "add", "skipped", "known: create"].map(group_of), [Some(1), Some(0), Some(0), None]);
}

#[test]
fn a_flow_can_be_drawn_alone() {
    let graph = graph::graph(&mapping(MAPPING), Some("second"));
    assert_eq!(graph.flows.iter().map(|flow| flow.name.as_str()).collect::<Vec<_>>(), ["second"]);
}

/// How many nodes of each kind there are.
fn kinds(graph: &Graph) -> BTreeMap<NodeKind, usize> {
    let mut kinds = BTreeMap::new();
    for node in graph.flows.iter().flat_map(|flow| &flow.nodes) {
        *kinds.entry(node.kind).or_default() += 1;
    }
    kinds
}

#[test]
fn kinds_have_shapes_of_their_own_in_each_form() {
    let graph = drawn(MAPPING);
    let kinds = kinds(&graph);
    assert_eq!(kinds.len(), NodeKind::ALL.len(), "each kind is drawn");
    let shapes = [
        (NodeKind::Start, "([\"", "shape=oval]"),
        (NodeKind::Require, "{{\"", "shape=hexagon]"),
        (NodeKind::Read, "(\"", "shape=box, style=rounded]"),
        (NodeKind::Write, "[[\"", "shape=box, peripheries=2]"),
        (NodeKind::Branch, "{\"", "shape=diamond]"),
        (NodeKind::Loop, "\"\\]", "shape=trapezium]"),
        (NodeKind::Delivered, "(((\"", "shape=oval, peripheries=2]"),
        (NodeKind::Skipped, "\"/]", "shape=parallelogram]"),
        (NodeKind::Rejected, ">\"", "shape=octagon]"),
    ];
    let (mermaid, dot, svg) = (graph::mermaid(&graph), graph::dot(&graph), graph::svg(&graph));
    for (kind, in_mermaid, in_dot) in shapes {
        let nodes = |line: &&str| line.trim_start().starts_with('f') && !line.contains("->");
        let id_then = |line: &&str| {
            let label = line.trim_start().trim_start_matches(|c: char| c.is_ascii_alphanumeric());
            label.starts_with(in_mermaid) || in_mermaid.starts_with('"') && label.ends_with(in_mermaid)
        };
        assert_eq!(
            mermaid.lines().filter(nodes).filter(id_then).count(),
            kinds[&kind],
            "{kind:?}: {mermaid}"
        );
        assert_eq!(dot.matches(in_dot).count(), kinds[&kind], "{kind:?}: {dot}");
        let in_svg = format!("<g class=\"{}\">", kind.name());
        assert_eq!(svg.matches(&in_svg).count(), kinds[&kind], "{kind:?}");
    }
    let skips =
        graph.flows.iter().flat_map(|flow| &flow.edges).filter(|edge| edge.kind == EdgeKind::Skip).count();
    assert_eq!(mermaid.matches(" -.->").count(), skips);
    assert_eq!(dot.matches("style=dashed").count(), skips);
    assert_eq!(svg.matches("stroke-dasharray=\"6 4\"").count(), skips);
}

#[test]
fn a_small_graph_as_text() {
    let graph = graph::graph(&mapping(MAPPING), Some("second"));
    let mermaid = "%%{init: {\"flowchart\": {\"wrappingWidth\": 400}}}%%\nflowchart TB\n  subgraph f0[\"flow second\"]\n    direction TB\n    f0n0([\"group event\"])\n    \
                   f0n1>\"rejected<br/>Never\"]\n  end\n  f0n0 --> f0n1\n";
    assert_eq!(graph::mermaid(&graph), mermaid);
    let dot = r#"digraph "a \"b\" &amp; <c>" {
  node [fontname="sans-serif", fontsize=11];
  edge [fontname="sans-serif", fontsize=10];
  subgraph cluster_f0 {
    label="flow second";
    f0n0 [label="group event", shape=oval];
    f0n1 [label="rejected\nNever", shape=octagon];
    f0n0 -> f0n1;
  }
}
"#;
    assert_eq!(graph::dot(&graph), dot);
}

#[test]
fn texts_end_no_label_early() {
    let graph = drawn(MAPPING);
    assert!(
        graph::mermaid(&graph)
            .contains(r#"{"$.q is #34;x #92;#34;y#92;#34; #60;b#62;#35;1#59;#92;#92;#34;"}"#)
    );
    assert!(graph::dot(&graph).contains(r#"label="$.q is \"x \\\"y\\\" <b>#1;\\\\\"""#));
    let svg = graph::svg(&graph);
    assert!(svg.contains(r#"$.q is "x \"y\" &lt;b&gt;#1;\\""#), "{svg}");
    assert!(svg.contains("Flows of a \"b\" &amp; &lt;c&gt;"));
}

#[test]
fn pictures_are_xml_and_the_same_each_time() {
    let shipped = shipped();
    let svg = graph::svg(&drawn(&shipped));
    assert_eq!(svg, graph::svg(&drawn(&shipped)));
    let mut open = Vec::new();
    for event in svg::read(&svg).unwrap() {
        match event {
            svg::parser::Event::Tag(name, svg::node::element::tag::Type::Start, _) => {
                open.push(name.to_owned());
            }
            svg::parser::Event::Tag(name, svg::node::element::tag::Type::End, _) => {
                assert_eq!(open.pop().as_deref(), Some(name));
            }
            svg::parser::Event::Error(error) => panic!("{error}"),
            _ => {}
        }
    }
    assert!(open.is_empty());
}

#[test]
fn every_mapping_can_be_drawn() {
    let rules = lint::RULES.iter().flat_map(|rule| [rule.good, rule.bad]).map(completed);
    for text in rules.chain([shipped(), MAPPING.to_owned()]) {
        let graph = drawn(&text);
        let numbers: Vec<f64> = graph::svg(&graph).split('"').filter_map(|part| part.parse().ok()).collect();
        assert!(numbers.iter().all(|number| number.is_finite()));
        for flow in &graph.flows {
            let is_led_to = |index: usize| index == 0 || flow.edges.iter().any(|edge| edge.to == index);
            assert!((0..flow.nodes.len()).all(is_led_to), "{text}");
        }
    }
}

#[test]
fn the_command_writes_a_file_or_prints() {
    let folder = Folder::new("graph");
    let file = folder.file("mapping.yaml", MAPPING);
    let output = run(&["graph", &file, "--flow", "second"], "");
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), String::new()));
    assert_eq!(stdout(&output), graph::mermaid(&graph::graph(&mapping(MAPPING), Some("second"))));
    let picture = folder.file("picture.svg", "");
    let output = run(&["graph", &file, "--format", "svg", "--output", &picture], "");
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), String::new()));
    assert_eq!(fs::read_to_string(picture).unwrap(), graph::svg(&drawn(MAPPING)));
}

#[test]
fn the_command_says_what_is_wrong() {
    let output = run(&["graph", "--flow", "trck"], "");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stderr(&output), "error: the mapping has no flow `trck`\n  help: did you mean `track`?\n");
    let folder = Folder::new("graph-bad");
    let output = run(&["graph", &folder.file("bad.yaml", "format: 1\n")], "");
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).ends_with("bad.yaml is not a mapping that works\n"), "{}", stderr(&output));
    let output = run(&["graph", "--output", "no/such/folder/x.svg"], "");
    assert_eq!(output.status.code(), Some(3));
}
