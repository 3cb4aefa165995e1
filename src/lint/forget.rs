//! Writes to the very path of a request whose answer is kept, and the `forget:` that they lack.
//!
//! In: a write and the step that keeps. Out: the finding and its fix. Must not judge which answers are kept.

use super::edit::with_first_entry;
use super::rule::Report;
use super::scope::Scope;
use crate::diag::quoted;
use crate::model::{Request, Text};

/// Whether a write says that the answers of this step no longer hold.
pub(super) fn forgets(write: &Request, step: &Text) -> bool {
    write.forget.iter().any(|forgotten| forgotten.text == step.text)
}

/// Whether two paths are the same but for the names of their placeholders.
pub(super) fn is_same_path(one: &Request, other: &Request) -> bool {
    parts(one).eq(parts(other))
}

fn parts(request: &Request) -> impl Iterator<Item = &str> {
    request.path.text.split('/').map(|part| if part.starts_with(':') { ":" } else { part })
}

/// Reports a write that does not forget the kept answer of a step: what is wrong, and what the kept request is.
pub(super) fn report(
    scope: &Scope<'_>,
    report: &mut Report<'_>,
    write: &Request,
    (step, kept): (&Text, &Request),
    (wrong, label, or): (String, &str, &str),
) {
    let entry = format!("forget: {}", step.text);
    let fix = with_first_entry(scope.document, write.span, &entry);
    report
        .at(write.path.span, wrong)
        .label(kept.path.span, label)
        .help(format!("add {}{or}", quoted(&entry)))
        .fix(fix.filter(|_| write.forget.is_empty()));
}
