//! Who calls: Basic with an API token, Bearer with an access token, or nobody.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::call::Call;
use crate::refusal;
use crate::reply::Reply;
use crate::state::State;

/// Stands in for the agent when the credential does not name one.
const SOMEBODY: &str = "admin@sandbox.test";

/// The caller of an API request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// No credentials; only `GET /users/me` answers that.
    Anonymous,
    /// An agent with this e-mail.
    Agent(String),
}

/// The caller, or the refusal of the credentials.
pub(crate) fn caller(state: &State, call: &Call, path: &[&str]) -> Result<Caller, Reply> {
    let credentials = call.authorization.as_deref().unwrap_or_default().trim();
    let (scheme, secret) = credentials.split_once(' ').unwrap_or((credentials, ""));
    let secret = secret.trim();
    match scheme.to_ascii_lowercase().as_str() {
        "" if call.method == "GET" && path == ["users", "me"] => Ok(Caller::Anonymous),
        "basic" if !secret.is_empty() => basic(state, secret),
        "bearer" => bearer(state, call, secret),
        _ => Err(refusal::unauthenticated()),
    }
}

fn basic(state: &State, secret: &str) -> Result<Caller, Reply> {
    let text = BASE64.decode(secret).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let named = text.as_deref().and_then(|text| text.split_once("/token:"));
    if state.config.is_open() {
        return Ok(Caller::Agent(named.map_or(SOMEBODY, |(email, _)| email).to_lowercase()));
    }
    let known = |email: &str, token: &str| {
        state.config.api_tokens.iter().any(|(e, t)| e.eq_ignore_ascii_case(email) && t == token)
    };
    match named {
        Some((email, token)) if known(email, token) => Ok(Caller::Agent(email.to_lowercase())),
        _ => Err(refusal::unauthenticated()),
    }
}

fn bearer(state: &State, call: &Call, secret: &str) -> Result<Caller, Reply> {
    let good = match state.tokens.is_alive(secret, call.at.steady) {
        Some(alive) => alive,
        None => state.config.is_open() && !secret.is_empty(),
    };
    if !good {
        return Err(refusal::invalid_token());
    }
    let agent = state.config.api_tokens.first().map_or(SOMEBODY, |(email, _)| email.as_str());
    Ok(Caller::Agent(agent.to_lowercase()))
}
