//! Compiles a mapping: text to [`Plan`], with every finding of every stage in one list.
//!
//! In comes the text of a file (or a [`Mapping`](crate::model::Mapping)), out goes a plan in which nothing is left to
//! be parsed or looked up by name. What depends on the settings of
//! one account comes later, in `run`.

mod bodies;
mod flows;
mod plan;
mod requests;
mod resolve;
mod rows;
mod selectors;

pub use plan::Plan;
pub(crate) use plan::*;

use sha2::{Digest, Sha256};

use crate::diag::{Code, Diagnostics};
use crate::model::{Login, LoginKind, Mapping, Row, SettingKind, Source, Text};
use crate::{model, source};
use resolve::{Place, Resolver};

/// Reads, shapes, checks and compiles a mapping. `None` when there is an error; all findings are in `found`.
pub fn load(text: &str, found: &mut Diagnostics) -> Option<Plan> {
    let document = source::read(text, found)?;
    let mapping = model::lower(&document, found)?;
    let plan = compile(&mapping, text, found);
    (!found.has_errors()).then_some(plan?)
}

fn compile(mapping: &Mapping, text: &str, found: &mut Diagnostics) -> Option<Plan> {
    let flows = mapping.flows.iter().map(|flow| flows::flow(mapping, flow, found)).collect();
    let mut resolver = Resolver::new(mapping, None, found);
    resolver.settings();
    resolver.check_reserved_names();
    let service = resolver.service();
    let order_by = mapping.order_by.iter().filter_map(|text| resolver.event_path(text)).collect();
    Some(Plan {
        hash: hash(text),
        destination: mapping.destination.text.clone(),
        integration: mapping.integration.clone(),
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
    Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

impl Resolver<'_, '_> {
    fn settings(&mut self) {
        for setting in &self.mapping.config {
            if let Some(pattern) = &setting.item.pattern {
                self.regex(pattern);
            }
            if setting.item.kind == SettingKind::Secret && setting.item.default.is_some() {
                let message =
                    format!("the secret `{}` has a default, which everybody can read", setting.name.text);
                self.found.error(Code::SECRET_LEAK, setting.name.span, message).help("leave the default out");
            }
        }
    }

    /// The host comes from settings that have a pattern, never from an event.
    fn host_is_safe(&mut self, base_url: &Row) -> bool {
        let rows: &[Row] = match &base_url.source {
            Source::Template { with, .. } => with,
            Source::Value(_) => &[],
            _ => std::slice::from_ref(base_url),
        };
        let config = &self.mapping.config;
        let checked = |text: &Text| {
            text.text.strip_prefix("$config.").is_some_and(|name| {
                config.iter().any(|setting| setting.name.text == name && setting.item.pattern.is_some())
            })
        };
        let unsafe_row = rows.iter().find(|row| match &row.source {
            Source::From(selectors) => !selectors.iter().all(checked),
            Source::Value(_) => false,
            _ => true,
        });
        if let Some(row) = unsafe_row {
            let message = "the host would come from something that is not checked";
            let help = "use a setting that has a `pattern:`, as in `pattern: \"[a-z0-9-]{1,63}\"`";
            self.found.error(Code::UNSAFE_HOST, row.span, message).help(help);
        }
        unsafe_row.is_none()
    }

    /// Names that mean something else.
    fn check_reserved_names(&mut self) {
        let of_flows = self.mapping.flows.iter().flat_map(|flow| &flow.item.names);
        for row in self.mapping.names.iter().chain(of_flows) {
            self.check_not_reserved(&row.name);
        }
    }

    /// A name must not be one that means something of its own.
    fn check_not_reserved(&mut self, name: &Text) {
        if ["config", "steps", "rest", "item", "flow"].contains(&name.text.as_str()) {
            let message = format!("`${}` has a meaning of its own", name.text);
            self.found.error(Code::RESERVED_NAME, name.span, message).help("choose another name");
        }
    }

    fn service(&mut self) -> Option<ServicePlan> {
        let service = &self.mapping.service;
        let base_url = self.host_is_safe(&service.base_url).then_some(&service.base_url);
        let base_url = base_url.and_then(|row| self.row(row, "service", Place::EVENT));
        let auth: Vec<_> = service.auth.iter().filter_map(|login| self.login(login)).collect();
        let headers = self.rows(&service.headers, "headers", Place::EVENT);
        let errors = self.rules(&service.errors, Place::EVENT.in_reply());
        let reason =
            service.reason.iter().filter_map(|text| self.selector(text, Place::EVENT.in_reply())).collect();
        Some(ServicePlan { base_url: base_url?, auth, headers, errors, reason })
    }

    fn login(&mut self, login: &Login) -> Option<(Option<Cond>, LoginPlan)> {
        let when = self.when(login.when.as_ref(), Place::EVENT);
        let plan = match &login.kind {
            LoginKind::Basic { user, password } => LoginPlan::Basic {
                user: Box::new(self.row(user, "basic", Place::EVENT)?),
                password: self.login_setting(password)?,
            },
            LoginKind::Bearer { token } => LoginPlan::Bearer { token: self.login_setting(token)? },
            LoginKind::OAuth2 { token_path, client_id, client_secret, scope } => LoginPlan::OAuth2 {
                token_path: token_path.clone(),
                client_id: self.login_setting(client_id)?,
                client_secret: self.login_setting(client_secret)?,
                scope: scope.clone(),
            },
        };
        Some((when, plan))
    }

    /// A whole setting, secret or not.
    fn login_setting(&mut self, text: &Text) -> Option<usize> {
        let selector = self.selector(text, Place::EVENT)?;
        if let (Root::Setting(index), Some(true)) =
            (selector.root, selector.walk().map(|walk| walk.0.is_empty()))
        {
            return Some(index);
        }
        let message = format!("`{}` is not a setting", text.text);
        self.found.error(Code::BAD_SELECTOR, text.span, message).help("write `$config.name`");
        None
    }
}
