//! Writes to the very path of a remembered write that are not remembered with it and do not `forget` it.

use crate::diag::{Code, Safety, quoted};
use crate::lint::forget::{self, forgets, is_same_path};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{Request, Text};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::STALE_MEMORY,
    since: "0.1",
    why: "The destination then holds something else than what the remembered write said, and until the time is up an \
          event that says the same again is left out. Steps of one name with the same key are remembered together.",
    fix: Some((Safety::Unsafe, "adds `forget:`")),
    bad: include_str!("stale_memory.bad.yaml"),
    good: include_str!("stale_memory.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    let requests = scope.flat.requests.iter().filter_map(|(request, _, site)| Some((*request, site.step?)));
    let writes: Vec<(&Request, &Text)> = requests.filter(|(request, _)| !request.method.is_read()).collect();
    let remembered = writes.iter().filter(|(write, _)| is_remembered(write));
    for (memory, step) in remembered {
        for (write, other) in &writes {
            let is_known = is_remembered(write) && other.text == step.text || forgets(write, step);
            if is_known || write.span == memory.span || !is_same_path(write, memory) {
                continue;
            }
            let wrong = format!("what {} is remembered for is wrong after this", quoted(&step.text));
            let told = (wrong, "remembered here", ", or remember both under one name");
            forget::report(scope, report, write, (step, memory), told);
        }
    }
}

fn is_remembered(write: &Request) -> bool {
    write.once.as_ref().is_some_and(|once| once.is_remembered)
}
