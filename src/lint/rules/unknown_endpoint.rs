//! Requests to endpoints that the destination's schemas do not have.

use crate::destination::{Destination, Endpoint};
use crate::diag::{Code, nearest, quoted};
use crate::lint::asked::asks;
use crate::lint::rule::{Check, EXAMPLE, Report, Rule};
use crate::lint::scope::Scope;
use crate::model::{LoginKind, Method};
use crate::source::{Kind, Node};

/// The record.
pub(in crate::lint) const RULE: Rule = Rule {
    code: Code::UNKNOWN_ENDPOINT,
    since: "0.1",
    why: "A method or a path that is not there answers 404 to every event, or 405. When the destination has it and \
          the schemas lack it, nothing can be said about what it takes and answers: describe it there.",
    fix: None,
    bad: include_str!("unknown_endpoint.bad.yaml"),
    good: include_str!("unknown_endpoint.good.yaml"),
    check: Check::Destination { check, schemas: EXAMPLE },
};

fn check(scope: &Scope<'_>, destination: &Destination, report: &mut Report<'_>) {
    for ask in asks(scope, destination).iter().filter(|ask| ask.endpoint.is_none()) {
        let (method, path) = (ask.request.method, &ask.request.path);
        let message = format!("the schemas have no {}", quoted(&format!("{method} {}", path.text)));
        report.at(path.span, message).help(advice(destination, method, &path.text));
    }
    for (login, node) in scope.mapping.service.auth.iter().zip(logins(scope)) {
        let LoginKind::OAuth2 { token_path, .. } = &login.kind else { continue };
        if destination.endpoint("POST", Some(""), token_path).is_none() {
            let span = node
                .entry("oauth2")
                .and_then(|(_, node)| node.entry("token_path"))
                .map_or(node.span, |(_, node)| node.span);
            let message = format!("the schemas have no {}", quoted(&format!("POST {token_path}")));
            report.at(span, message).help(advice(destination, Method::Post, token_path));
        }
    }
}

/// The ways to log in, as they are written.
fn logins<'m>(scope: &Scope<'m>) -> Vec<&'m Node> {
    let service = scope.document.root.get("service");
    match service.and_then(|service| service.get("auth")) {
        Some(Node { kind: Kind::List(nodes), .. }) => nodes.iter().collect(),
        Some(node) => vec![node],
        None => Vec::new(),
    }
}

fn advice(destination: &Destination, method: Method, path: &str) -> String {
    let (same, others): (Vec<_>, Vec<_>) =
        destination.endpoints().iter().partition(|endpoint| endpoint.method == method.as_str());
    let near = |endpoints: &[&Endpoint]| {
        nearest(path, endpoints.iter().map(|endpoint| endpoint.path.as_str())).map(str::to_owned)
    };
    // A misspelt path may look like another one with a placeholder, which takes other methods.
    let like = near(&same);
    let methods: Vec<&str> = others
        .iter()
        .filter(|endpoint| like.is_none() && endpoint.fits(None, path).is_some())
        .map(|endpoint| endpoint.method.as_str())
        .collect();
    if !methods.is_empty() {
        return format!("this path takes {}", methods.join(" and "));
    }
    match like.or_else(|| near(&others)) {
        Some(near) => format!("did you mean {}?", quoted(&near)),
        None => "add the endpoint to the schemas, or correct the path".into(),
    }
}
