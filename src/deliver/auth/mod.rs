//! The `Authorization` header: fixed for Basic and Bearer, a renewed access token for OAuth 2.
//!
//! A session has one token. Whoever needs a new one first asks for it; the others go on with the old one while it works,
//! else they wait for that answer. After a refusal nobody asks again for a while.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::clock::{self, Instant};
use super::retry::{RetryPolicy, wait_before};
use super::transport::Transport;
use crate::run::Auth;
use crate::run::{Answer, Body};
use crate::value::Secret;

/// How long a refusal of the token endpoint stands before it is asked again.
const REFUSAL_STANDS: Duration = Duration::from_secs(30);

/// A token is renewed this long before it expires, or after nine tenths of its life if that is later.
const MARGIN: Duration = Duration::from_mins(1);

/// Longest life of a token that is believed; keeps sums of time in range.
const LONGEST_LIFE: Duration = Duration::from_hours(365 * 24);

/// The credentials of a session.
#[derive(Debug)]
pub(super) struct Credentials {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    None,
    Fixed(Arc<Secret>),
    Tokens(Tokens),
}

#[derive(Debug)]
struct Tokens {
    path: String,
    form: Secret,
    state: Mutex<State>,
    asking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    token: Option<Token>,
    refused: Option<(Instant, Refusal)>,
}

impl State {
    /// Takes the answer of the token endpoint: header value and life of a token, or a refusal.
    fn take(&mut self, result: Result<(Secret, Option<Duration>), Refusal>) {
        let now = clock::now();
        match result {
            Ok((header, life)) => {
                let serial = self.token.as_ref().map_or(1, |token| token.serial + 1);
                let life = life.filter(|life| !life.is_zero()).map(|life| Life {
                    renew_at: now + life.saturating_sub(MARGIN.min(life / 10)),
                    ends_at: now + life,
                });
                self.token = Some(Token { header: Arc::new(header), serial, life, is_refused: false });
                self.refused = None;
            }
            Err(refusal) => self.refused = Some((now + REFUSAL_STANDS, refusal)),
        }
    }
}

#[derive(Clone, Debug)]
struct Token {
    header: Arc<Secret>,
    /// Counts the tokens of the session from 1.
    serial: u64,
    life: Option<Life>,
    /// The destination takes it no longer.
    is_refused: bool,
}

/// Until when a token is good.
#[derive(Clone, Copy, Debug)]
struct Life {
    renew_at: Instant,
    ends_at: Instant,
}

/// What is known without asking.
enum Known {
    /// A token for now; `is_aging`: it is time to ask for the next one.
    Token {
        header: Header,
        is_aging: bool,
    },
    /// A refusal that still stands, and no token.
    Refused(Refusal),
    Nothing,
}

/// A header value, and which token it carries.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    /// `None` when the destination wants no credentials.
    pub(super) value: Option<Arc<Secret>>,
    /// Counts the tokens of the session; 0 for what never changes.
    pub(super) serial: u64,
}

/// Why there is no access token, in words without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal(Arc<str>);

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "no access token: {}", self.0)
    }
}

impl Credentials {
    /// The credentials that a mapping and its settings give.
    pub(super) fn new(auth: &Auth) -> Self {
        let kind = match auth {
            Auth::None => Kind::None,
            Auth::Basic { user, password } => {
                let pair = STANDARD.encode(format!("{user}:{}", password.reveal()));
                Kind::Fixed(Arc::new(Secret::new(format!("Basic {pair}"))))
            }
            Auth::Bearer(token) => Kind::Fixed(Arc::new(bearer(token.reveal()))),
            Auth::OAuth2 { token_path, client_id, client_secret, scope } => Kind::Tokens(Tokens {
                path: token_path.clone(),
                form: token_form(client_id, client_secret, scope.as_deref()),
                state: Mutex::default(),
                asking: tokio::sync::Mutex::default(),
            }),
        };
        Self { kind }
    }

    /// The header for the next request.
    pub(super) async fn header(
        &self,
        transport: &dyn Transport,
        policy: &RetryPolicy,
    ) -> Result<Header, Refusal> {
        match &self.kind {
            Kind::None => Ok(Header::default()),
            Kind::Fixed(value) => Ok(Header { value: Some(Arc::clone(value)), serial: 0 }),
            Kind::Tokens(tokens) => tokens.header(transport, policy).await,
        }
    }

    /// The destination no longer takes the token with this serial: nobody gets it from now on.
    pub(super) fn refuse(&self, serial: u64) {
        let Kind::Tokens(tokens) = &self.kind else { return };
        if let Some(token) = tokens.state().token.as_mut().filter(|token| token.serial == serial) {
            token.is_refused = true;
        }
    }
}

impl Tokens {
    async fn header(&self, transport: &dyn Transport, policy: &RetryPolicy) -> Result<Header, Refusal> {
        let _asking = match self.known() {
            Known::Token { header, is_aging: false } => return Ok(header),
            Known::Token { header, is_aging: true } => match self.asking.try_lock() {
                Ok(asking) => asking,
                Err(_) => return Ok(header),
            },
            Known::Refused(refusal) => return Err(refusal),
            Known::Nothing => self.asking.lock().await,
        };
        // Someone else may have asked while this one waited for its turn.
        match self.known() {
            Known::Token { header, is_aging: false } => return Ok(header),
            Known::Refused(refusal) => return Err(refusal),
            Known::Token { .. } | Known::Nothing => {}
        }
        let result = self.fetch(transport, policy).await;
        self.state().take(result);
        match self.known() {
            Known::Token { header, .. } => Ok(header),
            Known::Refused(refusal) => Err(refusal),
            Known::Nothing => Err(Refusal("the token endpoint gave one that has expired".into())),
        }
    }

    fn known(&self) -> Known {
        let state = self.state();
        let now = clock::now();
        let refused = state.refused.as_ref().filter(|(until, _)| *until > now);
        let good = state
            .token
            .as_ref()
            .filter(|token| !token.is_refused && token.life.is_none_or(|life| life.ends_at > now));
        match (good, refused) {
            (Some(token), refused) => {
                let is_aging = refused.is_none() && token.life.is_some_and(|life| life.renew_at <= now);
                let header = Header { value: Some(Arc::clone(&token.header)), serial: token.serial };
                Known::Token { header, is_aging }
            }
            (None, Some((_, refusal))) => Known::Refused(refusal.clone()),
            (None, None) => Known::Nothing,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks until there is a token or a refusal: header value, and how long it works if the server says so.
    async fn fetch(
        &self,
        transport: &dyn Transport,
        policy: &RetryPolicy,
    ) -> Result<(Secret, Option<Duration>), Refusal> {
        let mut attempt = 1;
        loop {
            let answer = transport.ask_token(&self.path, &self.form).await;
            let wish = match &answer {
                Answer::Reply { status: 429 | 500..=599, retry_after, .. } => *retry_after,
                Answer::Timeout | Answer::Unreachable { .. } => None,
                Answer::Reply { .. } => return read_token(&answer).ok_or_else(|| refusal(&answer)),
            };
            attempt += 1;
            let Some(wait) = wait_before(attempt, wish, policy, clock::chance()) else {
                return Err(refusal(&answer));
            };
            clock::wait(wait).await;
        }
    }
}

fn bearer(token: &str) -> Secret {
    Secret::new(format!("Bearer {token}"))
}

/// The form of the client credentials grant. Source: RFC 6749, section 4.4.2.
fn token_form(client_id: &str, client_secret: &Secret, scope: Option<&str>) -> Secret {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    form.append_pair("client_id", client_id);
    form.append_pair("client_secret", client_secret.reveal());
    if let Some(scope) = scope {
        form.append_pair("scope", scope);
    }
    Secret::new(form.finish())
}

/// Reads the reply of the token endpoint. Source: RFC 6749, section 5.1.
fn read_token(answer: &Answer) -> Option<(Secret, Option<Duration>)> {
    let Answer::Reply { status: 200..=299, body: Body::Json(body), .. } = answer else { return None };
    let token = body.get("access_token")?.as_str().filter(|token| !token.is_empty())?;
    let life = body.get("expires_in").and_then(Value::as_u64).map(Duration::from_secs);
    Some((bearer(token), life.map(|life| life.min(LONGEST_LIFE))))
}

/// What went wrong, with the error code of RFC 6749, section 5.2, and nothing else of the reply.
fn refusal(answer: &Answer) -> Refusal {
    let text = match answer {
        Answer::Reply { status: 200..=299, .. } => "the token endpoint gave none".to_owned(),
        Answer::Reply { status, body, .. } => match error_code(body) {
            Some(code) => format!("the token endpoint answered {status} ({code})"),
            None => format!("the token endpoint answered {status}"),
        },
        Answer::Timeout => "the token endpoint did not answer in time".to_owned(),
        Answer::Unreachable { why } => format!("the token endpoint cannot be reached: {why}"),
    };
    Refusal(text.into())
}

fn error_code(body: &Body) -> Option<&str> {
    const CODES: [&str; 6] = [
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    ];
    let Body::Json(body) = body else { return None };
    let code = body.get("error")?.as_str()?;
    CODES.into_iter().find(|known| *known == code)
}

#[cfg(test)]
mod tests;
