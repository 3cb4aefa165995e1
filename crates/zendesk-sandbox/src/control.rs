//! The control routes under `/_sandbox`: look at the state, seed it, script faults. No credentials, no log.

use std::time::Duration;

use serde_json::{Value, json};

use crate::call::Call;
use crate::dump;
use crate::error::SandboxError;
use crate::log::RequestLog;
use crate::refusal;
use crate::reply::Reply;
use crate::seed;
use crate::state::State;
use crate::viewer;

/// Answers a control request.
#[rustfmt::skip]
pub(crate) fn handle(state: &mut State, call: &Call) -> Reply {
    let path: Vec<&str> = call.segments.iter().skip(1).map(String::as_str).collect();
    match (call.method.as_str(), path.as_slice()) {
        ("GET",    ["state"]) => Reply::ok(dump::state(&state.account, &state.base)),
        ("POST",   ["state"]) => with_body(call, |body| seed::apply(&mut state.account, body, call.at)),
        ("POST",   ["reset"]) => done(|| state.reset()),
        ("GET",    ["requests"]) => Reply::ok(state.log.entries().map(RequestLog::to_json).collect()),
        ("DELETE", ["requests"]) => done(|| state.log.clear()),
        ("POST",   ["faults"]) => with_body(call, |body| state.faults.add(body)),
        ("DELETE", ["faults"]) => done(|| state.faults.clear()),
        ("POST",   ["advance"]) => with_body(call, |body| advance(state, body)),
        ("POST",   ["save"]) => outcome(state.save()),
        ("POST",   ["revoke_tokens"]) => done(|| state.tokens.revoke_all()),
        ("GET",    ["page", rest @ ..]) => viewer::part(state, rest),
        _ => refusal::invalid_endpoint(),
    }
}

fn done(act: impl FnOnce()) -> Reply {
    act();
    Reply::no_content()
}

fn with_body(call: &Call, act: impl FnOnce(&Value) -> Result<(), SandboxError>) -> Reply {
    let outcome = serde_json::from_slice(&call.body)
        .map_err(|error| format!("the body is not JSON: {error}"))
        .and_then(|body| act(&body).map_err(|error| error.to_string()));
    self::outcome(outcome)
}

/// 204, or 400 with the reason.
fn outcome<E: std::fmt::Display>(outcome: Result<(), E>) -> Reply {
    match outcome {
        Ok(()) => Reply::no_content(),
        Err(why) => Reply::json(400, json!({"error": why.to_string()})),
    }
}

/// `{"seconds": 5}` moves the clock ahead.
fn advance(state: &mut State, body: &Value) -> Result<(), SandboxError> {
    let seconds = body.get("seconds").and_then(Value::as_f64);
    let by = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let by = by.ok_or_else(|| SandboxError::Setting("`seconds` must be a positive number".to_owned()))?;
    state.clock.advance(by);
    Ok(())
}
