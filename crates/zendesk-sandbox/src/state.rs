//! The state of one sandbox, and the way of a request through it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::account::Account;
use crate::auth;
use crate::call::Call;
use crate::clock::Clock;
use crate::config::Config;
use crate::control;
use crate::faults::Faults;
use crate::jobs::Jobs;
use crate::limits::{Limits, Tally};
use crate::log::{Log, RequestLog};
use crate::messages;
use crate::oauth::{self, Tokens};
use crate::refusal;
use crate::reply::Reply;
use crate::router;
use crate::sideload;
use crate::viewer;

/// Everything behind the one lock.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) config: Arc<Config>,
    pub(crate) base: String,
    pub(crate) clock: Clock,
    pub(crate) account: Account,
    pub(crate) jobs: Jobs,
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
        Self {
            clock: Clock::new(config.manual_clock),
            base,
            account: Account::new(config.rules),
            jobs: Jobs::default(),
            tokens: Tokens::default(),
            limits: Limits::default(),
            faults: Faults::default(),
            log: Log::new(config.log_limit),
            config,
        }
    }

    /// Back to an empty account: records, jobs, tokens, counters, faults and log go. The clock goes on.
    pub(crate) fn reset(&mut self) {
        let clock = self.clock;
        *self = Self { clock, ..Self::new(Arc::clone(&self.config), self.base.clone()) };
    }

    /// Lets jobs do what they are due to have done.
    pub(crate) fn run_jobs(&mut self) {
        let now = self.clock.now();
        self.jobs.run(&mut self.account, &self.config, now);
    }

    /// Answers a request, as a fault wants it when one waits for this request.
    pub(crate) fn handle(&mut self, call: &Call) -> Outcome {
        self.run_jobs();
        if call.segments.first().is_some_and(|first| first == "_sandbox") {
            return control::handle(self, call).into();
        }
        if viewer::is_page(call) {
            return viewer::page().into();
        }
        let outcome = match self.faults.take(call) {
            None => self.answer(call).into(),
            Some(fault) => {
                let n_before = self.jobs.n_started();
                let honest = if fault.runs_handler() { Some(self.answer(call)) } else { None };
                self.jobs.fail_rows_after(n_before, fault.failing_rows());
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
        let reply = match path.as_slice() {
            ["oauth", "tokens"] if call.method == "POST" => oauth::issue(self, call),
            ["api", "v2", rest @ ..] => self.answer_api(call, rest),
            _ => refusal::invalid_endpoint(),
        };
        messages::translate(reply, self.config.agent_locale)
    }

    fn answer_api(&mut self, call: &Call, path: &[&str]) -> Reply {
        let is_event = matches!(path, ["user_profiles", ..] | ["users", _, "events" | "profiles", ..]);
        let (tally, refused) = if is_event { self.take_event(call) } else { self.take_request(call) };
        let reply = match refused {
            Some(refusal) => refusal,
            None => auth::caller(self, call, path)
                .and_then(|caller| {
                    caller.must_cover(&call.method, path)?;
                    let reply = router::route(self, call, path, &caller)?;
                    Ok(sideload::add(&self.account, call, reply))
                })
                .unwrap_or_else(|refusal| refusal),
        };
        tally.mark(router::warn_of_body(call, path, reply)).with("x-zendesk-api-version", "v2".to_owned())
    }

    fn take_request(&mut self, call: &Call) -> (Tally, Option<Reply>) {
        let tally = self.limits.take_request(self.config.requests_per_minute(), call.at);
        (tally, tally.is_refused().then(|| tally.refusal()))
    }

    /// Events and profiles have a bucket of their own, and some plans have none of them.
    fn take_event(&mut self, call: &Call) -> (Tally, Option<Reply>) {
        let limit = self.config.plan.and_then(crate::switches::Plan::events_per_minute);
        let tally = self.limits.take_event(limit, call.at);
        let refusal = if self.config.plan.is_some() && limit.is_none() {
            Some(refusal::listed(403, "PermissionDenied", "The account's plan has no events and profiles"))
        } else if tally.is_refused() {
            let title = "Too many requests to events and profiles";
            let body = json!({"errors": [{"code": "TooManyRequests", "title": title}]});
            Some(Reply::json(429, body).with("retry-after", tally.resets().to_string()))
        } else {
            None
        };
        (tally, refusal)
    }
}
