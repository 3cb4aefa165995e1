//! Settings of one sandbox, and how it starts.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::error::SandboxError;
use crate::sandbox::Sandbox;
use crate::server;

/// How the simulated account behaves.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// E-mail and token pairs that Basic authentication accepts.
    pub(crate) api_tokens: Vec<(String, String)>,
    /// Client id and secret pairs that `/oauth/tokens` accepts.
    pub(crate) oauth_clients: Vec<(String, String)>,
    /// How long an issued token works.
    pub(crate) token_lifetime: Duration,
    /// How long a write stays invisible to `?query=` searches.
    pub(crate) index_delay: Duration,
    /// Requests a minute for the whole account; `None` only counts.
    pub(crate) rate_limit: Option<u32>,
    /// Whether the limits per record are enforced.
    pub(crate) strict_limits: bool,
}

impl Config {
    /// True when every non-empty credential is as good as another.
    pub(crate) fn is_open(&self) -> bool {
        self.api_tokens.is_empty() && self.oauth_clients.is_empty()
    }
}

/// Settings of a sandbox that is not yet running; begin with [`Sandbox::builder`].
#[derive(Clone, Debug)]
pub struct Builder {
    listen: SocketAddr,
    config: Config,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            config: Config {
                api_tokens: Vec::new(),
                oauth_clients: Vec::new(),
                token_lifetime: Duration::from_mins(30),
                index_delay: Duration::from_secs(1),
                rate_limit: None,
                strict_limits: false,
            },
        }
    }
}

impl Builder {
    /// Where to listen; default `127.0.0.1:0`, which picks a free port. Only loopback is accepted.
    #[must_use]
    pub fn listen(mut self, addr: SocketAddr) -> Self {
        self.listen = addr;
        self
    }

    /// Accepts this e-mail with this API token. May be called for several pairs.
    ///
    /// As long as neither a token nor a client is configured, every non-empty credential is accepted.
    #[must_use]
    pub fn api_token(mut self, email: &str, token: &str) -> Self {
        self.config.api_tokens.push((email.to_owned(), token.to_owned()));
        self
    }

    /// Lets this client fetch tokens from `/oauth/tokens`; without any client, every pair may.
    #[must_use]
    pub fn oauth_client(mut self, id: &str, secret: &str) -> Self {
        self.config.oauth_clients.push((id.to_owned(), secret.to_owned()));
        self
    }

    /// How long an issued access token works; default 1800 s.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.token_lifetime = lifetime;
        self
    }

    /// How long a write stays invisible to `?query=` searches; default 1 s. Seeded records are visible at once.
    #[must_use]
    pub fn index_delay(mut self, delay: Duration) -> Self {
        self.config.index_delay = delay;
        self
    }

    /// Requests a minute that the account may make; `None`, the default, counts without refusing.
    #[must_use]
    pub fn rate_limit(mut self, per_minute: Option<u32>) -> Self {
        self.config.rate_limit = per_minute;
        self
    }

    /// Whether five updates a minute are the limit for one user or organization; default false.
    #[must_use]
    pub fn strict_limits(mut self, strict: bool) -> Self {
        self.config.strict_limits = strict;
        self
    }

    /// Binds the address and serves in the background on the current tokio runtime.
    ///
    /// # Errors
    /// [`SandboxError::NotLoopback`] for an address others could reach, [`SandboxError::Bind`] when it is taken.
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        if !self.listen.ip().is_loopback() {
            return Err(SandboxError::NotLoopback(self.listen));
        }
        server::start(self.listen, self.config).await
    }
}
