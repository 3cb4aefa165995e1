//! What surely holds where a condition is looked at, and so what can come of it.
//!
//! In: a mapping. Out: for each place the flows in which it is come to, with the conditions that hold there. A context
//! may know less than is true, never more, so that what is impossible in all of them is proven to be.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Span;
use crate::lint::decide::{Truth, negated, not_all};
use crate::lint::scope::{Scope, condition_of, tables_of};
use crate::lint::walk::{Bare, Owner, ReachedBy, Site, other_of};
use crate::model::{Call, Condition, ConditionKind, Flow, Presence, Reaction, Request, Step, Test, Text};

/// A flow in which a place is come to, and conditions that hold there.
#[derive(Clone, Debug)]
pub(super) struct Context {
    flow: usize,
    holds: Vec<Condition>,
}

/// The contexts of steps, tables and conditions; what is in none is never come to.
#[derive(Debug, Default)]
pub(super) struct Contexts<'m> {
    /// Of the conditions of flows and steps, by their address.
    conditions: BTreeMap<usize, Vec<Context>>,
    /// In which a step is carried out, by the address of the step.
    steps: BTreeMap<usize, Vec<Context>>,
    /// In which a step is left out.
    left_out: BTreeSet<usize>,
    /// By the address of the step's name.
    named: BTreeMap<usize, Vec<Context>>,
    tables: BTreeMap<&'m str, Vec<Context>>,
    /// Flows that take an event.
    flows: Vec<usize>,
}

impl<'m> Contexts<'m> {
    pub(super) fn of(scope: &Scope<'m>) -> Self {
        let mut contexts = Contexts::default();
        for (index, flow) in scope.flows() {
            contexts.flow(scope, index, Site::of_flow(flow), &flow.item);
        }
        contexts
    }

    fn flow(&mut self, scope: &Scope<'m>, index: usize, site: Site<'m>, flow: &'m Flow) {
        let mut here = Context { flow: index, holds: scope.passed_by_flows(index) };
        self.then(flow.when.as_ref(), &mut here);
        if !here.allows(scope, site, &[]) {
            return;
        }
        self.flows.push(index);
        for requirement in &flow.require {
            let mut inner = here.clone();
            self.then(requirement.when.as_ref(), &mut inner);
            self.then(Some(&requirement.that), &mut inner);
            let unless = requirement.when.iter().map(negated);
            here.holds.push(any(unless.chain([requirement.that.clone()]).collect()));
        }
        for placed in scope.steps(index) {
            self.placed(scope, &mut here, site, placed.step, &placed.when);
        }
    }

    /// A condition that is looked at here, and holds from here on.
    fn then(&mut self, condition: Option<&'m Condition>, here: &mut Context) {
        let Some(condition) = condition else { return };
        self.conditions.entry(address(condition)).or_default().push(here.clone());
        here.holds.push(condition.clone());
    }

    fn placed(
        &mut self,
        scope: &Scope<'m>,
        here: &mut Context,
        site: Site<'m>,
        step: &'m Step,
        when: &[&'m Condition],
    ) {
        let mut inner = here.clone();
        for condition in when {
            self.then(Some(condition), &mut inner);
        }
        let otherwise = not_all(when);
        if condition_of(step).is_some() && here.allows(scope, site, &[&otherwise]) {
            self.left_out.insert(address(step));
        }
        if inner.allows(scope, site, &[]) {
            self.steps.entry(address(step)).or_default().push(inner.clone());
            if let Step::Call { name, .. } = step {
                self.named.entry(address(name)).or_default().push(inner.clone());
            }
            for table in tables_of(step) {
                self.tables.entry(table).or_default().push(inner.clone());
            }
        }
        if let Step::Call { name, each: None, call, .. } = step {
            let outputs = guaranteed(scope, call).into_iter().map(|output| is_there(name, output));
            here.holds.extend(outputs.map(|is_there| any(vec![otherwise.clone(), is_there])));
        } else if !matches!(step, Step::Call { .. }) {
            here.holds.push(otherwise);
        }
    }

    /// Why nothing comes to a place, if nothing does.
    pub(super) fn idle(&self, scope: &Scope<'m>, site: Site<'m>) -> Option<&'static str> {
        if site.reached_by == ReachedBy::Plans {
            return Some("plans alone ask it");
        }
        let (is_used, why) = match (site.owner, site.step) {
            (_, Some(step)) => (self.named.contains_key(&address(step)), "no event gets to its step"),
            (Owner::Table(table), _) => (
                self.tables.contains_key(table.name.text.as_str()),
                "no step that is carried out uses its table",
            ),
            (Owner::Flow(flow), _) => {
                let is_taken = scope
                    .flows()
                    .any(|(index, other)| std::ptr::eq(other, flow) && self.flows.contains(&index));
                (is_taken, "no event gets to its flow")
            }
            (Owner::Part(_) | Owner::Names | Owner::Service, _) => (true, ""),
        };
        (!is_used).then_some(why)
    }

    /// Whether an event gets to a step.
    pub(super) fn carries_out(&self, step: &Step) -> bool {
        self.steps.contains_key(&address(step))
    }

    /// Whether an event leaves a step out.
    pub(super) fn leaves_out(&self, step: &Step) -> bool {
        self.left_out.contains(&address(step))
    }

    /// The contexts in which a condition is looked at.
    pub(super) fn of_condition(
        &self,
        scope: &Scope<'m>,
        condition: &Condition,
        site: Site<'m>,
    ) -> Vec<Context> {
        let known = self.conditions.get(&address(condition));
        known.cloned().unwrap_or_else(|| self.around(scope, site))
    }

    /// The contexts in which a row is made, or a condition that belongs to no step is looked at.
    pub(super) fn around(&self, scope: &Scope<'m>, site: Site<'m>) -> Vec<Context> {
        let known = match (site.owner, site.step) {
            // There `$.` is something else.
            _ if site.bare == Bare::Reply => None,
            (_, Some(step)) => self.named.get(&address(step)),
            (Owner::Table(table), _) => self.tables.get(table.name.text.as_str()),
            _ => None,
        };
        let bare = |flow| Context { flow, holds: Vec::new() };
        known.cloned().unwrap_or_else(|| scope.flows_of(site.owner).into_iter().map(bare).collect())
    }
}

impl Context {
    /// The same, where something else holds as well.
    pub(super) fn and(&self, condition: Condition) -> Self {
        let mut inner = self.clone();
        inner.holds.push(condition);
        inner
    }

    /// Whether some conditions may all hold here.
    pub(super) fn allows<'m>(&self, scope: &Scope<'m>, site: Site<'m>, wanted: &[&Condition]) -> bool {
        let is_possible =
            |conditions: &[&Condition]| scope.decide_in(conditions, site, self.flow) != Truth::Never;
        if wanted.is_empty() {
            let all: Vec<&Condition> = self.holds.iter().collect();
            return self.holds.iter().all(|condition| is_possible(&self.with(&[condition], 1)))
                && is_possible(&all);
        }
        // What has nothing to do with it is left out, for the ways to try are many.
        is_possible(&self.with(wanted, usize::MAX)) && is_possible(&self.with(wanted, 1))
    }

    /// Some conditions, and those of the context that look at the same values, or at the same as these do.
    fn with<'c>(&'c self, wanted: &[&'c Condition], hops: usize) -> Vec<&'c Condition> {
        let mut texts = BTreeSet::new();
        for condition in wanted {
            selectors(condition, &mut texts);
        }
        let mut chosen = wanted.to_vec();
        let mut rest: Vec<&Condition> = self.holds.iter().collect();
        for _ in 0..hops.min(self.holds.len()) {
            let is_near = |condition: &&Condition| {
                let mut own = BTreeSet::new();
                selectors(condition, &mut own);
                !own.is_disjoint(&texts)
            };
            let (near, far): (Vec<&Condition>, Vec<&Condition>) = rest.into_iter().partition(is_near);
            for condition in &near {
                selectors(condition, &mut texts);
            }
            chosen.extend(&near);
            rest = far;
            if near.is_empty() {
                break;
            }
        }
        chosen
    }
}

fn any(ways: Vec<Condition>) -> Condition {
    Condition { span: Span::default(), kind: ConditionKind::Any(ways) }
}

/// That a step has given something.
fn is_there(step: &Text, output: &str) -> Condition {
    let (text, span) = (format!("$steps.{}.{output}", step.text), step.span);
    let test = Test::Is(vec![Presence::Present]);
    Condition { span, kind: ConditionKind::Test(Text { text, span }, test) }
}

/// What a call has surely given when the run goes on behind it.
fn guaranteed<'m>(scope: &Scope<'m>, call: &'m Call) -> Vec<&'m str> {
    let service = &scope.mapping.service.errors;
    // Without a value of these the event fails; only an answer that counts as `missing` gives none and goes on.
    let requires = |request: &'m Request| {
        let may_be_missing = service.iter().chain(&request.errors).flat_map(|rule| &rule.arms);
        let is_sure = request.verify.is_none() && request.when.is_none();
        let is_sure = is_sure && may_be_missing.clone().all(|arm| arm.then != Reaction::Missing);
        required(request).filter(move |_| is_sure)
    };
    match call {
        Call::Request(request) => requires(request).collect(),
        // Nothing found leads to the creation, and one that is refused as missing to the look-ups, or to a rejection.
        Call::Ensure { find, create } if create.verify.is_none() && create.when.is_none() => {
            let is_found = |output: &&str| {
                find.iter().all(|look_up| {
                    // What was found has its first output.
                    let first = look_up.give.first().map(|row| row.name.text.as_str());
                    first == Some(*output) || required(look_up).any(|required| required == *output)
                })
            };
            required(create).filter(is_found).collect()
        }
        Call::Ensure { .. } => Vec::new(),
    }
}

/// The outputs without which an answer is not what it should be.
fn required(request: &Request) -> impl Iterator<Item = &str> + Clone {
    let rows = request.give.iter().filter(|row| row.required.is_some() && row.when.is_none());
    rows.map(|row| row.name.text.as_str())
}

/// The selectors that a condition looks at.
fn selectors<'c>(condition: &'c Condition, texts: &mut BTreeSet<&'c str>) {
    match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => {
            for part in parts {
                selectors(part, texts);
            }
        }
        ConditionKind::Not(part) => selectors(part, texts),
        ConditionKind::Test(text, test) => {
            texts.extend(
                [Some(text), other_of(test)].into_iter().flatten().map(|text: &Text| text.text.as_str()),
            );
        }
    }
}

/// What tells parts of a mapping apart that may share their span.
fn address<T>(part: &T) -> usize {
    std::ptr::from_ref(part).addr()
}
