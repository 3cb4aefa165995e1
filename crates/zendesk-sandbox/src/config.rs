//! How the simulated account behaves.

use std::path::PathBuf;
use std::time::Duration;

use crate::messages::Language;
use crate::switches::{DeleteRule, MatchOrder, MultiOrg, Plan, UnknownValue};

/// Settings of one sandbox.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct Config {
    /// E-mail and token pairs that Basic authentication accepts, for administrators.
    pub(crate) api_tokens: Vec<(String, String)>,
    /// The same for agents who are no administrators.
    pub(crate) agent_tokens: Vec<(String, String)>,
    /// Client id and secret pairs that `/oauth/tokens` accepts.
    pub(crate) oauth_clients: Vec<(String, String)>,
    /// How long an issued access token works.
    pub(crate) token_lifetime: Duration,
    /// Requests a minute for the whole account; wins over the plan. Without both there is no limit, and no headers that tell one.
    pub(crate) rate_limit: Option<u32>,
    /// The plan, which decides the limits.
    pub(crate) plan: Option<Plan>,
    /// Whether the limits per record are enforced.
    pub(crate) strict_limits: bool,
    /// Whether one user write a second is enforced.
    pub(crate) strict_1rps: bool,
    /// Whether `users/create_many` and `create_or_update_many` are open.
    pub(crate) bulk_import: bool,
    /// How fast jobs run.
    pub(crate) jobs: JobSpeed,
    /// Unfinished jobs that the account may have.
    pub(crate) max_jobs: usize,
    /// How long a job can be looked at.
    pub(crate) job_retention: Duration,
    /// Whether a bad row of an upsert job looks like a good one.
    pub(crate) legacy_bad_row: bool,
    /// In which language descriptions of errors are.
    pub(crate) agent_locale: Language,
    /// Whether time stands still unless it is advanced.
    pub(crate) manual_clock: bool,
    /// Requests that the log keeps.
    pub(crate) log_limit: usize,
    /// Where the state is kept between runs.
    pub(crate) state_file: Option<PathBuf>,
    /// Whether addresses that others can reach may be listened on.
    pub(crate) allow_remote: bool,
    /// Rules of the data.
    pub(crate) rules: Rules,
}

/// How fast jobs run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JobSpeed {
    /// How long a job waits before its first row.
    pub(crate) queue: Duration,
    /// How long one row takes.
    pub(crate) row: Duration,
}

/// Rules that the tables of an account follow.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct Rules {
    /// How long a write stays invisible to searches by query.
    pub(crate) index_delay: Duration,
    /// Where ids and the order of simultaneous rows come from; `None` counts ids up one by one.
    pub(crate) seed: Option<u64>,
    pub(crate) match_order: MatchOrder,
    pub(crate) multi_org: MultiOrg,
    pub(crate) identity_delete: DeleteRule,
    pub(crate) unknown_values: UnknownValue,
    /// Whether `primary` counts when an identity is created.
    pub(crate) primary_on_create: bool,
    /// Whether fields of type `regexp` enforce their pattern.
    pub(crate) enforce_patterns: bool,
    /// Whether an unknown time zone is refused rather than ignored.
    pub(crate) refuse_time_zones: bool,
    /// Whether memberships that are not the default say null rather than false.
    pub(crate) default_null: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            index_delay: Duration::from_secs(1),
            seed: None,
            match_order: MatchOrder::default(),
            multi_org: MultiOrg::default(),
            identity_delete: DeleteRule::default(),
            unknown_values: UnknownValue::default(),
            primary_on_create: true,
            enforce_patterns: true,
            refuse_time_zones: false,
            default_null: false,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            api_tokens: Vec::new(),
            agent_tokens: Vec::new(),
            oauth_clients: Vec::new(),
            token_lifetime: Duration::from_mins(30),
            rate_limit: None,
            plan: None,
            strict_limits: false,
            strict_1rps: false,
            bulk_import: false,
            jobs: JobSpeed { queue: Duration::from_millis(500), row: Duration::from_millis(50) },
            max_jobs: 30,
            job_retention: Duration::from_hours(24),
            legacy_bad_row: false,
            agent_locale: Language::default(),
            manual_clock: false,
            log_limit: 20_000,
            state_file: None,
            allow_remote: false,
            rules: Rules::default(),
        }
    }
}

impl Config {
    /// True when every non-empty credential is as good as another.
    pub(crate) fn is_open(&self) -> bool {
        self.api_tokens.is_empty() && self.agent_tokens.is_empty() && self.oauth_clients.is_empty()
    }

    /// Requests a minute for the account; `None` only counts.
    pub(crate) fn requests_per_minute(&self) -> Option<u32> {
        self.rate_limit.or_else(|| self.plan.map(Plan::requests_per_minute))
    }
}
