//! How often requests may be made: which of them count against which limit.

use super::plan::{LimitPlan, LimitedBy};
use super::resolve::{Place, Resolver};
use crate::diag::{Code, quoted};
use crate::model::{Call, Request, Step, Text};

impl Resolver<'_, '_> {
    /// Compiles the limits of the service.
    pub(super) fn limits(&mut self) -> Vec<LimitPlan> {
        let limits = &self.mapping.service.limits;
        for of in limits.iter().flat_map(|limit| &limit.of) {
            self.is_made(of);
        }
        let mut plans = Vec::new();
        for limit in limits {
            let rate = self.row(&limit.rate, "limits", Place::EVENT);
            plans.extend(rate.map(|rate| LimitPlan { rate, per: limit.per }));
        }
        plans
    }

    /// The limits that a request of the step `step` counts against.
    pub(super) fn limited_by(&mut self, request: &Request, step: &str, place: Place<'_>) -> Vec<LimitedBy> {
        let mut limits = Vec::new();
        for (number, limit) in self.mapping.service.limits.iter().enumerate() {
            if limit.counts(request) {
                let key = limit.key.as_ref().and_then(|key| self.row(key, step, place));
                limits.push(LimitedBy { limit: number, key });
            }
        }
        limits
    }

    /// Reports a limit of requests that no step makes.
    fn is_made(&mut self, of: &Text) {
        let mapping = self.mapping;
        let parts = mapping.parts.iter().map(|part| part.item.as_slice());
        let flows = mapping.flows.iter().map(|flow| flow.item.steps.as_slice());
        let requests: Vec<&Request> = parts.chain(flows).flatten().flat_map(requests_of).collect();
        let written: Vec<String> = requests.iter().map(|request| request.name()).collect();
        if written.contains(&of.text) {
            return;
        }
        let names = written.iter().map(String::as_str);
        let otherwise = "write method and path as a step has them, as in `POST /users`";
        let help = self.advice(&of.text, names, str::to_owned, otherwise);
        let message = format!("no step makes {}", quoted(&of.text));
        self.found.error(Code::UNKNOWN_REFERENCE, of.span, message).help(help);
    }
}

fn requests_of(step: &Step) -> Vec<&Request> {
    match step {
        Step::Call { call, .. } => match &**call {
            Call::Request(request) => vec![request],
            Call::Ensure { find, create } => find.iter().chain([create]).collect(),
        },
        Step::Use { .. } | Step::Stop { .. } | Step::Skip { .. } | Step::Reject { .. } => Vec::new(),
    }
}
