//! Placeholders filled by a step that is left out under conditions under which the request is still made.

use crate::diag::{Code, Safety, Span, quoted};
use crate::lint::decide::{Truth, not_all};
use crate::lint::edit::with_first_entry;
use crate::lint::path::Path;
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::lint::scope::{Placed, requests_of};
use crate::lint::walk::Site;
use crate::model::{Condition, ConditionKind, Presence, Row, Source, Step, Test, Text};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNGUARDED_OUTPUT,
    since: "0.1",
    why: "A step that was left out has given nothing, and a placeholder without a value rejects the event: \
          a good event is refused half way through.",
    fix: Some((Safety::Unsafe, "adds the `when:`, where the step has none")),
    bad: include_str!("unguarded_output.bad.yaml"),
    good: include_str!("unguarded_output.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    for (index, flow) in scope.flows() {
        let site = Site::of_flow(flow);
        let mut passed: Vec<Condition> = Vec::new();
        let steps = scope.steps(index);
        for (at, placed) in steps.iter().enumerate() {
            let Step::Call { call, .. } = placed.step else {
                passed.push(not_all(&placed.when));
                continue;
            };
            for (text, request) in requests_of(call).into_iter().flat_map(|request| {
                request.with.iter().filter_map(only_candidate).map(move |text| (text, request))
            }) {
                let Some(source) = source_of(text, steps.get(..at).unwrap_or_default()) else { continue };
                let missing = Condition {
                    span: Span::default(),
                    kind: ConditionKind::Test(text.clone(), Test::Is(vec![Presence::Missing])),
                };
                let left_out = not_all(&source.when);
                let mut all: Vec<&Condition> = vec![&missing, &left_out];
                all.extend(passed.iter().chain(placed.when.iter().copied()).chain(&request.when));
                if !source.when.is_empty() && scope.decide_in(&all, site, index) != Truth::Never {
                    let when = format!("when: {{{}: {{is: present}}}}", text.text);
                    let has_none = placed.when.is_empty() && request.when.is_none();
                    let fix =
                        has_none.then(|| with_first_entry(scope.document, request.span, &when)).flatten();
                    report
                        .at(text.span, format!("{} is missing when its step is left out", quoted(&text.text)))
                        .help(format!("add {} to this step", quoted(&when)))
                        .fix(fix);
                }
            }
        }
    }
}

/// The only candidate of a row that has one, and nothing else to fall back on.
fn only_candidate(row: &Row) -> Option<&Text> {
    match &row.source {
        Source::From(from) if row.default.is_none() && from.len() == 1 => from.first(),
        _ => None,
    }
}

/// The step whose output a selector reads.
fn source_of<'s, 'm>(text: &Text, steps: &'s [Placed<'m>]) -> Option<&'s Placed<'m>> {
    let path = Path::parse(&text.text);
    let (wanted, _) = path.output()?;
    steps.iter().find(|placed| matches!(placed.step, Step::Call { name, .. } if name.text == wanted))
}
