//! Where requests go, how they log in, what answers mean.

use std::fmt::Write;

use super::markdown::{self, code, plain};
use super::rows;
use crate::model::{ErrorRule, Login, LoginKind, Mapping};

pub(super) fn service(mapping: &Mapping) -> String {
    let service = &mapping.service;
    let mut text = format!("Requests go to {}.\n", rows::inline(&service.base_url));
    if let Some(integration) = &mapping.integration {
        let _ =
            writeln!(text, "In an event's `integrations` object the destination is {}.", code(integration));
    }
    if !mapping.order_by.is_empty() {
        let selectors: Vec<String> = mapping.order_by.iter().map(|selector| code(&selector.text)).collect();
        let _ = writeln!(text, "Events with the same {} are delivered in order.", selectors.join(", else "));
    }
    let logins: Vec<[String; 2]> = service.auth.iter().map(login).collect();
    paragraph(&mut text, &markdown::table(["log in by", "only when"], &logins));
    paragraph(&mut text, &rows::table("header", &service.headers));
    paragraph(&mut text, &markdown::table(["answer", "what follows"], &errors(&service.errors)));
    text
}

fn paragraph(text: &mut String, table: &str) {
    if !table.is_empty() {
        text.push('\n');
        text.push_str(table);
    }
}

fn login(login: &Login) -> [String; 2] {
    let how = match &login.kind {
        LoginKind::Basic { user, password } => {
            format!("user {} with password {}", rows::inline(user), code(&password.text))
        }
        LoginKind::Bearer { token } => format!("bearer token {}", code(&token.text)),
        LoginKind::OAuth2 { token_path, client_id, client_secret, scope } => {
            let scope = scope.as_ref().map(|scope| format!(" for {}", code(scope))).unwrap_or_default();
            let (id, secret) = (code(&client_id.text), code(&client_secret.text));
            format!("token from {} with client {id} and secret {secret}{scope}", code(token_path))
        }
    };
    [how, login.when.as_ref().map_or_else(String::new, |when| code(&when.to_string()))]
}

/// A row for each class of answers.
fn errors(rules: &[ErrorRule]) -> Vec<[String; 2]> {
    rules.iter().map(|rule| [code(&rule.answers.to_string()), follows(rule)]).collect()
}

/// What follows on a class of answers, the first that fits first.
pub(super) fn follows(rule: &ErrorRule) -> String {
    let arms = rule.arms.iter().map(|arm| {
        let when = arm.when.as_ref().map(|when| format!(" if {}", code(&when.to_string())));
        let why = arm.why.as_ref().map(|why| format!(" ({})", plain(&why.to_string())));
        format!("{}{}{}", arm.then, when.unwrap_or_default(), why.unwrap_or_default())
    });
    arms.collect::<Vec<_>>().join(", else ")
}
