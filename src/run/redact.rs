//! Takes secrets out of replies, before anything is read from them, recorded or told.

use std::sync::Arc;

use serde_json::Value;

use super::request::{Answer, Body};
use super::session::Session;
use crate::value::Secret;

/// What stands where a secret stood.
const HIDDEN: &str = "***";

/// Shorter secrets would be found in any text.
const SHORTEST: usize = 6;

/// The answer without the session's secrets, which a destination may echo.
pub(super) fn redacted(answer: Answer, session: &Session) -> Answer {
    let Answer::Reply { status, body, retry_after } = answer else { return answer };
    let secrets: Vec<&str> =
        session.secrets().map(Secret::reveal).filter(|secret| secret.len() >= SHORTEST).collect();
    let body = match body {
        Body::Json(value) if shows(&value, &secrets) => {
            let mut value = Arc::unwrap_or_clone(value);
            hide(&mut value, &secrets);
            Body::Json(Arc::new(value))
        }
        Body::Other(text) => Body::Other(hidden(&text, &secrets)),
        body => body,
    };
    Answer::Reply { status, body, retry_after }
}

fn shows(value: &Value, secrets: &[&str]) -> bool {
    match value {
        Value::String(text) => secrets.iter().any(|secret| text.contains(secret)),
        Value::Array(items) => items.iter().any(|item| shows(item, secrets)),
        Value::Object(members) => members
            .iter()
            .any(|(key, member)| secrets.iter().any(|secret| key.contains(secret)) || shows(member, secrets)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn hide(value: &mut Value, secrets: &[&str]) {
    match value {
        Value::String(text) => *text = hidden(text, secrets),
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, secrets)),
        Value::Object(members) => {
            let given = std::mem::take(members);
            members.extend(given.into_iter().map(|(key, mut member)| {
                hide(&mut member, secrets);
                (hidden(&key, secrets), member)
            }));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn hidden(text: &str, secrets: &[&str]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
}
