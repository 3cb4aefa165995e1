//! Flows and their steps; parts are written out in place.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::budget::Budget;
use super::plan::{CallPlan, Cond, FlowPlan, LoopPlan, StepKind, StepPlan};
use super::resolve::{Place, Resolver};
use super::rows::is_word;
use crate::diag::{Code, Diagnostics, Span, quoted};
use crate::json::capture::Paths;
use crate::model::{Call, Flow, ForEach, Mapping, Named, Request, Row, Step, Text};

/// Most steps of a flow, those that use a part included.
const MOST_STEPS: usize = 1_000;
/// Most parts inside each other.
const MOST_PARTS: usize = 16;

/// Compiles a flow.
pub(super) fn flow(
    mapping: &Mapping,
    flow: &Named<Flow>,
    paths: &mut Paths,
    budget: &mut Budget,
    found: &mut Diagnostics,
) -> FlowPlan {
    let mut resolver = Resolver::new(mapping, Some(&flow.item), paths, budget, found);
    resolver.check_names(&mapping.names);
    resolver.check_names(&flow.item.names);
    let when = resolver.when(flow.item.when.as_ref(), Place::EVENT);
    let mut require = Vec::new();
    for requirement in &flow.item.require {
        let condition = resolver.when(requirement.when.as_ref(), Place::EVENT);
        if let Some(that) = resolver.cond(&requirement.that, Place::EVENT) {
            require.push((condition, that, requirement.error.clone()));
        }
    }
    let mut compiler =
        Steps { resolver, steps: Vec::new(), parts: Vec::new(), n_steps: 0, span: flow.name.span };
    compiler.steps(&flow.item.steps, &[]);
    let Steps { mut resolver, mut steps, .. } = compiler;
    let host_user = flow.item.host.as_ref().and_then(|host| resolver.host(host, &mut steps));
    FlowPlan {
        span: flow.name.span,
        name: Arc::from(flow.name.text.as_str()),
        event: flow.item.event.text.clone(),
        when,
        names: resolver.names,
        rests: resolver.rests,
        require,
        steps,
        outputs: resolver.outputs,
        host_user,
    }
}

/// The steps of a flow on their way to the plan.
#[expect(clippy::struct_field_names, reason = "they are the steps of the plan")]
struct Steps<'m, 'r> {
    resolver: Resolver<'m, 'r>,
    steps: Vec<StepPlan>,
    /// Parts that are being written out.
    parts: Vec<String>,
    /// Steps that have been looked at.
    n_steps: usize,
    /// Where the flow is named.
    span: Span,
}

impl Steps<'_, '_> {
    fn steps(&mut self, steps: &[Step], outer: &[Cond]) {
        for step in steps {
            self.n_steps = self.n_steps.saturating_add(1);
            if self.n_steps > MOST_STEPS {
                let message =
                    format!("the flow has more than {MOST_STEPS} steps, those of its parts included");
                self.resolver.found.error(Code::LIMIT, self.span, message).help("split the flow");
                return;
            }
            self.step(step, outer);
        }
    }

    fn step(&mut self, step: &Step, outer: &[Cond]) {
        let condition = match step {
            Step::Call { when, .. }
            | Step::Use { when, .. }
            | Step::Stop { when }
            | Step::Skip { when, .. }
            | Step::Reject { when, .. } => when,
        };
        let mut when = outer.to_vec();
        when.extend(self.resolver.when(condition.as_ref(), Place::EVENT));
        let mut span = condition.as_ref().map(|condition| condition.span).unwrap_or_default();
        let (name, kind) = match step {
            Step::Use { part, .. } => return self.part(part, &when),
            Step::Stop { .. } => (Arc::from("stop"), StepKind::Stop),
            Step::Skip { why, .. } => (Arc::from("skip"), StepKind::Skip(why.clone())),
            Step::Reject { error, blame, .. } => {
                let Some(error) = self.resolver.reason(error, Place::EVENT) else { return };
                (Arc::from("reject"), StepKind::Reject { error, blame: *blame })
            }
            Step::Call { name, each, call, .. } => {
                self.resolver.current_step = Some(name.text.clone());
                let kind = self.call(name, each.as_ref(), call);
                self.resolver.current_step = None;
                self.check_step_name(name);
                let Some(kind) = kind else { return };
                span = name.span;
                (Arc::from(name.text.as_str()), kind)
            }
        };
        self.steps.push(StepPlan { span, name, when, kind, host: None });
    }

    fn part(&mut self, part: &Text, when: &[Cond]) {
        if self.parts.contains(&part.text) {
            let message = format!("part {} uses itself", quoted(&part.text));
            self.resolver
                .found
                .error(Code::CYCLE, part.span, message)
                .help("flows end: a part is a plain list of steps");
            return;
        }
        if self.parts.len() >= MOST_PARTS {
            let message = format!("more than {MOST_PARTS} parts use each other in a row");
            self.resolver.found.error(Code::LIMIT, part.span, message).help("write the steps out");
            return;
        }
        let Some(steps) = self.resolver.part(part) else { return };
        self.parts.push(part.text.clone());
        self.steps(steps, when);
        self.parts.pop();
    }

    fn check_step_name(&mut self, name: &Text) {
        let begun = &mut self.resolver.begun_steps;
        if let Some(first) = begun.iter().find(|begun| begun.text == name.text) {
            let message =
                format!("a step named {} comes before this one in the same flow", quoted(&name.text));
            let found = self.resolver.found.error(Code::DUPLICATE_STEP, name.span, message);
            found
                .label(first.span, "the first")
                .help("give each step its own name; a part is used once in a flow");
        }
        begun.push(name.clone());
    }

    fn call(&mut self, name: &Text, each: Option<&ForEach>, call: &Call) -> Option<StepKind> {
        let mut place = Place::EVENT;
        let each = match each {
            None => None,
            Some(each) => {
                place.variable = Some(&each.name.text);
                self.for_each(each, place)
            }
        };
        let resolver = &mut self.resolver;
        let step = &name.text;
        if each.is_some()
            && let Some(row) = requests_of(call).into_iter().flat_map(|request| &request.give).next()
        {
            let message =
                format!("{} would have as many values as the loop has rounds", quoted(&row.name.text));
            resolver
                .found
                .error(Code::LOOP_OUTPUT, row.name.span, message)
                .help("a step with `for_each:` gives nothing");
        }
        let call = match call {
            Call::Request(request) => CallPlan::Request(Box::new(resolver.request(request, step, place)?)),
            Call::Ensure { find, create } => {
                let find: Vec<_> =
                    find.iter().filter_map(|request| resolver.request(request, step, place)).collect();
                CallPlan::Ensure { find, create: Box::new(resolver.request(create, step, place)?) }
            }
        };
        Some(StepKind::Call { each, call })
    }

    fn for_each(&mut self, each: &ForEach, inner: Place<'_>) -> Option<LoopPlan> {
        self.resolver.check_name(&each.name);
        let filter = self.resolver.when(each.filter.as_ref(), inner);
        let help = "name one list, as in `$.items`, not its elements";
        Some(LoopPlan { list: self.resolver.single(&each.list, Place::EVENT, help)?, filter, max: each.max })
    }
}

impl Resolver<'_, '_> {
    fn check_names(&mut self, rows: &[Row]) {
        for row in rows {
            self.check_name(&row.name);
        }
    }

    /// A name that means something else, or that no selector can read.
    fn check_name(&mut self, name: &Text) {
        const RESERVED: [&str; 5] = ["config", "steps", "members", "item", "flow"];
        if RESERVED.contains(&name.text.as_str()) {
            let message = format!("`${}` has a meaning of its own", name.text);
            self.found.error(Code::RESERVED_NAME, name.span, message).help("choose another name");
        } else if name.text.is_empty() || !name.text.chars().all(is_word) {
            let message = format!("no selector can read the name {}", quoted(&name.text));
            self.found
                .error(Code::RESERVED_NAME, name.span, message)
                .help("a name has letters, digits and `_` only");
        }
    }
}

/// Names of all steps and of the elements of all loops, those of parts included. Each part is visited once.
pub(super) fn names_of(mapping: &Mapping, steps: &[Step]) -> (Vec<String>, Vec<String>) {
    let (mut names, mut loops) = (Vec::new(), Vec::new());
    let mut parts = BTreeSet::new();
    let mut rest: Vec<&Step> = steps.iter().collect();
    while let Some(step) = rest.pop() {
        match step {
            Step::Call { name, each, .. } => {
                names.push(name.text.clone());
                loops.extend(each.iter().map(|each| each.name.text.clone()));
            }
            Step::Use { part, .. } if parts.insert(part.text.as_str()) => {
                let part = mapping.parts.iter().find(|known| known.name.text == part.text);
                rest.extend(part.iter().flat_map(|part| &part.item));
            }
            Step::Use { .. } | Step::Stop { .. } | Step::Skip { .. } | Step::Reject { .. } => {}
        }
    }
    (names, loops)
}

/// Names of the steps of all flows.
pub(super) fn step_names_of(mapping: &Mapping) -> BTreeSet<String> {
    mapping.flows.iter().flat_map(|flow| names_of(mapping, &flow.item.steps).0).collect()
}

/// All requests of a call.
fn requests_of(call: &Call) -> Vec<&Request> {
    match call {
        Call::Request(request) => vec![request],
        Call::Ensure { find, create } => find.iter().chain(std::iter::once(create)).collect(),
    }
}
