//! What is written on a request, and how an answer to it can end the event.

use std::time::Duration;

use crate::model::{ForEach, Reaction, Request, Source};

/// Name, method and path, and what is particular about it.
pub(super) fn lines(name: &str, request: &Request) -> Vec<String> {
    let mut lines = vec![name.to_owned(), format!("{} {}", request.method, request.path.text)];
    lines.extend(request.body.as_ref().map(|body| format!("body {}", body.table.text)));
    lines.extend(request.pages.as_ref().map(|pages| format!("at most {} pages", pages.max)));
    lines.extend(request.cache.map(|time| format!("cached {}", span(time))));
    lines.extend(request.once.as_ref().map(|once| match &once.key.source {
        Source::From(from) => {
            let from: Vec<&str> = from.iter().map(|selector| selector.text.as_str()).collect();
            format!("{} per {} in {}", once.when(), from.join(" or "), span(once.keep))
        }
        _ => format!("{} per key in {}", once.when(), span(once.keep)),
    }));
    lines.extend(
        request.verify.as_ref().map(|read| format!("verified by {} {}", read.method, read.path.text)),
    );
    lines
}

/// What a loop goes over.
pub(super) fn loop_lines(each: &ForEach) -> Vec<String> {
    let mut lines = vec![format!("for each {} of {}", each.name.text, each.list.text)];
    lines.extend(each.filter.as_ref().map(|filter| format!("where {filter}")));
    lines.push(format!("at most {}", each.max));
    lines
}

/// Answers after which, by the request's own table, the event ends: when, how, and why.
///
/// What the destination refuses by the table of the whole file is not drawn at each request.
pub(super) fn endings(request: &Request) -> Vec<(String, Reaction, Option<String>)> {
    let mut endings = Vec::new();
    for rule in &request.errors {
        for arm in rule.arms.iter().filter(|arm| matches!(arm.then, Reaction::Skip | Reaction::Reject)) {
            let label = match &arm.when {
                Some(when) => format!("{} if {when}", rule.answers),
                None => rule.answers.to_string(),
            };
            endings.push((label, arm.then, arm.why.as_ref().map(ToString::to_string)));
        }
    }
    endings
}

/// A span of time as mappings spell it.
pub(crate) fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds % 3600 == 0 => format!("{}h", seconds / 3600),
        seconds if seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}
