//! Suppressions that silence nothing, or name no rule.

use crate::diag::{ALL, Code, Edit, Fix, Safety, Span, nearest, quoted};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNUSED_SUPPRESSION,
    since: "0.1",
    why: "What it was about has been mended or has moved, and the next mistake on its line would go unseen.",
    fix: Some((Safety::Safe, "removes the comment")),
    bad: include_str!("unused_suppression.bad.yaml"),
    good: include_str!("unused_suppression.good.yaml"),
    check: Check::Suppressions(check),
};

fn check(scope: &Scope<'_>, used: &[Vec<bool>], report: &mut Report<'_>) {
    for (allow, used) in scope.allows.iter().zip(used) {
        if !allow.is_whole || allow.names.is_empty() {
            report
                .at(allow.span, "this comment allows nothing")
                .help("write `# mapwright: allow RULE -- why`, or `allow-in-file` for the whole file");
            continue;
        }
        let is_idle = used.iter().all(|used| !used);
        for ((name, span), _) in allow.names.iter().zip(used).filter(|(_, used)| !**used) {
            let names = ALL.iter().map(|info| info.code.name);
            let is_known = ALL.iter().any(|info| info.code.name == name || info.code.id() == *name);
            let found = if is_known {
                report.at(*span, format!("nothing here is {}", quoted(name)))
            } else {
                report.at(*span, format!("there is no rule {}", quoted(name)))
            };
            match nearest(name, names).filter(|_| !is_known) {
                Some(near) => found.help(format!("did you mean {}?", quoted(near))),
                None => found.help("remove it"),
            };
            found.fix(if is_idle { Some(without_comment(scope, allow.span)) } else { None });
        }
    }
}

/// Takes a comment out, with the blanks in front of it, or its whole line.
fn without_comment(scope: &Scope<'_>, span: Span) -> Fix {
    let text = &scope.document.text;
    let before = text.get(..span.start).unwrap_or_default();
    let kept = before.trim_end_matches(' ');
    let is_alone = kept.is_empty() || kept.ends_with('\n');
    let behind = text.get(span.end..).unwrap_or_default();
    let n_behind = if is_alone { behind.find('\n').map_or(behind.len(), |at| at + 1) } else { 0 };
    let edit = Edit { span: Span::new(kept.len(), span.end + n_behind), text: String::new() };
    Fix { safety: Safety::Safe, edits: vec![edit] }
}
