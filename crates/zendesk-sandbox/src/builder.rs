//! How a sandbox is set up, and how it starts.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::config::Config;
use crate::error::SandboxError;
use crate::messages::Language;
use crate::sandbox::Sandbox;
use crate::server;
use crate::settings;
use crate::switches::{DeleteRule, MatchOrder, MultiOrg, Plan, UnknownValue};

/// Settings of a sandbox that is not yet running; begin with [`Sandbox::builder`].
#[derive(Clone, Debug)]
pub struct Builder {
    listen: SocketAddr,
    pub(crate) config: Config,
}

impl Default for Builder {
    fn default() -> Self {
        Self { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), config: Config::default() }
    }
}

/// Who may call, and where.
impl Builder {
    /// Where to listen; default `127.0.0.1:0`, which picks a free port. See [`Builder::allow_remote`].
    #[must_use]
    pub fn listen(mut self, addr: SocketAddr) -> Self {
        self.listen = addr;
        self
    }

    /// Whether addresses that other machines can reach may be listened on; default false.
    #[must_use]
    pub fn allow_remote(mut self, allow: bool) -> Self {
        self.config.allow_remote = allow;
        self
    }

    /// Accepts this e-mail with this API token, as an administrator. May be called for several pairs.
    ///
    /// As long as neither a token nor a client is configured, every non-empty credential is accepted.
    #[must_use]
    pub fn api_token(mut self, email: &str, token: &str) -> Self {
        self.config.api_tokens.push((email.to_owned(), token.to_owned()));
        self
    }

    /// Accepts this e-mail with this API token, as an agent who is no administrator.
    #[must_use]
    pub fn agent_token(mut self, email: &str, token: &str) -> Self {
        self.config.agent_tokens.push((email.to_owned(), token.to_owned()));
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
}

/// Limits and jobs.
impl Builder {
    /// The plan of the account, which decides the limits; default none: no limit, and no headers that tell one.
    #[must_use]
    pub fn plan(mut self, plan: Plan) -> Self {
        self.config.plan = Some(plan);
        self
    }

    /// Requests a minute that the account may make, whatever the plan; `None`, the default, leaves it to the plan.
    #[must_use]
    pub fn rate_limit(mut self, per_minute: Option<u32>) -> Self {
        self.config.rate_limit = per_minute;
        self
    }

    /// Whether five updates a minute are the limit for one user or organization, and searches and permanent
    /// deletions have theirs; default false.
    #[must_use]
    pub fn strict_limits(mut self, strict: bool) -> Self {
        self.config.strict_limits = strict;
        self
    }

    /// Whether one user update or upsert a second is the limit for the account; default false.
    #[must_use]
    pub fn strict_1rps(mut self, strict: bool) -> Self {
        self.config.strict_1rps = strict;
        self
    }

    /// Whether `users/create_many` and `users/create_or_update_many` are open; default false: 403.
    #[must_use]
    pub fn bulk_import(mut self, enabled: bool) -> Self {
        self.config.bulk_import = enabled;
        self
    }

    /// How long a job waits and how long each of its rows takes; default 500 ms and 50 ms.
    ///
    /// With two zeros a job is done by the next request.
    #[must_use]
    pub fn job_speed(mut self, queue: Duration, row: Duration) -> Self {
        self.config.jobs.queue = queue;
        self.config.jobs.row = row;
        self
    }

    /// Jobs that may be unfinished at a time; default 30.
    #[must_use]
    pub fn max_jobs(mut self, most: usize) -> Self {
        self.config.max_jobs = most;
        self
    }

    /// How long a job can be looked at; default a day.
    #[must_use]
    pub fn job_retention(mut self, retention: Duration) -> Self {
        self.config.job_retention = retention;
        self
    }

    /// Whether a bad e-mail in an upsert job gives a row with id 1 and no error; default false.
    #[must_use]
    pub fn legacy_bad_row(mut self, legacy: bool) -> Self {
        self.config.legacy_bad_row = legacy;
        self
    }
}

/// Rules where the vendor's are not known, or depend on the account.
impl Builder {
    /// How long a write stays invisible to `?query=` searches; default 1 s. Seeded records are visible at once.
    #[must_use]
    pub fn index_delay(mut self, delay: Duration) -> Self {
        self.config.rules.index_delay = delay;
        self
    }

    /// Whom an upsert means when its external id and its e-mail name different users.
    #[must_use]
    pub fn match_order(mut self, order: MatchOrder) -> Self {
        self.config.rules.match_order = order;
        self
    }

    /// What a second membership of a user does.
    #[must_use]
    pub fn multi_org(mut self, rule: MultiOrg) -> Self {
        self.config.rules.multi_org = rule;
        self
    }

    /// Whether memberships that are not the default say null; default false.
    #[must_use]
    pub fn membership_default_null(mut self, null: bool) -> Self {
        self.config.rules.default_null = null;
        self
    }

    /// What deleting a primary identity does.
    #[must_use]
    pub fn identity_delete_rule(mut self, rule: DeleteRule) -> Self {
        self.config.rules.identity_delete = rule;
        self
    }

    /// Whether `primary` counts when an identity is created; default true.
    #[must_use]
    pub fn identity_primary_on_create(mut self, counts: bool) -> Self {
        self.config.rules.primary_on_create = counts;
        self
    }

    /// What unknown options and look-up targets in custom fields are.
    #[must_use]
    pub fn unknown_values(mut self, rule: UnknownValue) -> Self {
        self.config.rules.unknown_values = rule;
        self
    }

    /// Whether fields of type `regexp` enforce their pattern; default true.
    #[must_use]
    pub fn enforce_patterns(mut self, enforce: bool) -> Self {
        self.config.rules.enforce_patterns = enforce;
        self
    }

    /// Whether an unknown time zone is refused; default false: it is ignored.
    #[must_use]
    pub fn refuse_time_zones(mut self, refuse: bool) -> Self {
        self.config.rules.refuse_time_zones = refuse;
        self
    }

    /// The language of descriptions in errors: `en`, `de` or `fr`; others are English.
    #[must_use]
    pub fn agent_locale(mut self, tag: &str) -> Self {
        self.config.agent_locale = Language::parse(tag).unwrap_or_default();
        self
    }
}

/// The sandbox itself.
impl Builder {
    /// Lets time stand still at 2024-01-01T00:00:00Z until [`Sandbox::advance`] moves it.
    #[must_use]
    pub fn manual_clock(mut self) -> Self {
        self.config.manual_clock = true;
        self
    }

    /// Seed of ids and of the order of simultaneous rows; without it ids count up.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.config.rules.seed = Some(seed);
        self
    }

    /// Where the state is kept: loaded at the start when the file is there, saved by [`Sandbox::save`].
    #[must_use]
    pub fn state_file(mut self, path: impl AsRef<Path>) -> Self {
        self.config.state_file = Some(path.as_ref().to_owned());
        self
    }

    /// Requests that the log keeps, the latest ones; default 20,000.
    #[must_use]
    pub fn log_limit(mut self, most: usize) -> Self {
        self.config.log_limit = most;
        self
    }

    /// Sets one of [`crate::SETTINGS`] by its name.
    ///
    /// # Errors
    /// [`SandboxError::Setting`] for an unknown name or a value that does not fit.
    pub fn set(mut self, name: &str, value: &Value) -> Result<Self, SandboxError> {
        settings::set(&mut self, name, value)?;
        Ok(self)
    }

    /// Binds the address and serves in the background on the current tokio runtime.
    ///
    /// # Errors
    /// [`SandboxError::NotLoopback`] for an address others could reach, [`SandboxError::Bind`] when it is taken,
    /// [`SandboxError::StateFile`] when the state cannot be loaded.
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        if !self.config.allow_remote && !self.listen.ip().is_loopback() {
            return Err(SandboxError::NotLoopback(self.listen));
        }
        server::start(self.listen, self.config).await
    }
}
