//! A plan with the settings of one account.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use regex::Regex;
use serde_json::{Map, Value};

#[cfg(feature = "http")]
use super::answers;
use super::eval::{Eval, Rejection};
use super::event::Event;
use super::settle::settled_flows;
use crate::compile::{FlowPlan, LimitPlan, LoginPlan, Plan, Root, RowPlan, SourcePlan};
use crate::json::{Arena, Datum};
use crate::model::{Setting, SettingKind};
use crate::value::{Secret, Type};

/// A plan with the settings of one account: what runs need beside their event. `Debug` shows no setting.
pub struct Session {
    plan: Arc<Plan>,
    /// The plan's flows, with all settled that settings decide.
    flows: Vec<FlowPlan>,
    settings: Vec<Option<Value>>,
    secrets: Vec<Secret>,
    base_url: String,
    auth: Auth,
    headers: Vec<(String, String)>,
    limits: Vec<Option<Pace>>,
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// How requests of a session log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Not at all.
    None,
    /// User and password (RFC 7617).
    Basic {
        /// User name.
        user: String,
        /// Password.
        password: Secret,
    },
    /// A token (RFC 6750).
    Bearer(Secret),
    /// Client credentials (RFC 6749, section 4.4).
    OAuth2 {
        /// Path of the token endpoint from the root of the base URL's host.
        token_path: String,
        /// Client.
        client_id: String,
        /// Its secret.
        client_secret: Secret,
        /// Scope to ask for.
        scope: Option<String>,
    },
}

impl Auth {
    /// New credentials can be had by asking for them.
    #[must_use]
    pub fn can_refresh(&self) -> bool {
        matches!(self, Auth::OAuth2 { .. })
    }
}

/// How often requests may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How many.
    pub rate: NonZeroU32,
    /// In which time.
    pub per: Duration,
}

/// What is wrong with a setting. Never shows its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingProblem {
    setting: String,
    message: String,
}

impl SettingProblem {
    /// Name of the setting.
    #[must_use]
    pub fn setting(&self) -> &str {
        &self.setting
    }
}

impl fmt::Display for SettingProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "setting `{}`: {}", self.setting, self.message)
    }
}

impl std::error::Error for SettingProblem {}

impl Session {
    /// Checks the settings and fixes all that depends on them alone.
    ///
    /// # Errors
    /// Every problem of every setting: unknown, missing, of the wrong type, against its pattern, forbidden; or no way
    /// to log in.
    pub fn open(plan: Arc<Plan>, given: &Map<String, Value>) -> Result<Session, Vec<SettingProblem>> {
        let mut problems = unknown(&plan, given);
        let mut settings = Vec::new();
        for (name, setting) in &plan.settings {
            match value_of(setting, given.get(name)) {
                Ok(value) => settings.push(value),
                Err(message) => {
                    problems.push(SettingProblem { setting: name.clone(), message });
                    settings.push(None);
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let is_secret = |(_, setting): &&(String, Setting)| setting.kind == SettingKind::Secret;
        let shown = |name: &str, problem: Rejection<'_>| {
            vec![SettingProblem { setting: name.into(), message: problem.why().to_owned() }]
        };
        let arena = Arena::new();
        let eval = Eval::of_settings(&settings, &arena);
        let base_url = eval.text_of(&plan.service.base_url).map_err(|problem| shown("base_url", problem))?;
        let headers = eval.texts(&plan.service.headers).map_err(|problem| shown("headers", problem))?;
        let auth = auth_of(&plan, &settings, &eval)?;
        let limits = plan.service.limits.iter().map(|limit| pace(limit, &eval));
        let limits = limits.collect::<Result<_, _>>().map_err(|problem| vec![problem])?;
        let secrets = plan.settings.iter().zip(&settings).filter(|(setting, _)| is_secret(setting));
        let secrets =
            secrets.filter_map(|(_, value)| value.as_ref()?.as_str().map(|text| Secret::new(text.into())));
        let secrets = secrets.collect();
        let base_url = base_url.trim_end_matches('/').to_owned();
        let flows = settled_flows(&plan, &settings);
        drop(arena);
        Ok(Session { plan, flows, settings, secrets, base_url, auth, headers, limits })
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Scheme, host and path that targets of requests are appended to; no slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// How requests log in.
    #[must_use]
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// Whether new credentials can be had and are asked for whenever a request is answered with this status, unless its
    /// own error table says otherwise.
    #[cfg(feature = "http")]
    pub(crate) fn renews_on(&self, status: u16) -> bool {
        self.auth.can_refresh() && answers::renews_on(&self.plan.service, status)
    }

    /// Headers of every request.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// How often requests may be made, by the numbers that requests name; `None` where the settings give no limit.
    #[must_use]
    pub fn limits(&self) -> &[Option<Pace>] {
        &self.limits
    }

    /// Everything that must never be shown.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.secrets.iter()
    }

    /// Events with the same key are delivered in order; an event without one may go at any time.
    #[must_use]
    pub fn order_key(&self, event: &Event) -> Option<String> {
        order_key(&self.plan, event)
    }

    /// The plan's flows, with all settled that settings decide.
    pub(crate) fn flows(&self) -> &[FlowPlan] {
        &self.flows
    }

    pub(crate) fn settings(&self) -> &[Option<Value>] {
        &self.settings
    }
}

/// Events with the same key are delivered in order; an event without one may go at any time. Settings play no part in it.
#[must_use]
pub fn order_key(plan: &Plan, event: &Event) -> Option<String> {
    let arena = Arena::new();
    let ground = event.ground(plan, &arena);
    let eval = Eval { ground, ..Eval::of_settings(&[], &arena) };
    let text = |selector| eval.one(selector).ok().flatten()?.scalar_text(&arena);
    plan.order_by.iter().filter_map(text).find(|text| !text.is_empty()).map(str::to_owned)
}

/// The pace that a limit has with these settings.
fn pace<'a>(limit: &'a LimitPlan, eval: &Eval<'a>) -> Result<Option<Pace>, SettingProblem> {
    let problem = |message: String| SettingProblem { setting: "limits".into(), message };
    let rate = eval.row(&limit.rate).map_err(|rejection| problem(rejection.why().to_owned()))?;
    let Some(rate) = rate.and_then(|rate| rate.scalar_text(eval.arena())) else { return Ok(None) };
    let number = rate.parse().map_err(|_| problem("the rate is not a whole number from 1 on".to_owned()))?;
    Ok(Some(Pace { rate: number, per: limit.per }))
}

fn unknown(plan: &Plan, given: &Map<String, Value>) -> Vec<SettingProblem> {
    let known = || plan.settings.iter().map(|(name, _)| name.as_str());
    let problem = |name: &String| {
        let message = crate::diag::nearest(name, known()).map_or_else(
            || format!("there is no such setting; known: {}", known().collect::<Vec<_>>().join(", ")),
            |near| format!("there is no such setting; did you mean `{near}`?"),
        );
        SettingProblem { setting: name.clone(), message }
    };
    given.keys().filter(|name| !known().any(|known| known == *name)).map(problem).collect()
}

/// The checked value of a setting; an empty text counts as not given.
fn value_of(setting: &Setting, given: Option<&Value>) -> Result<Option<Value>, String> {
    let given = given.filter(|value| !value.is_null() && !Datum::of(value).is_empty());
    let Some(value) = given.or(setting.default.as_ref()) else {
        let about = setting.about.as_ref().map(|about| format!(" ({about})")).unwrap_or_default();
        return if setting.required { Err(format!("is missing{about}")) } else { Ok(None) };
    };
    let kind = match setting.kind {
        SettingKind::String | SettingKind::Secret => Type::String,
        SettingKind::Integer => Type::Integer,
        SettingKind::Number => Type::Number,
        SettingKind::Boolean => Type::Boolean,
    };
    let value = kind.cast_value(value).map_err(|bad| bad.to_string())?;
    let arena = Arena::new();
    let text = Datum::of(&value).scalar_text(&arena).unwrap_or_default();
    if let Some(pattern) = &setting.pattern {
        let matches = Regex::new(&format!("^(?:{})$", pattern.text)).is_ok_and(|regex| regex.is_match(text));
        if !matches {
            return Err(format!("does not match the pattern {}", pattern.text));
        }
    }
    if setting.forbid.iter().any(|word| text.trim().eq_ignore_ascii_case(word)) {
        return Err(format!("must not be {}", setting.forbid.join(" or ")));
    }
    Ok(Some(value))
}

fn auth_of<'a>(
    plan: &'a Plan,
    settings: &[Option<Value>],
    eval: &Eval<'a>,
) -> Result<Auth, Vec<SettingProblem>> {
    let name = |index: usize| plan.settings.get(index).map(|(name, _)| name.clone()).unwrap_or_default();
    let text = |index: usize| {
        let value = settings.get(index).and_then(Option::as_ref).and_then(Value::as_str);
        let missing = || {
            vec![SettingProblem {
                setting: name(index),
                message: "is missing, and logging in needs it".into(),
            }]
        };
        value.map(str::to_owned).ok_or_else(missing)
    };
    let chosen = plan
        .service
        .auth
        .iter()
        .find(|(when, _)| when.as_ref().is_none_or(|cond| eval.test(cond).unwrap_or(false)));
    let Some((_, login)) = chosen else {
        if plan.service.auth.is_empty() {
            return Ok(Auth::None);
        }
        let ways: Vec<String> =
            plan.service.auth.iter().map(|(_, login)| login.settings(&name).join(" and ")).collect();
        let message = format!("there is no way to log in: give {}", ways.join(", or "));
        return Err(vec![SettingProblem { setting: "auth".into(), message }]);
    };
    Ok(match login {
        LoginPlan::Basic { user, password } => {
            let missing = |_| {
                let setting = missing_setting(user, plan, settings).unwrap_or("auth").to_owned();
                vec![SettingProblem { setting, message: "is missing, and logging in needs it".into() }]
            };
            Auth::Basic {
                user: eval.text_of(user).map_err(missing)?.to_owned(),
                password: Secret::new(text(*password)?),
            }
        }
        LoginPlan::Bearer { token } => Auth::Bearer(Secret::new(text(*token)?)),
        LoginPlan::OAuth2 { token_path, client_id, client_secret, scope } => Auth::OAuth2 {
            token_path: token_path.clone(),
            client_id: text(*client_id)?,
            client_secret: Secret::new(text(*client_secret)?),
            scope: scope.clone(),
        },
    })
}

/// The setting without a value that a row needs.
fn missing_setting<'p>(row: &RowPlan, plan: &'p Plan, settings: &[Option<Value>]) -> Option<&'p str> {
    let rows = match &row.source {
        SourcePlan::Template { with, .. } => with.as_slice(),
        _ => std::slice::from_ref(row),
    };
    let selectors = rows.iter().filter_map(|row| match &row.source {
        SourcePlan::Candidates(selectors, _) => Some(selectors),
        _ => None,
    });
    let missing = selectors.flatten().find_map(|selector| match selector.root {
        Root::Setting(index) => settings.get(index).filter(|value| value.is_none()).map(|_| index),
        _ => None,
    })?;
    plan.settings.get(missing).map(|(name, _)| name.as_str())
}

impl LoginPlan {
    fn settings(&self, name: &impl Fn(usize) -> String) -> Vec<String> {
        match self {
            LoginPlan::Basic { password, .. } => vec![name(*password)],
            LoginPlan::Bearer { token } => vec![name(*token)],
            LoginPlan::OAuth2 { client_id, client_secret, .. } => {
                vec![name(*client_id), name(*client_secret)]
            }
        }
    }
}
