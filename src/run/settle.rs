//! Settles what the settings of an account decide, once for all of its events.
//!
//! A condition that looks at settings or at the flow alone gets its answer, a row of a body that reads nothing else gets its JSON
//! text. A run that is traced looks at them all the same, so that the trace can say why.

use bumpalo::collections::String as ArenaString;
use serde_json::Value;

use super::eval::Eval;
use crate::compile::{
    CallPlan, Cond, CondKind, FlowPlan, Op, Plan, RequestPlan, Root, RowPlan, Settled, SourcePlan, StepKind,
};
use crate::json::{Arena, write};

/// The flows of a plan for an account with these settings.
pub(super) fn settled_flows(plan: &Plan, settings: &[Option<Value>]) -> Vec<FlowPlan> {
    let mut flows = plan.flows.clone();
    for flow in &mut flows {
        let name = flow.name.clone();
        Settle { settings, name: &name }.flow(flow);
    }
    flows
}

struct Settle<'s> {
    settings: &'s [Option<Value>],
    /// Of the flow.
    name: &'s str,
}

impl Settle<'_> {
    fn flow(&self, flow: &mut FlowPlan) {
        self.conds(&mut flow.when);
        for row in &mut flow.names {
            self.row(row);
        }
        for (when, that, _) in &mut flow.require {
            self.conds(when.iter_mut().chain([that]));
        }
        for step in &mut flow.steps {
            self.conds(&mut step.when);
            match &mut step.kind {
                StepKind::Call { call: CallPlan::Request(request), .. } => self.request(request),
                StepKind::Call { call: CallPlan::Ensure { find, create }, .. } => {
                    for request in find.iter_mut().chain([&mut **create]) {
                        self.request(request);
                    }
                }
                StepKind::Stop | StepKind::Skip(_) | StepKind::Reject { .. } => {}
            }
        }
    }

    fn request(&self, request: &mut RequestPlan) {
        self.conds(&mut request.when);
        for op in request.body.iter_mut().flat_map(|body| &mut body.ops) {
            // Rows of a run read the event.
            if let Op::Row { row, .. } = op {
                self.row(row);
                row.settled = self.value(row);
            }
        }
    }

    fn row(&self, row: &mut RowPlan) {
        self.conds(&mut row.when);
        if let SourcePlan::List(elements) = &mut row.source {
            for (when, rows) in elements {
                self.conds(when);
                for row in rows {
                    self.row(row);
                }
            }
        }
    }

    fn conds<'c>(&self, conds: impl IntoIterator<Item = &'c mut Cond>) {
        for cond in conds {
            self.cond(cond);
        }
    }

    /// Settles a condition, or those parts of it that can be.
    fn cond(&self, cond: &mut Cond) {
        cond.settled = match &mut cond.kind {
            CondKind::All(parts) => {
                self.conds(&mut *parts);
                decided(parts, false)
            }
            CondKind::Any(parts) => {
                self.conds(&mut *parts);
                decided(parts, true)
            }
            CondKind::Not(part) => {
                self.cond(part);
                part.settled.map(|held| !held)
            }
            CondKind::Test(..) => self.held(cond),
        };
    }

    /// Whether a test of settings or of the flow holds.
    fn held(&self, cond: &Cond) -> Option<bool> {
        let CondKind::Test(selector, test) = &cond.kind else { return None };
        let is_setting = |root| matches!(root, Root::Setting(_) | Root::Flow);
        let is_settled = is_setting(selector.root) && test.other().is_none_or(|other| is_setting(other.root));
        let arena = Arena::new();
        let eval = Eval { flow: self.name, ..Eval::of_settings(self.settings, &arena) };
        is_settled.then(|| eval.test(cond).ok())?
    }

    /// What a row gives, when nothing but settings decides about it.
    fn value(&self, row: &RowPlan) -> Settled {
        match row.when.as_ref().map(|cond| cond.settled) {
            Some(None) => return Settled::Open,
            Some(Some(false)) => return Settled::Nothing,
            Some(Some(true)) | None => {}
        }
        let is_constant = match &row.source {
            SourcePlan::Constant(_) => true,
            SourcePlan::Candidates(selectors, _) => {
                selectors.iter().all(|selector| matches!(selector.root, Root::Setting(_)))
            }
            _ => false,
        };
        if !is_constant {
            return Settled::Open;
        }
        let arena = Arena::new();
        match Eval::of_settings(self.settings, &arena).row(row) {
            // What cannot be had is refused event by event, with the event's own trace.
            Err(_) => Settled::Open,
            // A run's own limit decides whether it is nested too deep.
            Ok(Some(value)) if value.is_whole() => Settled::Open,
            Ok(None) => Settled::Nothing,
            Ok(Some(value)) => {
                let mut text = ArenaString::new_in(&arena);
                write(&mut text, value, &arena);
                Settled::Text(text.as_str().into())
            }
        }
    }
}

/// What the parts of a condition make of it when one that is `decisive` is enough. Parts are looked at in order, and
/// one that is not settled may reject the event.
fn decided(parts: &[Cond], decisive: bool) -> Option<bool> {
    let first = parts.iter().find(|part| part.settled != Some(!decisive));
    first.map_or(Some(!decisive), |part| part.settled)
}
