//! Who calls, and what they may: Basic with an API token, Bearer with an access token, or nobody.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::call::Call;
use crate::refusal;
use crate::reply::Reply;
use crate::state::State;
use crate::store::Role;

/// Stands in for the agent when the credential does not name one.
const SOMEBODY: &str = "admin@sandbox.test";
/// Everything that a token may do unless it was issued for less.
pub(crate) const ALL_SCOPES: &str = "read write";

/// The caller of an API request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// No credentials; few routes answer that.
    Anonymous,
    /// An agent.
    Agent(Agent),
}

/// An agent with a good credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Agent {
    pub(crate) email: String,
    /// Agent or administrator.
    pub(crate) role: Role,
    /// What the credential is good for, separated by spaces.
    scopes: String,
}

impl Caller {
    /// Refuses everybody but administrators.
    pub(crate) fn must_be_admin(&self) -> Result<(), Reply> {
        match self {
            Self::Agent(agent) if agent.role == Role::Admin => Ok(()),
            _ => Err(refusal::forbidden()),
        }
    }

    /// Refuses a credential whose scopes do not cover the route.
    ///
    /// Source: the vendor's pages on OAuth and on user identities, which need plain `read` or `write`.
    pub(crate) fn must_cover(&self, method: &str, path: &[&str]) -> Result<(), Reply> {
        let Self::Agent(agent) = self else { return Ok(()) };
        let verb = if method == "GET" { "read" } else { "write" };
        let resource = match path {
            ["users", _, "identities", ..] | [] => None,
            ["users" | "user_profiles" | "deleted_users", ..] => Some("users"),
            [first, ..] => Some(*first),
        };
        let covers = |scope: &str| {
            scope == verb || resource.is_some_and(|resource| scope.split_once(':') == Some((resource, verb)))
        };
        if agent.scopes.split(' ').any(covers) { Ok(()) } else { Err(refusal::forbidden()) }
    }
}

/// The caller, or the refusal of the credentials.
pub(crate) fn caller(state: &State, call: &Call, path: &[&str]) -> Result<Caller, Reply> {
    let credentials = call.authorization.as_deref().unwrap_or_default().trim();
    let (scheme, secret) = credentials.split_once(' ').unwrap_or((credentials, ""));
    let secret = secret.trim();
    match scheme.to_ascii_lowercase().as_str() {
        "" if call.method == "GET" && (path == ["users", "me"] || path == ["time_zones"]) => {
            Ok(Caller::Anonymous)
        }
        "basic" if !secret.is_empty() => basic(state, secret),
        "bearer" => bearer(state, call, secret),
        _ => Err(refusal::unauthenticated()),
    }
}

fn basic(state: &State, secret: &str) -> Result<Caller, Reply> {
    let text = BASE64.decode(secret).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let named = text.as_deref().and_then(|text| text.split_once("/token:"));
    if state.config.is_open() {
        return Ok(agent(named.map_or(SOMEBODY, |(email, _)| email), Role::Admin, ALL_SCOPES));
    }
    let Some((email, token)) = named else { return Err(refusal::unauthenticated()) };
    let is_among = |pairs: &[(String, String)]| {
        pairs.iter().any(|(known, secret)| known.eq_ignore_ascii_case(email) && secret == token)
    };
    if is_among(&state.config.api_tokens) {
        Ok(agent(email, Role::Admin, ALL_SCOPES))
    } else if is_among(&state.config.agent_tokens) {
        Ok(agent(email, Role::Agent, ALL_SCOPES))
    } else {
        Err(refusal::unauthenticated())
    }
}

fn bearer(state: &State, call: &Call, secret: &str) -> Result<Caller, Reply> {
    let somebody = state.config.api_tokens.first().map_or(SOMEBODY, |(email, _)| email.as_str());
    if let Some(scopes) = state.tokens.scopes(secret, call.at.steady) {
        return Ok(agent(somebody, Role::Admin, scopes));
    }
    if state.config.is_open() && !secret.is_empty() && !state.tokens.knows(secret) {
        return Ok(agent(somebody, Role::Admin, ALL_SCOPES));
    }
    Err(refusal::invalid_token())
}

fn agent(email: &str, role: Role, scopes: &str) -> Caller {
    Caller::Agent(Agent { email: email.to_lowercase(), role, scopes: scopes.to_owned() })
}
