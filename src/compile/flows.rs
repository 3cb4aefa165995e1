//! Flows and their steps; parts are written out in place.

use std::sync::Arc;

use super::plan::{CallPlan, Cond, FlowPlan, LoopPlan, StepKind, StepPlan};
use super::requests::Role;
use super::resolve::{Place, Resolver, requests_of};
use crate::diag::{Code, Diagnostics};
use crate::model::{Call, Flow, ForEach, Mapping, Named, Step, Text};

/// Compiles a flow.
pub(super) fn flow(mapping: &Mapping, flow: &Named<Flow>, found: &mut Diagnostics) -> FlowPlan {
    let mut resolver = Resolver::new(mapping, Some(&flow.item), found);
    let when = resolver.when(flow.item.when.as_ref(), Place::EVENT);
    let mut require = Vec::new();
    for requirement in &flow.item.require {
        let condition = resolver.when(requirement.when.as_ref(), Place::EVENT);
        if let Some(that) = resolver.cond(&requirement.that, Place::EVENT) {
            require.push((condition, that, requirement.error.clone()));
        }
    }
    let mut compiler = Steps { resolver, steps: Vec::new(), parts: Vec::new(), names: Vec::new() };
    compiler.steps(&flow.item.steps, &[]);
    let Steps { resolver, steps, .. } = compiler;
    FlowPlan {
        name: Arc::from(flow.name.text.as_str()),
        event: flow.item.event.text.clone(),
        when,
        names: resolver.names,
        rests: resolver.rests,
        require,
        steps,
        outputs: resolver.outputs,
    }
}

/// The steps of a flow on their way to the plan.
struct Steps<'m, 'r> {
    resolver: Resolver<'m, 'r>,
    steps: Vec<StepPlan>,
    /// Parts that are being written out.
    parts: Vec<String>,
    /// Steps that have been named.
    names: Vec<String>,
}

impl Steps<'_, '_> {
    fn steps(&mut self, steps: &[Step], outer: &[Cond]) {
        for step in steps {
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
        if let Some(condition) = condition {
            // A broken condition leaves the step out; the error has been reported.
            let Some(condition) = self.resolver.cond(condition, Place::EVENT) else { return };
            when.push(condition);
        }
        let (name, kind) = match step {
            Step::Use { part, .. } => return self.part(part, &when),
            Step::Stop { .. } => (Arc::from("stop"), StepKind::Stop),
            Step::Skip { why, .. } => (Arc::from("skip"), StepKind::Skip(why.clone())),
            Step::Reject { error, .. } => (Arc::from("reject"), StepKind::Reject(error.clone())),
            Step::Call { name, each, call, .. } => {
                self.check_step_name(name);
                let Some(kind) = self.call(name, each.as_ref(), call) else { return };
                (Arc::from(name.text.as_str()), kind)
            }
        };
        self.steps.push(StepPlan { name, when, kind });
    }

    fn part(&mut self, part: &Text, when: &[Cond]) {
        if self.parts.contains(&part.text) {
            let message = format!("part `{}` uses itself", part.text);
            self.resolver
                .found
                .error(Code::CYCLE, part.span, message)
                .help("flows end: a part is a plain list of steps");
            return;
        }
        let Some(steps) = self.resolver.part(part) else { return };
        self.parts.push(part.text.clone());
        self.steps(steps, when);
        self.parts.pop();
    }

    fn check_step_name(&mut self, name: &Text) {
        if self.names.contains(&name.text) {
            let message = format!("a step named `{}` comes before this one in the same flow", name.text);
            let found = self.resolver.found.error(Code::DUPLICATE_STEP, name.span, message);
            found.help("give each step its own name; a part is used once in a flow");
        }
        self.names.push(name.text.clone());
    }

    fn call(&mut self, name: &Text, each: Option<&ForEach>, call: &Call) -> Option<StepKind> {
        let mut place = Place::EVENT;
        let each = match each {
            None => None,
            Some(each) => {
                place.variable = Some(&each.name.text);
                Some(self.for_each(each, place)?)
            }
        };
        let resolver = &mut self.resolver;
        let step = &name.text;
        if each.is_some()
            && let Some(row) = requests_of(call).into_iter().flat_map(|request| &request.give).next()
        {
            let message = format!("`{}` would have as many values as the loop has rounds", row.name.text);
            resolver
                .found
                .error(Code::LOOP_OUTPUT, row.span, message)
                .help("a step with `for_each:` gives nothing");
        }
        let call = match call {
            Call::Request(request) => {
                CallPlan::Request(Box::new(resolver.request(request, step, Role::Step, place)?))
            }
            Call::Ensure { find, create } => {
                let find: Vec<_> = find
                    .iter()
                    .filter_map(|request| resolver.request(request, step, Role::LookUp, place))
                    .collect();
                CallPlan::Ensure {
                    find,
                    create: Box::new(resolver.request(create, step, Role::Create, place)?),
                }
            }
        };
        Some(StepKind::Call { each, call })
    }

    fn for_each(&mut self, each: &ForEach, inner: Place<'_>) -> Option<LoopPlan> {
        self.resolver.check_not_reserved(&each.name);
        let filter = self.resolver.when(each.filter.as_ref(), inner);
        let help = "name one list: `$.items`, not `$.items[*]`";
        Some(LoopPlan { list: self.resolver.single(&each.list, Place::EVENT, help)?, filter, max: each.max })
    }
}
