//! Writes to the very path of a cached read that they do not `forget`.

use crate::diag::{Code, Safety, quoted};
use crate::lint::forget::{self, forgets, is_same_path};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::scope::requests_of;
use crate::model::{Request, Step, Text};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::STALE_CACHE,
    since: "0.1",
    why: "Until the time is up, events go by what was there before the write, and make it again.",
    fix: Some((Safety::Unsafe, "adds `forget:`")),
    bad: include_str!("stale_cache.bad.yaml"),
    good: include_str!("stale_cache.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (index, _) in scope.flows() {
        let requests: Vec<(&Text, &Request)> = scope
            .steps(index)
            .iter()
            .filter_map(|placed| match placed.step {
                Step::Call { name, call, .. } => {
                    Some(requests_of(call).into_iter().map(move |request| (name, request)))
                }
                _ => None,
            })
            .flatten()
            .collect();
        for (_, write) in requests.iter().filter(|(_, request)| !request.method.is_read()) {
            let stale = requests.iter().find(|(step, read)| {
                read.cache.is_some() && is_same_path(read, write) && !forgets(write, step)
            });
            if let Some(&(step, read)) = stale {
                let wrong = format!("the cached answer of {} is wrong after this", quoted(&step.text));
                forget::report(scope, report, write, (step, read), (wrong, "read and cached here", ""));
            }
        }
    }
}
