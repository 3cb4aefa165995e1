//! Compiles a mapping: text to [`Plan`], with every finding of every stage in one list.
//!
//! In comes the text of a file (or a [`Mapping`]), out goes a plan in which nothing is left to
//! be parsed or looked up by name. What depends on the settings of
//! one account comes later, in `run`.

mod bodies;
mod budget;
mod bulk;
mod flows;
mod host;
mod key_plan;
mod limits;
mod plain_path;
mod plan;
mod requests;
mod resolve;
mod rows;
mod selectors;

pub(crate) use key_plan::KeyPlan;
pub use plan::Plan;
pub(crate) use plan::*;

use sha2::{Digest, Sha256};

use crate::diag::{Code, Diagnostics, Span, quoted};
use crate::json::capture::Paths;
use crate::model::{Login, LoginKind, Mapping, Row, SettingKind, Source, Text};
use crate::{model, source};
use budget::Budget;
use resolve::{Place, Resolver};
use rows::is_word;

/// Reads, shapes, checks and compiles a mapping. `None` when there is an error; all findings are in `found`.
pub fn load(text: &str, found: &mut Diagnostics) -> Option<Plan> {
    let document = source::read(text, found)?;
    let mapping = model::lower(&document, found)?;
    let plan = compile(&mapping, text, found);
    (!found.has_errors()).then_some(plan?)
}

/// Checks and compiles a mapping that was read from a text. A plan beside an error in `found` must not be used.
pub fn compile(mapping: &Mapping, text: &str, found: &mut Diagnostics) -> Option<Plan> {
    let mut budget = Budget::default();
    let mut paths = Paths::default();
    let kind = paths.below(Paths::EVENT, "type");
    let integrations = paths.below(Paths::EVENT, "integrations");
    paths.list_members(integrations);
    let flow = |flow| flows::flow(mapping, flow, &mut paths, &mut budget, found);
    let flows = mapping.flows.iter().map(flow).collect();
    let mut resolver = Resolver::new(mapping, None, &mut paths, &mut budget, found);
    resolver.settings();
    resolver.scheme_is_literal(&mapping.service.base_url);
    let service = resolver.service();
    let order_by = mapping.order_by.iter().filter_map(|text| resolver.event_path(text)).collect();
    Some(Plan {
        hash: hash(text),
        destination: mapping.destination.text.clone(),
        integration: mapping.integration.clone(),
        host_finishes: mapping.host_finishes,
        paths,
        kind,
        integrations,
        order_by,
        settings: mapping
            .config
            .iter()
            .map(|setting| (setting.name.text.clone(), setting.item.clone()))
            .collect(),
        service: service?,
        flows,
    })
}

/// The first 16 hexadecimal digits of the text's SHA-256.
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let first = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{first:016x}")
}

impl Resolver<'_, '_> {
    fn settings(&mut self) {
        for setting in &self.mapping.config {
            if let Some(pattern) = &setting.item.pattern
                && !self.budget.is_surely_fine(&pattern.text)
            {
                self.regex(pattern);
            }
            if setting.item.kind == SettingKind::Secret && setting.item.default.is_some() {
                let message = format!(
                    "the secret {} has a default, which everybody can read",
                    quoted(&setting.name.text)
                );
                self.found.error(Code::SECRET_LEAK, setting.name.span, message).help("leave the default out");
            }
        }
    }

    /// The base URL begins with its scheme, so that no value decides about it.
    fn scheme_is_literal(&mut self, base_url: &Row) {
        let (start, span) = match &base_url.source {
            Source::Value(value) => (value.as_str().unwrap_or_default(), base_url.span),
            Source::Template { text, .. } => (text.text.as_str(), text.span),
            _ => return,
        };
        if !start.starts_with("https://") && !start.starts_with("http://") {
            let message = format!("the base URL {} does not begin with `https://`", quoted(start));
            self.found.wrong_value(span, message).help("write it out, as in `\"https://api.example.com\"`");
        }
    }

    /// The host comes from settings that have a pattern, never from an event.
    fn host_is_safe(&mut self, base_url: &Row) {
        let rows: &[Row] = match &base_url.source {
            Source::Template { with, .. } => with,
            Source::Value(_) => &[],
            _ => std::slice::from_ref(base_url),
        };
        for row in rows {
            match &row.source {
                Source::From(selectors) => selectors.iter().for_each(|text| self.host_value(text)),
                Source::Value(_) => {}
                _ => self.unsafe_host(
                    row.span,
                    format!("{} decides about the host and is not a setting", quoted(&row.name.text)),
                ),
            }
        }
    }

    /// One selector that a host may come from.
    fn host_value(&mut self, text: &Text) {
        let Some(name) = text.text.strip_prefix("$config.").filter(|name| name.chars().all(is_word)) else {
            let message = format!("{} decides about the host and is not a setting", quoted(&text.text));
            return self.unsafe_host(text.span, message);
        };
        let setting = self.mapping.config.iter().find(|setting| setting.name.text == name);
        // A setting that is not declared is reported where all selectors are.
        if setting.is_some_and(|setting| setting.item.pattern.is_none()) {
            let message = format!("the setting {} decides about the host and has no pattern", quoted(name));
            self.unsafe_host(text.span, message);
        }
    }

    fn unsafe_host(&mut self, span: Span, message: String) {
        let help =
            "use a setting with a pattern, as in `domain: {type: string, pattern: \"[a-z0-9-]{1,63}\"}`";
        self.found.error(Code::UNSAFE_HOST, span, message).help(help);
    }

    fn service(&mut self) -> Option<ServicePlan> {
        let service = &self.mapping.service;
        let n_found = self.found.len();
        self.host_is_safe(&service.base_url);
        // What decides about the host and must not is reported once.
        let base_url = (self.found.len() == n_found).then_some(&service.base_url);
        let base_url = base_url.and_then(|row| self.row(row, "service", Place::EVENT));
        let auth: Vec<_> = service.auth.iter().filter_map(|login| self.login(login)).collect();
        let headers = self.rows(&service.headers, "headers", Place::EVENT);
        let errors = self.rules(&service.errors, Place::EVENT.in_reply());
        let reason =
            service.reason.iter().filter_map(|text| self.selector(text, Place::EVENT.in_reply())).collect();
        let job = service.job.as_ref().and_then(|job| self.job(job));
        let limits = self.limits();
        Some(ServicePlan { base_url: base_url?, auth, headers, errors, limits, job, reason })
    }

    fn login(&mut self, login: &Login) -> Option<(Option<Cond>, LoginPlan)> {
        let when = self.when(login.when.as_ref(), Place::EVENT);
        let plan = match &login.kind {
            LoginKind::Basic { user, password } => LoginPlan::Basic {
                user: Box::new(self.row(user, "basic", Place::EVENT)?),
                password: self.secret_setting(password)?,
            },
            LoginKind::Bearer { token } => LoginPlan::Bearer { token: self.secret_setting(token)? },
            LoginKind::OAuth2 { token_path, client_id, client_secret, scope } => LoginPlan::OAuth2 {
                token_path: token_path.clone(),
                client_id: self.login_setting(client_id)?,
                client_secret: self.secret_setting(client_secret)?,
                scope: scope.clone(),
            },
        };
        Some((when, plan))
    }

    /// A whole setting that is never shown.
    fn secret_setting(&mut self, text: &Text) -> Option<usize> {
        let index = self.login_setting(text)?;
        if self.mapping.config.get(index).is_some_and(|setting| setting.item.kind != SettingKind::Secret) {
            let message = format!("{} is used as a secret, but can be shown", quoted(&text.text));
            let help = "declare the setting with `type: secret`";
            self.found.error(Code::SECRET_LEAK, text.span, message).help(help);
        }
        Some(index)
    }

    /// A whole setting, secret or not.
    fn login_setting(&mut self, text: &Text) -> Option<usize> {
        let selector = self.any_selector(text, Place::EVENT)?;
        if let (Root::Setting(index), Some(true)) =
            (selector.root, selector.walk().map(|walk| walk.0.is_empty()))
        {
            return Some(index);
        }
        let message = format!("{} is not a setting", quoted(&text.text));
        self.found
            .error(Code::BAD_SELECTOR, text.span, message)
            .help("credentials come from settings: write `$config.name`");
        None
    }
}
