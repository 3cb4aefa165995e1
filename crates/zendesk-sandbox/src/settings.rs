//! The switches by name: one record each, for flags, files and documentation alike.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::builder::Builder;
use crate::error::SandboxError;
use crate::messages::Language;
use crate::switches::{Choice, DeleteRule, MatchOrder, MultiOrg, Plan, UnknownValue};

/// One switch: how it is called, what it does, and how it is set.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name in a file: `index_delay`.
    pub name: &'static str,
    /// Its name as a flag, without the two hyphens before it: `index-delay`.
    pub flag: &'static str,
    /// What its value looks like: `SECONDS`; `BOOL` may be left out on the command line.
    pub value: &'static str,
    /// What it does, in one line.
    pub text: &'static str,
    /// What holds without it.
    pub default: &'static str,
    set: fn(&mut Builder, &Value) -> Option<()>,
}

/// All switches, those about limits first.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "plan",
        flag: "plan",
        value: "PLAN",
        text: "Plan, for limits: suite- or support-, then team, growth, professional, enterprise, enterprise-plus, essential",
        default: "none: no limit, and no headers that tell one",
        set: |b, v| choice::<Plan>(v).map(|plan| b.config.plan = Some(plan)),
    },
    Setting {
        name: "rate_limit",
        flag: "rate-limit",
        value: "N",
        text: "Requests a minute for the account, whatever the plan",
        default: "that of the plan",
        set: |b, v| number(v).map(|n| b.config.rate_limit = Some(n)),
    },
    Setting {
        name: "strict_limits",
        flag: "strict-limits",
        value: "BOOL",
        text: "Five updates a minute for one user or organization; searches and permanent deletions are limited, too",
        default: "false",
        set: |b, v| flag(v).map(|on| b.config.strict_limits = on),
    },
    Setting {
        name: "strict_1rps",
        flag: "strict-1rps",
        value: "BOOL",
        text: "One user update or upsert a second for the account",
        default: "false",
        set: |b, v| flag(v).map(|on| b.config.strict_1rps = on),
    },
    Setting {
        name: "bulk_import",
        flag: "bulk-import",
        value: "BOOL",
        text: "Open users/create_many and create_or_update_many, which are 403 otherwise",
        default: "false",
        set: |b, v| flag(v).map(|on| b.config.bulk_import = on),
    },
    Setting {
        name: "max_jobs",
        flag: "max-jobs",
        value: "N",
        text: "Jobs that may be unfinished at a time",
        default: "30",
        set: |b, v| number(v).map(|n| b.config.max_jobs = n as usize),
    },
    Setting {
        name: "job_queue",
        flag: "job-queue",
        value: "SECONDS",
        text: "How long a job waits before its first row",
        default: "0.5",
        set: |b, v| seconds(v).map(|wait| b.config.jobs.queue = wait),
    },
    Setting {
        name: "job_row",
        flag: "job-row",
        value: "SECONDS",
        text: "How long one row of a job takes",
        default: "0.05",
        set: |b, v| seconds(v).map(|wait| b.config.jobs.row = wait),
    },
    Setting {
        name: "job_retention",
        flag: "job-retention",
        value: "SECONDS",
        text: "How long a job can be looked at",
        default: "86400",
        set: |b, v| seconds(v).map(|wait| b.config.job_retention = wait),
    },
    Setting {
        name: "legacy_bad_row",
        flag: "legacy-bad-row",
        value: "BOOL",
        text: "A bad e-mail in an upsert job gives a row with id 1 and no error",
        default: "false",
        set: |b, v| flag(v).map(|on| b.config.legacy_bad_row = on),
    },
    Setting {
        name: "index_delay",
        flag: "index-delay",
        value: "SECONDS",
        text: "How long a write stays invisible to searches by query",
        default: "1",
        set: |b, v| seconds(v).map(|wait| b.config.rules.index_delay = wait),
    },
    Setting {
        name: "match_order",
        flag: "match-order",
        value: "ORDER",
        text: "Who is meant when external id and e-mail name different users (external-id-first, email-first)",
        default: "external-id-first",
        set: |b, v| choice::<MatchOrder>(v).map(|order| b.config.rules.match_order = order),
    },
    Setting {
        name: "multi_org",
        flag: "multi-org",
        value: "RULE",
        text: "What a second membership of a user does (allowed, replaces, refused)",
        default: "allowed",
        set: |b, v| choice::<MultiOrg>(v).map(|rule| b.config.rules.multi_org = rule),
    },
    Setting {
        name: "membership_default_null",
        flag: "membership-default-null",
        value: "BOOL",
        text: "Memberships that are not the default say null",
        default: "false",
        set: |b, v| flag(v).map(|on| b.config.rules.default_null = on),
    },
    Setting {
        name: "identity_delete_rule",
        flag: "identity-delete-rule",
        value: "RULE",
        text: "What deleting a primary identity does (allowed, promotes, refused)",
        default: "allowed",
        set: |b, v| choice::<DeleteRule>(v).map(|rule| b.config.rules.identity_delete = rule),
    },
    Setting {
        name: "identity_primary_on_create",
        flag: "identity-primary-on-create",
        value: "BOOL",
        text: "`primary` counts when an identity is created",
        default: "true",
        set: |b, v| flag(v).map(|on| b.config.rules.primary_on_create = on),
    },
    Setting {
        name: "unknown_values",
        flag: "unknown-values",
        value: "RULE",
        text: "What unknown options and look-up targets in custom fields are (refused, ignored)",
        default: "refused",
        set: |b, v| choice::<UnknownValue>(v).map(|rule| b.config.rules.unknown_values = rule),
    },
    Setting {
        name: "enforce_patterns",
        flag: "enforce-patterns",
        value: "BOOL",
        text: "Fields of type regexp enforce their pattern",
        default: "true",
        set: |b, v| flag(v).map(|on| b.config.rules.enforce_patterns = on),
    },
    Setting {
        name: "refuse_time_zones",
        flag: "refuse-time-zones",
        value: "BOOL",
        text: "An unknown time zone is 422 rather than ignored",
        default: "false",
        set: |b, v| flag(v).map(|on| b.config.rules.refuse_time_zones = on),
    },
    Setting {
        name: "agent_locale",
        flag: "agent-locale",
        value: "TAG",
        text: "Language of descriptions in errors (en, de, fr)",
        default: "en",
        set: |b, v| Language::parse(v.as_str()?).map(|language| b.config.agent_locale = language),
    },
    Setting {
        name: "token_lifetime",
        flag: "token-lifetime",
        value: "SECONDS",
        text: "How long an OAuth access token works",
        default: "1800",
        set: |b, v| seconds(v).map(|wait| b.config.token_lifetime = wait),
    },
    Setting {
        name: "log_limit",
        flag: "log-limit",
        value: "N",
        text: "Requests that the log keeps",
        default: "20000",
        set: |b, v| number(v).map(|n| b.config.log_limit = n as usize),
    },
    Setting {
        name: "manual_clock",
        flag: "manual-clock",
        value: "BOOL",
        text: "Time stands still at the start of 2024 and moves by POST /_sandbox/advance",
        default: "false",
        set: |b, v| flag(v).map(|on| b.config.manual_clock = on),
    },
    Setting {
        name: "seed",
        flag: "seed",
        value: "N",
        text: "Seed of ids and of the order of simultaneous rows; without it ids count up",
        default: "none",
        set: |b, v| whole(v).map(|n| b.config.rules.seed = Some(n)),
    },
    Setting {
        name: "state",
        flag: "state",
        value: "FILE",
        text: "Where the state is kept: loaded at the start when it is there, saved at the end",
        default: "none",
        set: |b, v| v.as_str().map(|path| b.config.state_file = Some(PathBuf::from(path))),
    },
    Setting {
        name: "allow_remote",
        flag: "allow-remote",
        value: "BOOL",
        text: "Listen on addresses that other machines can reach",
        default: "false",
        set: |b, v| flag(v).map(|on| b.config.allow_remote = on),
    },
];

/// Sets one switch by either of its names.
pub(crate) fn set(builder: &mut Builder, name: &str, value: &Value) -> Result<(), SandboxError> {
    let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name || setting.flag == name) else {
        let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        return Err(SandboxError::Setting(format!(
            "there is no setting `{name}`; there are {}",
            known.join(", ")
        )));
    };
    (setting.set)(builder, value).ok_or_else(|| {
        let (value, wish) = (value.to_string(), setting.value);
        SandboxError::Setting(format!(
            "`{name}` cannot be `{}`: expected {wish}. {}",
            value.trim_matches('"'),
            setting.text
        ))
    })
}

fn choice<T: Choice>(value: &Value) -> Option<T> {
    let name = value.as_str()?.replace('_', "-");
    T::NAMES.iter().find(|(known, _)| *known == name).map(|(_, choice)| *choice)
}

fn flag(value: &Value) -> Option<bool> {
    match value.as_str() {
        Some("true" | "yes" | "on") => Some(true),
        Some("false" | "no" | "off") => Some(false),
        Some(_) => None,
        None => value.as_bool(),
    }
}

fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn number(value: &Value) -> Option<u32> {
    whole(value)?.try_into().ok()
}

fn seconds(value: &Value) -> Option<Duration> {
    let seconds = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    Duration::try_from_secs_f64(seconds).ok()
}
