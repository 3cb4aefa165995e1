//! What in an event nothing in its flow reads.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::compile::{
    BodyPlan, CallPlan, Cond, CondKind, FlowPlan, Op, Path, PathPart, Plan, RequestPlan, Root, RowPlan,
    RulePlan, Selector, SourcePlan, StepKind,
};
use crate::run::{Examination, path_steps};
use crate::value::{Segment, Walk};

/// Paths (`JSONPath`) of the highest parts of the event that nobody reads, in the order of the event.
pub(super) fn unread(plan: &Plan, examination: &Examination, event: &Value) -> Vec<String> {
    let Some(flow) = examination.flow_index.and_then(|index| plan.flows.get(index)) else {
        return Vec::new();
    };
    let mut reads =
        Reads { flow, examination, whole: Vec::new(), touched: Vec::new(), seen: BTreeSet::new() };
    for key in ["type", "integrations"] {
        reads.whole.push(Walk(vec![Segment::Key(key.into())]));
    }
    plan.order_by.iter().for_each(|selector| reads.selector(selector, true));
    reads.flow();
    let rests = examination.steps.iter().flat_map(|step| &step.leaves);
    reads.whole.extend(rests.filter_map(|leaf| leaf.made.candidate_path().cloned()));
    let mut found = Vec::new();
    reads.look(event, &mut Vec::new(), &mut found);
    found
}

struct Reads<'a> {
    flow: &'a FlowPlan,
    examination: &'a Examination,
    /// Read with all that is below.
    whole: Vec<Walk>,
    /// Looked at by conditions, which do not look below.
    touched: Vec<Walk>,
    /// Names that have been gone through.
    seen: BTreeSet<(usize, bool)>,
}

impl<'a> Reads<'a> {
    fn flow(&mut self) {
        let flow = self.flow;
        self.conds(flow.when.as_ref());
        for (when, that, _) in &flow.require {
            self.conds(when);
            self.conds([that]);
        }
        for step in &flow.steps {
            self.conds(&step.when);
            let StepKind::Call { each, call } = &step.kind else { continue };
            if let Some(each) = each {
                self.selector(&each.list, true);
                self.conds(&each.filter);
            }
            match call {
                CallPlan::Request(request) => self.request(request),
                CallPlan::Ensure { find, create } => {
                    for request in find {
                        self.request(request);
                    }
                    self.request(create);
                }
            }
        }
    }

    fn request(&mut self, request: &'a RequestPlan) {
        self.conds(&request.when);
        for part in &request.path {
            if let PathPart::Value(row) = part {
                self.row(row, true);
            }
        }
        let rows =
            request.query.iter().chain(&request.headers).chain(request.give.iter().map(|(_, row)| row));
        rows.chain(request.once.iter().map(|once| &once.key)).for_each(|row| self.row(row, true));
        request.body.iter().for_each(|body| self.body(body));
        request.errors.iter().for_each(|rule| self.rule(rule));
        if let Some(verify) = &request.verify {
            self.request(verify);
        }
    }

    fn rule(&mut self, rule: &'a RulePlan) {
        rule.arms.iter().for_each(|arm| self.conds(&arm.when));
    }

    fn body(&mut self, body: &'a BodyPlan) {
        self.ops(&body.ops);
    }

    fn ops(&mut self, ops: &'a [Op]) {
        for op in ops {
            match op {
                Op::Row { row, .. } => self.row(row, true),
                Op::Run { rows, .. } => self.ops(rows),
                // Its members are told one by one where its body is.
                Op::Rest(_) | Op::Open { .. } | Op::Close => {}
            }
        }
    }

    /// Marks what a row reads; `is_whole` when what is below is read as well.
    fn row(&mut self, row: &'a RowPlan, is_whole: bool) {
        self.conds(&row.when);
        match &row.source {
            SourcePlan::Constant(_) => {}
            SourcePlan::Candidates(selectors, _) => {
                for one in selectors {
                    self.selector(one, is_whole);
                }
            }
            SourcePlan::Each(each) => {
                self.selector(&each.each, is_whole);
                self.conds(&each.filter);
                each.from.iter().for_each(|one| self.selector(one, is_whole));
            }
            SourcePlan::Template { with, .. } => with.iter().for_each(|row| self.row(row, is_whole)),
            SourcePlan::List(elements) => {
                for (when, rows) in elements {
                    self.conds(when);
                    for row in rows {
                        self.row(row, is_whole);
                    }
                }
            }
        }
    }

    fn conds(&mut self, conds: impl IntoIterator<Item = &'a Cond>) {
        for cond in conds {
            match &cond.kind {
                CondKind::All(parts) | CondKind::Any(parts) => self.conds(parts),
                CondKind::Not(part) => self.conds([&**part]),
                CondKind::Test(selector, test) => {
                    self.selector(selector, false);
                    if let Some(other) = test.other() {
                        self.selector(other, false);
                    }
                }
            }
        }
    }

    /// Marks what a selector leads to; `is_whole` when what is below is read as well.
    fn selector(&mut self, selector: &'a Selector, is_whole: bool) {
        let (below, is_whole) = match &selector.path {
            Path::Walk(walk) => (walk.0.clone(), is_whole),
            Path::Query(_) => (plain_part(&selector.text), true),
        };
        match selector.root {
            Root::Event => self.mark(Walk(below), is_whole),
            Root::Name(name) => {
                let made = self.examination.names.get(name);
                let origin = made.and_then(|made| made.origin()).map(|(path, _)| path.0.clone());
                let is_gone_through = below.is_empty() || origin.is_none();
                if let Some(origin) = origin {
                    self.mark(Walk(origin.into_iter().chain(below).collect()), is_whole);
                }
                if let Some(row) = self.flow.names.get(name).filter(|_| is_gone_through)
                    && self.seen.insert((name, is_whole))
                {
                    self.row(row, is_whole);
                }
            }
            Root::Reply
            | Root::Setting(_)
            | Root::Output(_)
            | Root::Item
            | Root::Loop
            | Root::Flow
            | Root::Rest(_) => {}
        }
    }

    fn mark(&mut self, path: Walk, is_whole: bool) {
        if is_whole { self.whole.push(path) } else { self.touched.push(path) }
    }

    /// Adds what nobody reads of a value that stands at `path`.
    fn look(&self, value: &Value, path: &mut Vec<Segment>, found: &mut Vec<String>) {
        if self.whole.iter().any(|read| read.0 == *path) {
            return;
        }
        let leads_below = |read: &&Walk| read.0.len() > path.len() && read.0.starts_with(path);
        let is_entered =
            path.is_empty() || self.whole.iter().chain(&self.touched).any(|read| leads_below(&read));
        let is_touched = self.touched.iter().any(|read| read.0 == *path);
        match value {
            Value::Object(members) if !members.is_empty() && (is_entered || is_touched) => {
                for (key, member) in members {
                    path.push(Segment::Key(key.as_str().into()));
                    self.look(member, path, found);
                    path.pop();
                }
            }
            _ if is_touched || (is_entered && value.is_array()) => {}
            _ => found.push(format!("${}", path_steps(path))),
        }
    }
}

/// The keys in front of the first step of a query that can match many nodes.
fn plain_part(text: &str) -> Vec<Segment> {
    let plain = text.split(['[', '*']).next().unwrap_or_default();
    let plain = plain.split("..").next().unwrap_or_default();
    plain.split('.').skip(1).filter(|key| !key.is_empty()).map(|key| Segment::Key(key.into())).collect()
}
