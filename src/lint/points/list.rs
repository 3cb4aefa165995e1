//! The list of points: the mapping gone through once, part by part.

use super::contexts::{Context, Contexts};
use super::{Point, PointKind};
use crate::diag::{Span, quoted};
use crate::lint::answers::spelt;
use crate::lint::decide::negated;
use crate::lint::scope::{Scope, condition_of};
use crate::lint::walk::{Owner, Role, Site, Spot};
use crate::model::{
    Answers, Condition, ConditionKind, ErrorRule, Presence, Request, Row, Source, Step, Test, Text, Used,
};

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
    for (row, spot, site) in &scope.flat.rows {
        list.row(row, *spot, *site);
    }
    list.rests();
    list.error_lines();
    for (condition, _, site) in &scope.flat.conditions {
        list.condition(condition, *site);
    }
    list.points
}

struct List<'s, 'm> {
    scope: &'s Scope<'m>,
    contexts: Contexts<'m>,
    /// What is at hand is a part of this.
    within: Option<(Span, Used)>,
    /// Conditions of error lines to which no answer comes, and why.
    unmet: Vec<(&'m Condition, &'static str)>,
    points: Vec<Point>,
}

impl<'m> List<'_, 'm> {
    /// A point that people find where it is counted.
    fn point(
        &self,
        kind: PointKind,
        at: Span,
        used: Used,
        what: String,
        idle: Option<&'static str>,
    ) -> Point {
        Point { kind, at, place: at, used, what, idle, within: self.within }
    }

    fn push(&mut self, kind: PointKind, at: Span, used: Used, what: String, idle: Option<&'static str>) {
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
        };
        let idle = self.idle(request.when.as_ref(), site);
        let point = self.point(PointKind::Request, request.path.span, Used::Asked, what, idle);
        self.points.push(Point { place: request.span, ..point });
    }

    fn row(&mut self, row: &'m Row, spot: Spot, site: Site<'m>) {
        self.within = within(site);
        let name = &row.name.text;
        let what = match (site.owner, site.step) {
            _ if matches!(spot, Spot::Name | Spot::Variable) => format!("name {name}"),
            (_, Some(step)) => format!("row {}.{name}", step.text),
            (Owner::Table(table), _) => format!("row {}.{name}", table.name.text),
            _ => format!("row {name}"),
        };
        let is_read = spot != Spot::Name || self.scope.read.names.contains_key(name.as_str());
        let unread = (!is_read).then_some("nothing reads it");
        let idle = unread.or_else(|| self.idle(row.when.as_ref(), site));
        let (kind, place) = (PointKind::Candidate, row.span);
        let made = self.point(PointKind::Row, row.name.span, Used::Made, what, idle);
        let made = Point { place, ..made };
        let from = match &row.source {
            Source::From(from) | Source::Each { from, .. } if from.len() > 1 || row.default.is_some() => {
                from.as_slice()
            }
            _ => &[],
        };
        for (index, text) in from.iter().enumerate() {
            let shadow = self.is_shadowed(row, index, site).then_some("one in front of it always wins");
            let what = format!("candidate {} of {}", quoted(&text.text), made.what);
            let point = self.point(kind, text.span, Used::Candidate(index), what, idle.or(shadow));
            self.points.push(Point { place, ..point });
        }
        if row.default.is_some() {
            let is_idle = self.scope.has_idle_default(row, site) || self.is_shadowed(row, from.len(), site);
            let needless = is_idle.then_some("there is always a value");
            let what = format!("default of {}", made.what);
            let at = self.scope.key_span(row.span, "default");
            let point = self.point(kind, at, Used::Default, what, idle.or(needless));
            self.points.push(Point { place, ..point });
        }
        self.points.push(made);
    }

    /// Whether a candidate in front of the one with this index always wins, wherever the row is made.
    fn is_shadowed(&self, row: &'m Row, index: usize, site: Site<'m>) -> bool {
        let Source::From(from) = &row.source else { return self.scope.shadow(row, index, site).is_some() };
        let contexts = self.contexts.around(self.scope, site);
        let always_wins = |text: &Text| {
            let is_there = ConditionKind::Test(text.clone(), Test::Is(vec![Presence::Present]));
            let is_missing = negated(&Condition { span: text.span, kind: is_there });
            self.scope.wins_when_present(row, text, site) && !self.is_possible(&contexts, &is_missing, site)
        };
        self.scope.shadow(row, index, site).is_some() || from.iter().take(index).any(always_wins)
    }

    fn rests(&mut self) {
        self.within = None;
        let tables = self.scope.mapping.tables.iter();
        for (table, rest) in tables.filter_map(|table| Some((table, table.item.rest.as_ref()?))) {
            let idle = self.contexts.idle(self.scope, Site::of_table(table));
            self.push(PointKind::Row, rest.span, Used::Sent, format!("rest of {}", table.name.text), idle);
        }
    }

    /// Why something with a condition is never used.
    fn idle(&self, when: Option<&'m Condition>, site: Site<'m>) -> Option<&'static str> {
        self.contexts.idle(self.scope, site).or_else(|| {
            let contexts = self.contexts.of_condition(self.scope, when?, site);
            (!self.is_possible(&contexts, when?, site)).then_some("its condition never holds")
        })
    }

    fn is_possible(&self, contexts: &[Context], condition: &Condition, site: Site<'m>) -> bool {
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

    fn error_lines(&mut self) {
        for rule in &self.scope.mapping.service.errors {
            let mut requests = self.scope.flat.requests.iter().map(|(request, ..)| *request);
            let is_met = requests.any(|request| may_meet(request, rule.answers, &[]));
            let idle = (!is_met).then_some("every request has a line of its own for it");
            self.error_line(rule, "of all requests", Site::of_service(), idle);
        }
        for (request, role, site) in &self.scope.flat.requests {
            let step = site.step.map_or("", |step| step.text.as_str());
            let of = match role {
                Role::Create => format!("of the creation of {step}"),
                Role::Find => format!("of a look-up of {step}"),
                Role::Verify => format!("of the verification of {step}"),
                Role::Step => format!("of {step}"),
            };
            for rule in &request.errors {
                let is_met = may_meet(request, rule.answers, &[rule.span]);
                let idle = (!is_met).then_some("no answer leads to it");
                self.error_line(rule, &of, *site, self.contexts.idle(self.scope, *site).or(idle));
            }
        }
    }

    fn error_line(&mut self, rule: &'m ErrorRule, of: &str, site: Site<'m>, idle: Option<&'static str>) {
        self.within = within(site);
        let mut is_taken = false;
        for (index, arm) in rule.arms.iter().enumerate() {
            let form = if rule.arms.len() > 1 { format!(", form {},", index + 1) } else { String::new() };
            let behind = is_taken.then_some("the form in front of it always fits");
            let what = format!("error line {}{form} {of}", spelt(rule.answers));
            let unmet = idle.or(behind);
            self.unmet.extend(arm.when.as_ref().zip(unmet));
            let idle = unmet.or_else(|| self.idle(arm.when.as_ref(), site.in_reply()));
            self.push(PointKind::ErrorLine, rule.span, Used::Met(index), what, idle);
            is_taken |= arm.when.is_none();
        }
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
fn within(site: Site<'_>) -> Option<(Span, Used)> {
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

/// Whether a request can get an answer for which a line counts, and no other line of its own takes it. `besides` are
/// lines that do not count.
fn may_meet(request: &Request, answers: Answers, besides: &[Span]) -> bool {
    if answers == Answers::Body && request.give.is_empty() {
        return false;
    }
    let takes = |rule: &ErrorRule, wanted: Answers| {
        rule.answers == wanted
            && !besides.contains(&rule.span)
            && rule.arms.iter().any(|arm| arm.when.is_none())
    };
    let is_own = |rule: &ErrorRule| besides.contains(&rule.span);
    let has_own = request.errors.iter().any(is_own);
    !request.errors.iter().any(|rule| match answers {
        // An exact status goes before its class, in one table.
        Answers::Status(status) => {
            takes(rule, answers) || (!has_own && takes(rule, Answers::Class(status / 100)))
        }
        _ => takes(rule, answers),
    })
}
