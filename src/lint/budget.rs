//! How many requests an event costs: at best, mostly, at worst.
//!
//! In: a flow, and the limits of the destination if they are known. Out: numbers, counted from its steps, and how many
//! events a minute they allow. Tries that repeat one request are not in them.

use super::asked::base_path;
use super::decide::{Truth, decide_all};
use super::path::Path;
use super::scope::{Placed, Scope};
use super::shape::Shape;
use super::walk::Site;
use crate::destination::Destination;
use crate::model::{Answers, Call, Condition, ForEach, Mapping, Reaction, Request, Step, Text};
use crate::source::Document;

/// Most answers of one run, as the engine is set up.
pub const MOST_ANSWERS: u64 = 500;

/// Requests of one event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Fewest: all that is conditional is left out, lists are empty, what can be cached is.
    pub best: u64,
    /// Mostly: settings as by default, caches filled, look-ups that find at the first try, lists of one page, loops
    /// without an element. What depends on the event is made.
    pub typical: u64,
    /// Of a thousand typical events at the same time, whose requests are made together where they can be. Reads that tell
    /// how jobs stand are not in it.
    pub thousand: u64,
    /// Most: every step that some event may get to, every look-up, every page, every element.
    pub worst: u64,
}

/// What each flow of a mapping costs, by its name, in the order of the file.
#[must_use]
pub fn costs(document: &Document, mapping: &Mapping) -> Vec<(String, Cost)> {
    let scope = Scope::new(mapping, document, None);
    scope.flows().map(|(index, flow)| (flow.name.text.clone(), cost(&scope, index))).collect()
}

/// How many events a minute a plan of the destination takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// The plan.
    pub plan: String,
    /// When each event costs as little as can be.
    pub best: Option<Bound>,
    /// When each costs what it mostly does.
    pub typical: Option<Bound>,
    /// When typical events come so many at a time that their requests are made together.
    pub together: Option<Bound>,
    /// When each costs as much as can be.
    pub worst: Option<Bound>,
}

/// Events a minute, and the limit that is reached first.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// Events a minute.
    pub per_minute: f64,
    /// Name of the limit.
    pub limit: String,
}

/// For each flow of a mapping, by its name, how many of its events a minute each plan of the destination takes. There is
/// no bound where no request is made, or where nobody knows the limit.
#[must_use]
pub fn rates(document: &Document, mapping: &Mapping, destination: &Destination) -> Vec<(String, Vec<Rate>)> {
    let scope = Scope::new(mapping, document, None);
    let base = base_path(mapping);
    let cost_of = |flow: usize, limit: &str| {
        let weight = |request: &Request| {
            let endpoint = destination.endpoint(request.method.as_str(), base, &request.path.text);
            u64::from(destination.limits_of(endpoint).any(|(name, _)| name == limit))
        };
        let of_many = u64::from(destination.limits_of(None).any(|(name, _)| name == limit));
        weighted(&scope, flow, &Weights { of: &weight, of_many })
    };
    let rates_of = |flow: usize| -> Vec<Rate> {
        let costs: Vec<(&str, Cost)> =
            destination.limits().map(|(name, _)| (name, cost_of(flow, name))).collect();
        let rate = |plan: &String| Rate {
            plan: plan.clone(),
            best: bound(destination, plan, &costs, |cost| cost.best as f64),
            typical: bound(destination, plan, &costs, |cost| cost.typical as f64),
            together: bound(destination, plan, &costs, |cost| cost.thousand as f64 / 1000.0),
            worst: bound(destination, plan, &costs, |cost| cost.worst as f64),
        };
        destination.plans().iter().map(rate).collect()
    };
    scope.flows().map(|(flow, named)| (named.name.text.clone(), rates_of(flow))).collect()
}

/// The least of what the limits of a plan allow.
fn bound(
    destination: &Destination,
    plan: &str,
    costs: &[(&str, Cost)],
    pick: impl Fn(&Cost) -> f64,
) -> Option<Bound> {
    let mut least: Option<Bound> = None;
    for (name, cost) in costs.iter().filter(|(_, cost)| pick(cost) > 0.0) {
        let (_, limit) = destination.limits().find(|(known, _)| known == name)?;
        let per_minute = limit.per_minute(plan)? as f64 / pick(cost);
        if least.as_ref().is_none_or(|least| per_minute < least.per_minute) {
            least = Some(Bound { per_minute, limit: (*name).to_owned() });
        }
    }
    least
}

/// What one flow costs.
pub(super) fn cost(scope: &Scope<'_>, flow: usize) -> Cost {
    weighted(scope, flow, &Weights { of: &|_| 1, of_many: 1 })
}

/// How much requests weigh.
struct Weights<'w> {
    of: &'w dyn Fn(&Request) -> u64,
    /// A request of many.
    of_many: u64,
}

/// What one flow costs when requests weigh differently.
fn weighted(scope: &Scope<'_>, flow: usize, weights: &Weights<'_>) -> Cost {
    let mut cost = Cost::default();
    // Steps that are made in the typical case; the outputs of others are missing there.
    let mut made: Vec<&str> = Vec::new();
    let mut best: Option<u64> = None;
    let mut is_over = false;
    for placed in scope.steps(flow) {
        let truth = typically(scope, flow, placed, &made);
        match placed.step {
            Step::Call { name, each, call, .. } => {
                let one = of_call(scope, call, each.as_ref(), weights);
                cost.best += if placed.when.is_empty() { one.best } else { 0 };
                cost.worst = cost.worst.saturating_add(one.worst);
                if truth != Truth::Never && !is_over {
                    cost.typical = cost.typical.saturating_add(one.typical);
                    cost.thousand = cost.thousand.saturating_add(one.thousand);
                    made.push(&name.text);
                }
            }
            Step::Stop { .. } | Step::Skip { .. } => {
                best = best.or(Some(cost.best));
                is_over |= truth == Truth::Always;
                if placed.when.is_empty() {
                    break;
                }
            }
            Step::Reject { .. } | Step::Use { .. } => {}
        }
    }
    cost.best = best.unwrap_or(cost.best);
    cost
}

/// Whether a step is made when settings are as by default and every step so far has given what it can.
fn typically(scope: &Scope<'_>, flow: usize, placed: &Placed<'_>, made: &[&str]) -> Truth {
    let Some((_, named)) = scope.flows().nth(flow) else { return Truth::Depends };
    let typical = Typical { scope, flow, site: Site::of_flow(named), made };
    if placed.when.is_empty() { Truth::Always } else { typical.decide(&placed.when, 0) }
}

/// Most names that are followed from one to the next.
const MOST_DEPTH: usize = 16;

/// What values are in the typical case.
struct Typical<'s, 'm> {
    scope: &'s Scope<'m>,
    flow: usize,
    site: Site<'m>,
    made: &'s [&'s str],
}

impl Typical<'_, '_> {
    fn decide(&self, conditions: &[&Condition], depth: usize) -> Truth {
        decide_all(conditions, &|text| self.shape(text, depth))
    }

    fn shape(&self, text: &Text, depth: usize) -> Shape {
        let path = Path::parse(&text.text);
        let known = || self.scope.shape(text, self.site, self.flow);
        if let Some(setting) = path.setting().and_then(|name| self.scope.setting(name)) {
            return match &setting.default {
                Some(default) => Shape::one_of(vec![default.clone()]),
                None if setting.required => known(),
                None => Shape::nothing(),
            };
        }
        match path.output() {
            Some((step, _)) if self.made.contains(&step) => Shape { missing: false, empty: false, ..known() },
            Some(_) => Shape::nothing(),
            None => {
                let row = self.scope.declared(path.name, self.flow).filter(|_| depth < MOST_DEPTH);
                let when = row.and_then(|row| row.when.as_ref());
                let is_never = when.is_some_and(|when| self.decide(&[when], depth + 1) == Truth::Never);
                if is_never { Shape::nothing() } else { known() }
            }
        }
    }
}

fn of_call(scope: &Scope<'_>, call: &Call, each: Option<&ForEach>, weights: &Weights<'_>) -> Cost {
    let of_request = |request: &Request| of_request(scope, request, weights);
    let once = match call {
        Call::Request(request) => of_request(request),
        Call::Ensure { find, create } => {
            let reads: Vec<Cost> = find.iter().map(of_request).collect();
            let first = find.iter().position(|request| request.when.is_none());
            let first =
                first.and_then(|index| reads.get(index)).copied().unwrap_or_else(|| of_request(create));
            let all = reads.iter().fold(0_u64, |sum, read| sum.saturating_add(read.worst));
            // Somebody else may have been faster: then the look-ups are made again.
            let looks_again = create.errors.iter().any(may_be_missing);
            let again = if looks_again { all } else { 0 };
            Cost {
                best: first.best,
                typical: first.typical,
                thousand: first.thousand,
                worst: all.saturating_add(of_request(create).worst).saturating_add(again),
            }
        }
    };
    match each {
        None => once,
        Some(each) => {
            let max = u64::try_from(each.max).unwrap_or(u64::MAX);
            Cost { worst: once.worst.saturating_mul(max), ..Cost::default() }
        }
    }
}

fn may_be_missing(rule: &crate::model::ErrorRule) -> bool {
    rule.answers != Answers::Class(2) && rule.arms.iter().any(|arm| arm.then == Reaction::Missing)
}

fn of_request(scope: &Scope<'_>, request: &Request, weights: &Weights<'_>) -> Cost {
    let weight = (weights.of)(request);
    let first = if request.cache.is_none() { weight } else { 0 };
    Cost {
        best: first,
        typical: first,
        thousand: match scope.mapping.bulk_of(request) {
            // The first form, with the read that it needs.
            Some(bulk) => {
                let n_requests =
                    if bulk.forms.first().is_some_and(|form| form.find.is_some()) { 2 } else { 1 };
                let n_batches = 1000_u64.div_ceil(bulk.max.try_into().unwrap_or(u64::MAX).max(1));
                n_batches.saturating_mul(n_requests).saturating_mul(weights.of_many)
            }
            None => first.saturating_mul(1000),
        },
        worst: weight.saturating_mul(request.pages.as_ref().map_or(1, |pages| u64::from(pages.max))),
    }
}
