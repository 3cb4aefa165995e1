//! The list of points: the mapping gone through once, part by part.

use super::contexts::{Context, Contexts};
use super::{Point, PointKind};
use crate::diag::{Span, quoted};
use crate::lint::decide::negated;
use crate::lint::scope::{Scope, condition_of};
use crate::lint::walk::{Owner, ReachedBy, Role, Site};
use crate::model::{Condition, ConditionKind, Request, Step, Used};

/// Longest text of the mapping that stands in the name of a point, in characters.
const LONGEST: usize = 70;

/// All points of a mapping, part by part.
pub(super) fn all(scope: &Scope<'_>) -> Vec<Point> {
    let mut list =
        List { scope, contexts: Contexts::of(scope), within: None, unmet: Vec::new(), points: Vec::new() };
    for (_, flow) in scope.flows() {
        let idle = list.contexts.idle(scope, Site::of_flow(flow));
        list.push(PointKind::Flow, flow.name.span, Used::Taken, format!("flow {}", flow.name.text), idle);
    }
    for (steps, site) in &scope.flat.lists {
        list.within = within(*site);
        steps.iter().for_each(|step| list.step(step));
    }
    for (request, role, site) in &scope.flat.requests {
        list.request(request, *role, *site);
    }
    for (row, spot, site) in scope.flat.rows.iter().filter(|(.., site)| site.reached_by != ReachedBy::Many) {
        list.row(row, *spot, *site);
    }
    list.rests();
    list.error_lines();
    for (condition, _, site) in
        scope.flat.conditions.iter().filter(|(.., site)| site.reached_by != ReachedBy::Many)
    {
        list.condition(condition, *site);
    }
    list.points
}

/// The points so far.
pub(super) struct List<'s, 'm> {
    pub(super) scope: &'s Scope<'m>,
    pub(super) contexts: Contexts<'m>,
    /// What is at hand is a part of this.
    pub(super) within: Option<(Span, Used)>,
    /// Conditions of error lines to which no answer comes, and why.
    pub(super) unmet: Vec<(&'m Condition, &'static str)>,
    pub(super) points: Vec<Point>,
}

impl<'m> List<'_, 'm> {
    /// A point that people find where it is counted.
    pub(super) fn point(
        &self,
        kind: PointKind,
        at: Span,
        used: Used,
        what: String,
        idle: Option<&'static str>,
    ) -> Point {
        Point { kind, at, place: at, used, what, idle, within: self.within }
    }

    pub(super) fn push(
        &mut self,
        kind: PointKind,
        at: Span,
        used: Used,
        what: String,
        idle: Option<&'static str>,
    ) {
        let point = self.point(kind, at, used, what, idle);
        self.points.push(point);
    }

    fn step(&mut self, step: &'m Step) {
        let condition = condition_of(step);
        let (at, what) = match (step, condition) {
            (Step::Use { .. }, _) | (_, None) if !matches!(step, Step::Call { .. }) => return,
            (Step::Call { name, .. }, _) => (name.span, format!("step {}", name.text)),
            (Step::Stop { .. }, Some(when)) => (when.span, "stop".to_owned()),
            (Step::Skip { .. }, Some(when)) => (when.span, "skip".to_owned()),
            (_, Some(when)) => (when.span, "reject".to_owned()),
            (_, None) => return,
        };
        let unreached = (!self.contexts.carries_out(step)).then_some("no event gets to it");
        self.push(PointKind::Step, at, Used::Ran, what.clone(), unreached);
        if condition.is_some() {
            let idle = (!self.contexts.leaves_out(step)).then_some("its condition always holds");
            self.push(PointKind::Step, at, Used::LeftOut, what, idle);
        }
    }

    /// A request that is asked only sometimes when its step is carried out.
    fn request(&mut self, request: &'m Request, role: Role, site: Site<'m>) {
        self.within = within(site);
        let step = site.step.map_or("", |step| step.text.as_str());
        let what = match role {
            Role::Step if site.each.is_some() => format!("round of {step}"),
            Role::Step => return,
            Role::Find => format!("look-up of {step}"),
            Role::Create => format!("creation of {step}"),
            Role::Verify => format!("verification of {step}"),
            Role::Preview => format!("preview of {step}"),
        };
        let idle = self.idle(request.when.as_ref(), site);
        let point = self.point(PointKind::Request, request.path.span, Used::Asked, what, idle);
        self.points.push(Point { place: request.span, ..point });
    }

    /// Why something with a condition is never used.
    pub(super) fn idle(&self, when: Option<&'m Condition>, site: Site<'m>) -> Option<&'static str> {
        self.contexts.idle(self.scope, site).or_else(|| {
            let contexts = self.contexts.of_condition(self.scope, when?, site);
            (!self.is_possible(&contexts, when?, site)).then_some("its condition never holds")
        })
    }

    pub(super) fn is_possible(&self, contexts: &[Context], condition: &Condition, site: Site<'m>) -> bool {
        contexts.iter().any(|context| context.allows(self.scope, site, &[condition]))
    }

    fn condition(&mut self, condition: &'m Condition, site: Site<'m>) {
        self.within = within(site);
        let unmet = self.unmet.iter().find(|(unmet, _)| std::ptr::eq(*unmet, condition));
        let idle = self.contexts.idle(self.scope, site).or(unmet.map(|(_, why)| *why));
        let mut contexts = self.contexts.of_condition(self.scope, condition, site);
        self.sides(PointKind::Condition, condition, &contexts, site, idle);
        if self.is_last_login(condition) {
            // Without a login there is no session, and so no run.
            self.points
                .iter_mut()
                .rev()
                .take(1)
                .for_each(|failed| failed.idle = Some("no login would be left"));
            for context in &mut contexts {
                *context = context.and(condition.clone());
            }
        }
        self.tests(condition, &contexts, site, idle, true);
    }

    /// The tests of a condition, each where those in front of it have not decided yet.
    fn tests(
        &mut self,
        condition: &'m Condition,
        contexts: &[Context],
        site: Site<'m>,
        idle: Option<&'static str>,
        is_only: bool,
    ) {
        let (parts, goes_on): (_, fn(&Condition) -> Condition) = match &condition.kind {
            ConditionKind::All(parts) => (parts, Clone::clone),
            ConditionKind::Any(parts) => (parts, negated),
            ConditionKind::Not(part) => return self.tests(part, contexts, site, idle, is_only),
            ConditionKind::Test(..) if is_only => return,
            ConditionKind::Test(..) => return self.sides(PointKind::Test, condition, contexts, site, idle),
        };
        let mut contexts = contexts.to_vec();
        for part in parts {
            self.tests(part, &contexts, site, idle, false);
            let undecided = goes_on(part);
            contexts.retain(|context| context.allows(self.scope, site, &[&undecided]));
            for context in &mut contexts {
                *context = context.and(undecided.clone());
            }
        }
    }

    fn sides(
        &mut self,
        kind: PointKind,
        condition: &Condition,
        contexts: &[Context],
        site: Site<'m>,
        idle: Option<&'static str>,
    ) {
        let what = if kind == PointKind::Test { "test" } else { "condition" };
        let what = format!("{what} {}", quoted(&self.spelt(condition)));
        let never = (!self.is_possible(contexts, condition, site)).then_some("it never holds");
        self.push(kind, condition.span, Used::Held, what.clone(), idle.or(never));
        let always = (!self.is_possible(contexts, &negated(condition), site)).then_some("it always holds");
        self.push(kind, condition.span, Used::Failed, what, idle.or(always));
    }

    fn is_last_login(&self, condition: &Condition) -> bool {
        let last = self.scope.mapping.service.auth.last().and_then(|login| login.when.as_ref());
        last.is_some_and(|last| std::ptr::eq(last, condition))
    }

    /// A condition as the mapping spells it, with the selector of a test that stands apart from it, on one line.
    fn spelt(&self, condition: &Condition) -> String {
        let Span { start, end } = condition.span;
        let text = self.scope.document.text.get(start..end).unwrap_or_default();
        let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match only_selector(condition) {
            // A requirement names what must be present.
            Some(selector) if line == selector => line.push_str(": {is: present}"),
            Some(selector) if !line.contains(selector) => line = format!("{selector}: {{{line}}}"),
            _ => {}
        }
        // What stands under `unless:` is looked at the other way round.
        if let ConditionKind::Not(part) = &condition.kind
            && part.span == condition.span
            && !text.starts_with("not")
        {
            line = format!("not {line}");
        }
        if line.chars().count() <= LONGEST {
            return line;
        }
        line.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}

/// The step that something is a part of, or else its flow.
pub(super) fn within(site: Site<'_>) -> Option<(Span, Used)> {
    match (site.step, site.owner) {
        (Some(step), _) => Some((step.span, Used::Ran)),
        (None, Owner::Flow(flow)) => Some((flow.name.span, Used::Taken)),
        _ => None,
    }
}

/// The selector of the only test of a condition.
fn only_selector(condition: &Condition) -> Option<&str> {
    match &condition.kind {
        ConditionKind::Not(part) => only_selector(part),
        ConditionKind::Test(text, _) => Some(&text.text),
        ConditionKind::All(_) | ConditionKind::Any(_) => None,
    }
}
