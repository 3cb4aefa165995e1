//! Base URLs that begin with `http://`.

use crate::diag::{Code, Fix, Safety, Span};
use crate::lint::rule::{Check, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::Source;

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::PLAIN_HTTP,
    since: "0.1",
    why: "Credentials and personal data are sent in clear text.",
    fix: Some((Safety::Unsafe, "writes `https://`")),
    bad: include_str!("plain_http.bad.yaml"),
    good: include_str!("plain_http.good.yaml"),
    check: Check::Mapping(check),
};

fn check(scope: &Scope<'_>, report: &mut Report<'_>) {
    let base_url = &scope.mapping.service.base_url;
    let span = match &base_url.source {
        Source::Template { text, .. } => text.span,
        Source::Value(_) => scope.key_in(base_url.span, "value").map_or(base_url.span, |(_, node)| node.span),
        _ => return,
    };
    let written = scope.document.text.get(span.start..span.end).unwrap_or_default();
    let Some(at) = written.find("http://").filter(|at| *at <= 1) else { return };
    let scheme = Span::new(span.start + at, span.start + at + "http".len());
    report
        .at(scheme, "the base URL is not encrypted")
        .help("write `https://`; to try things out, name another address with `--endpoint`")
        .fix(Some(Fix::new(Safety::Unsafe, scheme, "https")));
}
