//! What rules see: the mapping, its text, and what can be derived from them once for all rules.
//!
//! In: a mapping that compiles, and its document. Out: answers to the questions that several rules ask.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::allow::Allow;
use super::decide::{Truth, negated};
use super::edit;
use super::path::Path;
use super::shape::Shape;
use super::walk::{Flat, Owner};
use crate::diag::{Fix, Safety, Span};
use crate::model::{Call, Condition, ConditionKind, Flow, Mapping, Named, Request, Row, Setting, Step};
use crate::source::{Document, Key, Node};
use crate::value::Day;

/// Most parts inside each other that are written out.
const MOST_DEPTH: usize = 64;

/// A step of a flow, those of its parts written out.
#[derive(Clone, Debug)]
pub(super) struct Placed<'m> {
    pub(super) step: &'m Step,
    /// Its condition, and those of the parts around it.
    pub(super) when: Vec<&'m Condition>,
}

/// What selectors read.
#[derive(Debug, Default)]
pub(super) struct Read<'m> {
    /// Names, and how many selectors read each.
    pub(super) names: BTreeMap<&'m str, usize>,
    pub(super) settings: BTreeSet<&'m str>,
    /// Outputs as step and name.
    pub(super) outputs: BTreeSet<(&'m str, &'m str)>,
    /// Tables by `$members`.
    pub(super) members: BTreeSet<&'m str>,
}

impl<'m> Read<'m> {
    fn of(flat: &Flat<'m>) -> Self {
        let mut read = Read::default();
        for (text, ..) in &flat.selectors {
            let path = Path::parse(&text.text);
            *read.names.entry(path.name).or_default() += 1;
            read.settings.extend(path.setting());
            read.outputs.extend(path.output());
            read.members.extend(path.key(0).filter(|_| path.name == "members"));
        }
        read
    }
}

/// What rules see.
pub(super) struct Scope<'m> {
    pub(super) mapping: &'m Mapping,
    pub(super) document: &'m Document,
    /// The day for which dates are judged, if one is given.
    pub(super) as_of: Option<Day>,
    pub(super) flat: Flat<'m>,
    pub(super) read: Read<'m>,
    pub(super) allows: Vec<Allow>,
    /// For each flow, its steps.
    placed: Vec<Vec<Placed<'m>>>,
    /// For each table, the flows that use it.
    of_tables: BTreeMap<&'m str, Vec<usize>>,
    /// For each flow and name, what is known about it; filled as it is asked for.
    pub(super) shapes: RefCell<BTreeMap<(usize, &'m str), Shape>>,
    /// By the address of a condition of the mapping, when it holds; filled in the same way.
    pub(super) truths: RefCell<BTreeMap<usize, Truth>>,
}

impl<'m> Scope<'m> {
    pub(super) fn new(mapping: &'m Mapping, document: &'m Document, as_of: Option<Day>) -> Self {
        let placed = mapping.flows.iter().map(|flow| {
            let mut placed = Vec::new();
            write_out(mapping, &flow.item.steps, &[], 0, &mut placed);
            placed
        });
        let placed: Vec<Vec<Placed<'m>>> = placed.collect();
        let mut of_tables: BTreeMap<&'m str, Vec<usize>> = BTreeMap::new();
        for (index, steps) in placed.iter().enumerate() {
            let tables: BTreeSet<&'m str> = steps.iter().flat_map(|placed| tables_of(placed.step)).collect();
            for table in tables {
                of_tables.entry(table).or_default().push(index);
            }
        }
        let flat = Flat::of(mapping);
        Scope {
            mapping,
            document,
            as_of,
            read: Read::of(&flat),
            flat,
            allows: super::allow::read(document),
            placed,
            of_tables,
            shapes: RefCell::default(),
            truths: RefCell::default(),
        }
    }

    /// The steps of a flow, those of its parts written out.
    pub(super) fn steps(&self, flow: usize) -> &[Placed<'m>] {
        self.placed.get(flow).map_or(&[], Vec::as_slice)
    }

    /// The flows with their numbers.
    pub(super) fn flows(&self) -> impl Iterator<Item = (usize, &'m Named<Flow>)> {
        self.mapping.flows.iter().enumerate()
    }

    /// The entry `key` of the map at `span`.
    pub(super) fn key_in(&self, span: Span, key: &str) -> Option<&'m (Key, Node)> {
        edit::key_in(self.document, span, key)
    }

    /// Where the key `key` of the map at `span` stands, or else that map.
    pub(super) fn key_span(&self, span: Span, key: &str) -> Span {
        self.key_in(span, key).map_or(span, |(key, _)| key.span)
    }

    /// The value of the entry whose key stands at `span`.
    pub(super) fn value_of(&self, span: Span) -> Option<&'m Node> {
        edit::find(self.document, span).map(|place| place.node)
    }

    /// A fix that takes the entry at `span` out.
    pub(super) fn removal(&self, span: Span, safety: Safety) -> Option<Fix> {
        edit::without_entry(self.document, span, safety)
    }

    /// A fix that takes the entry `key` out of the map at `span`.
    pub(super) fn removal_of(&self, span: Span, key: &str, safety: Safety) -> Option<Fix> {
        self.removal(self.key_in(span, key)?.0.span, safety)
    }

    /// Numbers of the flows in which something may be looked at; all of them if nobody uses it.
    pub(super) fn flows_of(&self, owner: Owner<'m>) -> Vec<usize> {
        let some: Vec<usize> = match owner {
            Owner::Flow(flow) => {
                self.flows().filter(|(_, other)| std::ptr::eq(*other, flow)).map(|(index, _)| index).collect()
            }
            Owner::Part(name) => {
                self.flows().filter(|(_, flow)| self.uses_part(flow, name)).map(first).collect()
            }
            Owner::Table(table) => self.of_tables.get(table.name.text.as_str()).cloned().unwrap_or_default(),
            Owner::Names | Owner::Service => Vec::new(),
        };
        if some.is_empty() { self.flows().map(first).collect() } else { some }
    }

    /// What holds for an event that no flow in front of this one has taken.
    pub(super) fn passed_by_flows(&self, flow: usize) -> Vec<Condition> {
        let Some(own) = self.mapping.flows.get(flow) else { return Vec::new() };
        let before = self.mapping.flows.iter().take(flow);
        let before = before.filter(|other| other.item.event.text == own.item.event.text);
        let nothing = Condition { span: Span::default(), kind: ConditionKind::Any(Vec::new()) };
        before.map(|other| other.item.when.as_ref().map_or_else(|| nothing.clone(), negated)).collect()
    }

    fn uses_part(&self, flow: &Named<Flow>, name: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut rest: Vec<&Step> = flow.item.steps.iter().collect();
        while let Some(step) = rest.pop() {
            if let Step::Use { part, .. } = step
                && seen.insert(part.text.as_str())
            {
                rest.extend(self.part(&part.text));
            }
        }
        seen.contains(name)
    }

    fn part(&self, name: &str) -> &'m [Step] {
        part_of(self.mapping, name)
    }

    /// A declared setting.
    pub(super) fn setting(&self, name: &str) -> Option<&'m Setting> {
        self.mapping.config.iter().find(|setting| setting.name.text == name).map(|setting| &setting.item)
    }

    /// The row that declares a name, as a flow sees it.
    pub(super) fn declared(&self, name: &str, flow: usize) -> Option<&'m Row> {
        let of_flow = self.mapping.flows.get(flow).map_or(&[][..], |flow| flow.item.names.as_slice());
        of_flow.iter().chain(&self.mapping.names).find(|row| row.name.text == name)
    }
}

fn first<T>((index, _): (usize, T)) -> usize {
    index
}

/// Steps with those of parts in their place.
fn write_out<'m>(
    mapping: &'m Mapping,
    steps: &'m [Step],
    outer: &[&'m Condition],
    depth: usize,
    placed: &mut Vec<Placed<'m>>,
) {
    for step in steps {
        let mut when = outer.to_vec();
        when.extend(condition_of(step));
        if let Step::Use { part, .. } = step {
            if depth < MOST_DEPTH {
                write_out(mapping, part_of(mapping, &part.text), &when, depth + 1, placed);
            }
        } else {
            placed.push(Placed { step, when });
        }
    }
}

fn part_of<'m>(mapping: &'m Mapping, name: &str) -> &'m [Step] {
    let part = mapping.parts.iter().find(|part| part.name.text == name);
    part.map_or(&[], |part| part.item.as_slice())
}

/// The tables that a step uses.
pub(super) fn tables_of(step: &Step) -> Vec<&str> {
    let Step::Call { call, each, .. } = step else { return Vec::new() };
    let members = each.iter().filter_map(|each| {
        let path = Path::parse(&each.list.text);
        path.key(0).filter(|_| path.name == "members")
    });
    let bodies = requests_of(call).into_iter().filter_map(|request| request.body.as_ref());
    members.chain(bodies.map(|body| body.table.text.as_str())).collect()
}

/// The condition of a step.
pub(super) fn condition_of(step: &Step) -> Option<&Condition> {
    match step {
        Step::Call { when, .. }
        | Step::Use { when, .. }
        | Step::Stop { when }
        | Step::Skip { when, .. }
        | Step::Reject { when, .. } => when.as_ref(),
    }
}

/// All requests of a call, in the order in which they are tried.
pub(super) fn requests_of(call: &Call) -> Vec<&Request> {
    match call {
        Call::Request(request) => vec![request],
        Call::Ensure { find, create } => find.iter().chain(std::iter::once(create)).collect(),
    }
}
