//! Access tokens: `POST /oauth/tokens` with client credentials or a refresh token, expiry, revocation.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::auth::ALL_SCOPES;
use crate::call::Call;
use crate::random;
use crate::reply::Reply;
use crate::state::State;

/// How long a refresh token works: 30 days.
const REFRESH_LIFETIME: Duration = Duration::from_hours(30 * 24);

/// Every token this sandbox issued; a token without life is expired or revoked.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    access: HashMap<String, Grant>,
    /// Refresh tokens; each goes with its use.
    refresh: HashMap<String, Grant>,
    n_issued: u64,
}

#[derive(Clone, Debug)]
struct Grant {
    /// `None` once it is revoked.
    expires: Option<Instant>,
    scopes: String,
    client: String,
    /// For a refresh token, the access token that goes with it.
    twin: String,
}

impl Grant {
    fn is_alive(&self, now: Instant) -> bool {
        self.expires.is_some_and(|at| now < at)
    }
}

impl Tokens {
    /// What a token is good for; `None` when it was not issued here, or no longer works.
    pub(crate) fn scopes(&self, token: &str, now: Instant) -> Option<&str> {
        self.access.get(token).filter(|grant| grant.is_alive(now)).map(|grant| grant.scopes.as_str())
    }

    /// True for a token that was issued here, dead or alive.
    pub(crate) fn knows(&self, token: &str) -> bool {
        self.access.contains_key(token)
    }

    /// Ends all tokens issued so far.
    pub(crate) fn revoke_all(&mut self) {
        for grant in self.access.values_mut().chain(self.refresh.values_mut()) {
            grant.expires = None;
        }
    }

    fn revoke(&mut self, token: &str) {
        if let Some(grant) = self.access.get_mut(token) {
            grant.expires = None;
        }
    }

    fn fresh(&mut self, seed: u64) -> String {
        self.n_issued += 1;
        let (head, tail) = (random::hex32(seed, self.n_issued), random::hex32(!seed, self.n_issued));
        head + &tail
    }
}

/// Answers a token request in form or JSON encoding.
pub(crate) fn issue(state: &mut State, call: &Call) -> Reply {
    let wish = Wish::read(call);
    let granted = match wish.get("grant_type") {
        "client_credentials" => known_client(state, &wish).map(|()| {
            let scope = wish.get("scope");
            let scopes = if scope.is_empty() { ALL_SCOPES } else { scope };
            (wish.get("client_id").to_owned(), scopes.to_owned())
        }),
        "refresh_token" => known_client(state, &wish).and_then(|()| refreshed(state, call, &wish)),
        _ => {
            let why = "The authorization grant type is not supported by the authorization server.";
            Err(error(400, "unsupported_grant_type", why))
        }
    };
    match granted {
        Ok((client, scopes)) => Reply::ok(pair(state, call, client, scopes)),
        Err(refusal) => refusal,
    }
}

/// `DELETE /oauth/tokens/current`: ends the token that the call was made with.
pub(crate) fn revoke_current(state: &mut State, call: &Call) -> Reply {
    let secret =
        call.authorization.as_deref().and_then(|text| text.split_once(' ')).map(|(_, secret)| secret);
    state.tokens.revoke(secret.unwrap_or_default().trim());
    Reply::no_content()
}

fn known_client(state: &State, wish: &Wish) -> Result<(), Reply> {
    let (id, secret) = (wish.get("client_id"), wish.get("client_secret"));
    let clients = &state.config.oauth_clients;
    let known = if clients.is_empty() {
        !id.is_empty() && !secret.is_empty()
    } else {
        clients.iter().any(|(known_id, known_secret)| known_id == id && known_secret == secret)
    };
    if known {
        return Ok(());
    }
    let why = "Client authentication failed due to unknown client, no client authentication included, \
               or unsupported authentication method.";
    Err(error(401, "invalid_client", why))
}

/// Uses up a refresh token and ends the access token that came with it.
fn refreshed(state: &mut State, call: &Call, wish: &Wish) -> Result<(String, String), Reply> {
    let tokens = &mut state.tokens;
    let used = tokens.refresh.remove(wish.get("refresh_token"));
    let good = used.filter(|grant| grant.is_alive(call.at.steady) && grant.client == wish.get("client_id"));
    let Some(grant) = good else {
        let why = "The provided authorization grant is invalid, expired, revoked, does not match the redirection \
                   URI used in the authorization request, or was issued to another client.";
        return Err(error(400, "invalid_grant", why));
    };
    tokens.revoke(&grant.twin);
    Ok((grant.client, grant.scopes))
}

fn pair(state: &mut State, call: &Call, client: String, scopes: String) -> Value {
    let (lifetime, now) = (state.config.token_lifetime, call.at.steady);
    let seed = state.config.rules.seed.unwrap_or_default();
    let tokens = &mut state.tokens;
    let (access, refresh) = (tokens.fresh(seed), tokens.fresh(seed));
    let grant = Grant { expires: now.checked_add(lifetime), scopes, client, twin: String::new() };
    let spare = Grant { expires: now.checked_add(REFRESH_LIFETIME), twin: access.clone(), ..grant.clone() };
    let answer = json!({
        "access_token": access,
        "token_type": "bearer",
        "scope": grant.scopes,
        "expires_in": lifetime.as_secs(),
        "refresh_token": refresh,
        "refresh_token_expires_in": REFRESH_LIFETIME.as_secs(),
    });
    tokens.access.insert(access, grant);
    tokens.refresh.insert(refresh, spare);
    answer
}

fn error(status: u16, code: &str, description: &str) -> Reply {
    Reply::json(status, json!({"error": code, "error_description": description}))
}

/// The parameters of a token request.
struct Wish(Vec<(String, String)>);

impl Wish {
    fn read(call: &Call) -> Self {
        let text = |value: Value| match value {
            Value::String(text) => Some(text),
            Value::Array(items) => {
                let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                Some(items.join(" "))
            }
            _ => None,
        };
        let pairs = match call.json_or_null() {
            Value::Object(body) => {
                let body: Map<String, Value> = body;
                body.into_iter().filter_map(|(key, value)| Some((key, text(value)?))).collect()
            }
            _ => form_urlencoded::parse(&call.body).into_owned().collect(),
        };
        Self(pairs)
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}
