//! Access tokens: `POST /oauth/tokens` with client credentials, expiry, revocation.

use std::collections::HashMap;
use std::time::Instant;

use serde_json::{Value, json};

use crate::call::Call;
use crate::reply::Reply;
use crate::state::State;

/// Every token this sandbox issued; `None` once it is revoked.
#[derive(Debug, Default)]
pub(crate) struct Tokens(HashMap<String, Option<Instant>>);

impl Tokens {
    /// Whether a token still works; `None` when it was not issued here.
    pub(crate) fn is_alive(&self, token: &str, now: Instant) -> Option<bool> {
        self.0.get(token).map(|expires| expires.is_some_and(|at| now < at))
    }

    /// Ends all tokens issued so far.
    pub(crate) fn revoke_all(&mut self) {
        self.0 = self.0.drain().map(|(token, _)| (token, None)).collect();
    }

    fn issue(&mut self, expires: Instant) -> String {
        let token = format!("{:064x}", 0x5a0d_0000_0000_0001_u64 + self.0.len() as u64);
        self.0.insert(token.clone(), Some(expires));
        token
    }
}

/// Answers a token request in form or JSON encoding.
pub(crate) fn issue(state: &mut State, call: &Call) -> Reply {
    let wish = Wish::read(call);
    if wish.get("grant_type") != "client_credentials" {
        let why = "The authorization grant type is not supported by the authorization server.";
        return error(400, "unsupported_grant_type", why);
    }
    let (id, secret) = (wish.get("client_id"), wish.get("client_secret"));
    let clients = &state.config.oauth_clients;
    let known = if clients.is_empty() {
        !id.is_empty() && !secret.is_empty()
    } else {
        clients.iter().any(|(known_id, known_secret)| known_id == id && known_secret == secret)
    };
    if !known {
        let why = "Client authentication failed due to unknown client, no client authentication included, \
                   or unsupported authentication method.";
        return error(401, "invalid_client", why);
    }
    let lifetime = state.config.token_lifetime;
    let token = state.tokens.issue(call.at.steady + lifetime);
    let scope = if wish.get("scope").is_empty() { "read write" } else { wish.get("scope") };
    Reply::ok(json!({
        "access_token": token,
        "token_type": "bearer",
        "scope": scope,
        "expires_in": lifetime.as_secs(),
    }))
}

fn error(status: u16, code: &str, description: &str) -> Reply {
    Reply::json(status, json!({"error": code, "error_description": description}))
}

/// The parameters of a token request.
struct Wish(Vec<(String, String)>);

impl Wish {
    fn read(call: &Call) -> Self {
        let pairs = match call.json_or_null() {
            Value::Object(body) => {
                body.into_iter().filter_map(|(key, value)| Some((key, value.as_str()?.to_owned()))).collect()
            }
            _ => form_urlencoded::parse(&call.body).into_owned().collect(),
        };
        Self(pairs)
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}
