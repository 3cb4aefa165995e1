//! From a mapping to its graph.
//!
//! A flow is walked step by step with a list of open ends: edges that leave a node and do not know yet where to.

use super::requests;
use super::{Edge, EdgeKind, FlowGraph, Graph, Group, Node, NodeKind};
use crate::model::{
    Call, Condition, ConditionKind, Flow, ForEach, Mapping, Named, Reaction, Request, Requirement, Step,
};

/// The graph of a mapping: of all its flows, or of those with this name.
#[must_use]
pub fn graph(mapping: &Mapping, flow: Option<&str>) -> Graph {
    let flows = mapping.flows.iter().filter(|named| flow.is_none_or(|wanted| named.name.text == wanted));
    Graph {
        title: mapping.destination.text.clone(),
        flows: flows.map(|flow| Drawing::of(mapping, flow)).collect(),
    }
}

/// An edge that has no end yet.
#[derive(Clone, Debug)]
struct Open {
    from: usize,
    label: &'static str,
    kind: EdgeKind,
}

/// A flow that is being drawn.
#[derive(Debug)]
struct Drawing<'m> {
    mapping: &'m Mapping,
    graph: FlowGraph,
    open: Vec<Open>,
    /// The group that new nodes stand in.
    group: Option<usize>,
    /// Parts that are being drawn, the outermost first.
    parts: Vec<&'m str>,
}

impl<'m> Drawing<'m> {
    fn of(mapping: &'m Mapping, named: &'m Named<Flow>) -> FlowGraph {
        let name = named.name.text.clone();
        let graph = FlowGraph { name, nodes: Vec::new(), edges: Vec::new(), groups: Vec::new() };
        let mut drawing = Self { mapping, graph, open: Vec::new(), group: None, parts: Vec::new() };
        let flow = &named.item;
        let mut lines = vec![format!("{} event", flow.event.text)];
        lines.extend(flow.when.as_ref().map(|when| format!("when {when}")));
        drawing.then(NodeKind::Start, lines);
        for requirement in &flow.require {
            drawing.requirement(requirement);
        }
        drawing.steps(&flow.steps);
        if !drawing.open.is_empty() {
            drawing.end(NodeKind::Delivered, String::new());
        }
        drawing.graph
    }

    /// A node that nothing leads to yet.
    fn node(&mut self, kind: NodeKind, lines: Vec<String>) -> usize {
        self.graph.nodes.push(Node { kind, lines, group: self.group });
        self.graph.nodes.len() - 1
    }

    /// A node that all open ends lead to; then its own end is the only open one.
    fn then(&mut self, kind: NodeKind, lines: Vec<String>) -> usize {
        let to = self.node(kind, lines);
        self.close(to);
        self.open = vec![Open { from: to, label: "", kind: EdgeKind::Next }];
        to
    }

    /// Leads all open ends to a node.
    fn close(&mut self, to: usize) {
        for open in self.open.drain(..) {
            let (from, label, kind) = (open.from, open.label.to_owned(), open.kind);
            self.graph.edges.push(Edge { from, to, label, kind });
        }
    }

    /// All open ends lead to an end of the event.
    fn end(&mut self, kind: NodeKind, why: String) {
        let why = Some(why).filter(|why| !why.is_empty());
        self.then(kind, std::iter::once(kind.name().to_owned()).chain(why).collect());
        self.open.clear();
    }

    /// A decision: what happens when it holds starts at the open end, and the other end is given back.
    fn branch(&mut self, question: String, otherwise: EdgeKind) -> Open {
        let from = self.then(NodeKind::Branch, vec![question]);
        self.open = vec![Open { from, label: "yes", kind: EdgeKind::Next }];
        Open { from, label: "no", kind: otherwise }
    }

    /// Draws something that is left out unless a condition holds.
    fn guarded(&mut self, when: Option<&Condition>, draw: impl FnOnce(&mut Self)) {
        let around = when.map(|when| self.branch(when.to_string(), EdgeKind::Skip));
        draw(self);
        self.open.extend(around);
    }

    fn requirement(&mut self, requirement: &Requirement) {
        let mut lines = vec!["require".to_owned(), requirement.that.to_string()];
        lines.extend(requirement.when.as_ref().map(|when| match &when.kind {
            ConditionKind::Not(unless) => format!("unless {unless}"),
            _ => format!("when {when}"),
        }));
        let from = self.then(NodeKind::Require, lines);
        self.open = vec![Open { from, label: "no", kind: EdgeKind::Skip }];
        self.end(NodeKind::Rejected, requirement.error.clone());
        self.open = vec![Open { from, label: "yes", kind: EdgeKind::Next }];
    }

    fn steps(&mut self, steps: &'m [Step]) {
        for step in steps {
            // Behind an end that has no condition nothing happens.
            if self.open.is_empty() {
                return;
            }
            match step {
                Step::Call { name, when, each, call } => self.guarded(when.as_ref(), |drawing| {
                    drawing.call(&name.text, each.as_ref(), call);
                }),
                Step::Use { part, when } => {
                    self.guarded(when.as_ref(), |drawing| drawing.part(&part.text));
                }
                Step::Stop { when } => self.stop(when.as_ref(), NodeKind::Delivered, ""),
                Step::Skip { when, why } => self.stop(when.as_ref(), NodeKind::Skipped, why),
                Step::Reject { when, error, .. } => {
                    self.stop(when.as_ref(), NodeKind::Rejected, &error.to_string());
                }
            }
        }
    }

    /// The steps of a part, as a group.
    fn part(&mut self, name: &'m str) {
        let Some(part) = self.mapping.parts.iter().find(|part| part.name.text == name) else { return };
        if self.parts.contains(&name) {
            return;
        }
        let parent = self.group;
        self.graph.groups.push(Group { name: name.to_owned(), parent });
        self.group = self.graph.groups.len().checked_sub(1);
        self.parts.push(name);
        self.steps(&part.item);
        self.parts.pop();
        self.group = parent;
    }

    fn stop(&mut self, when: Option<&Condition>, kind: NodeKind, why: &str) {
        let otherwise = when.map(|when| self.branch(when.to_string(), EdgeKind::Next));
        self.end(kind, why.to_owned());
        self.open.extend(otherwise);
    }

    fn call(&mut self, name: &str, each: Option<&ForEach>, call: &Call) {
        match (call, each) {
            (Call::Request(request), None) => self.request(name, request),
            (Call::Request(request), Some(each)) => {
                let from = self.then(NodeKind::Loop, requests::loop_lines(each));
                self.open = vec![Open { from, label: "each", kind: EdgeKind::Next }];
                self.request(name, request);
                for open in &mut self.open {
                    open.label = "next";
                }
                self.close(from);
                self.open = vec![Open { from, label: "no more", kind: EdgeKind::Next }];
            }
            (Call::Ensure { find, create }, _) => self.ensure(name, find, create),
        }
    }

    /// Look-ups in order, each with the question whether it found something, and the creation behind them.
    fn ensure(&mut self, name: &str, find: &[Request], create: &Request) {
        let mut found = Vec::new();
        for request in find {
            self.guarded(request.when.as_ref(), |drawing| {
                drawing.request(&format!("{name}: find"), request);
                let not_found = drawing.branch("found?".to_owned(), EdgeKind::Next);
                found.append(&mut drawing.open);
                drawing.open = vec![not_found];
            });
        }
        for open in &mut found {
            open.kind = EdgeKind::Skip;
        }
        self.guarded(create.when.as_ref(), |drawing| drawing.request(&format!("{name}: create"), create));
        self.open.append(&mut found);
    }

    fn request(&mut self, name: &str, request: &Request) {
        let kind = if request.method.is_read() { NodeKind::Read } else { NodeKind::Write };
        let from = self.then(kind, requests::lines(name, request));
        for (label, then, why) in requests::endings(request) {
            let kind = if then == Reaction::Skip { NodeKind::Skipped } else { NodeKind::Rejected };
            let to = self.node(kind, std::iter::once(kind.name().to_owned()).chain(why).collect());
            self.graph.edges.push(Edge { from, to, label, kind: EdgeKind::Skip });
        }
    }
}
