//! Reads of one flow that ask the same.

use crate::diag::{Code, quoted};
use crate::lint::decide::Truth;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::scope::requests_of;
use crate::lint::walk::Site;
use crate::model::{Call, Condition, Request, Step, Text};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::REPEATED_READ,
    since: "0.1",
    why: "The second answer is the same as the first, and costs a request.",
    fix: None,
    bad: include_str!("repeated_read.bad.yaml"),
    good: include_str!("repeated_read.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (index, flow) in scope.flows() {
        let site = Site::of_flow(flow);
        let mut reads: Vec<(&Request, &Text, Vec<&Condition>)> = Vec::new();
        for placed in scope.steps(index) {
            let Step::Call { name, call, .. } = placed.step else { continue };
            for request in requests_of(call) {
                if !request.method.is_read() {
                    reads.clear();
                    continue;
                }
                let twin = reads.iter().find(|(other, _, when)| {
                    let both: Vec<&Condition> = when.iter().chain(&placed.when).copied().collect();
                    asks_the_same(scope, other, request)
                        && scope.decide_in(&both, site, index) != Truth::Never
                });
                if let Some((first, step, _)) = twin {
                    report
                        .at(request.path.span, format!("the step {} has read the same", quoted(&step.text)))
                        .label(first.path.span, "read here first")
                        .help("use the outputs of that step, or share the answer with `cache:`");
                }
                if request.cache.is_none() && request.when.is_none() {
                    reads.push((request, name, placed.when.clone()));
                }
            }
            if matches!(&**call, Call::Ensure { .. }) {
                reads.clear();
            }
        }
    }
}

fn asks_the_same(scope: &Scope<'_>, one: &Request, other: &Request) -> bool {
    let written = |request: &Request, key: &str| {
        let (_, node) = scope.key_in(request.span, key)?;
        let text = scope.document.text.get(node.span.start..node.span.end)?;
        Some(text.split_whitespace().collect::<String>())
    };
    one.method == other.method
        && one.path.text == other.path.text
        && ["with", "query", "headers"].into_iter().all(|key| written(one, key) == written(other, key))
}
