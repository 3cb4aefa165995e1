//! The state of one sandbox, and the way of a request through it.

use std::sync::Arc;
use std::time::Duration;

use crate::account::Account;
use crate::auth;
use crate::builder::Config;
use crate::call::Call;
use crate::control;
use crate::faults::Faults;
use crate::limits::Limits;
use crate::log::{Log, RequestLog};
use crate::oauth::{self, Tokens};
use crate::refusal;
use crate::reply::Reply;
use crate::router;
use crate::viewer;

/// Everything behind the one lock.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) config: Arc<Config>,
    pub(crate) base: String,
    pub(crate) account: Account,
    pub(crate) tokens: Tokens,
    pub(crate) limits: Limits,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
}

/// What goes back on the wire, and how.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The answer.
    pub(crate) reply: Reply,
    /// How long to sit on it.
    pub(crate) delay: Duration,
    /// Whether to close the connection in the middle of it.
    pub(crate) cut: bool,
}

impl From<Reply> for Outcome {
    fn from(reply: Reply) -> Self {
        Self { reply, delay: Duration::ZERO, cut: false }
    }
}

impl State {
    /// An empty account. `base` is the sandbox's own address.
    pub(crate) fn new(config: Arc<Config>, base: String) -> Self {
        let account = Account::new(config.index_delay);
        Self {
            config,
            base,
            account,
            tokens: Tokens::default(),
            limits: Limits::default(),
            faults: Faults::default(),
            log: Log::default(),
        }
    }

    /// Back to an empty account: records, tokens, counters, faults and log go.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(Arc::clone(&self.config), self.base.clone());
    }

    /// Answers a request, as a fault wants it when one waits for this request.
    pub(crate) fn handle(&mut self, call: &Call) -> Outcome {
        if call.segments.first().is_some_and(|first| first == "_sandbox") {
            return control::handle(self, call).into();
        }
        if viewer::is_page(call) {
            return viewer::page().into();
        }
        let outcome = match self.faults.take(call) {
            None => self.answer(call).into(),
            Some(fault) => {
                let honest = if fault.runs_handler() { Some(self.answer(call)) } else { None };
                fault.outcome(honest)
            }
        };
        self.log.push(RequestLog {
            method: call.method.clone(),
            path: call.path.clone(),
            query: call.raw_query.clone(),
            body: call.json_or_null(),
            status: if outcome.cut { 0 } else { outcome.reply.status },
        });
        outcome
    }

    /// The honest answer.
    fn answer(&mut self, call: &Call) -> Reply {
        let path: Vec<&str> = call.segments.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["oauth", "tokens"] if call.method == "POST" => oauth::issue(self, call),
            ["api", "v2", rest @ ..] => self.answer_api(call, rest),
            _ => refusal::invalid_endpoint(),
        }
    }

    fn answer_api(&mut self, call: &Call, path: &[&str]) -> Reply {
        let tally = self.limits.take_request(self.config.rate_limit, call.at.steady);
        let reply = if tally.is_refused() {
            tally.refusal()
        } else {
            auth::caller(self, call, path)
                .and_then(|caller| router::route(self, call, path, &caller))
                .unwrap_or_else(|refusal| refusal)
        };
        tally.mark(router::warn_of_body(call, path, reply)).with("x-zendesk-api-version", "v2".to_owned())
    }
}
