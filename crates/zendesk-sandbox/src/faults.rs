//! Scripted faults: refused, delayed and cut-off answers for the next requests to a path.

use std::time::Duration;

use serde_json::Value;

use crate::call::{self, Call};
use crate::error::SandboxError;
use crate::reply::{Body, Reply};
use crate::state::Outcome;

/// What shall go wrong, and for which requests.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    method: Option<String>,
    /// Path segments; `*` stands for any one.
    pattern: Vec<String>,
    /// Matching requests to let pass first.
    after: u64,
    times: u64,
    status: Option<u16>,
    headers: Vec<(String, String)>,
    body: Body,
    delay: Duration,
    cut: bool,
    apply: bool,
    /// Of the job that the request begins.
    failing_rows: usize,
}

/// The faults that wait for a request, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault, or each fault of an array.
    pub(crate) fn add(&mut self, wish: &Value) -> Result<(), SandboxError> {
        match wish {
            Value::Array(items) => {
                let faults = items.iter().map(Fault::read).collect::<Result<Vec<_>, _>>()?;
                self.0.extend(faults);
            }
            one => self.0.push(Fault::read(one)?),
        }
        Ok(())
    }

    /// Forgets all faults.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The oldest fault that waits for this request; it counts as used once.
    pub(crate) fn take(&mut self, call: &Call) -> Option<Fault> {
        let passes = |fault: &mut Fault| {
            let lets_pass = fault.after > 0;
            fault.after = fault.after.saturating_sub(1);
            lets_pass
        };
        let index = self.0.iter_mut().position(|fault| fault.matches(call) && !passes(fault))?;
        let waiting = self.0.get_mut(index)?;
        waiting.times -= 1;
        let fault = waiting.clone();
        if fault.times == 0 {
            self.0.remove(index);
        }
        Some(fault)
    }
}

impl Fault {
    /// True when the request shall take effect although its answer may be lost.
    pub(crate) fn runs_handler(&self) -> bool {
        self.apply || (self.status.is_none() && !self.cut)
    }

    /// How many rows of the job that the request begins fail.
    pub(crate) fn failing_rows(&self) -> usize {
        self.failing_rows
    }

    /// What goes on the wire; `honest` is the answer of the handler, when it ran.
    pub(crate) fn outcome(self, honest: Option<Reply>) -> Outcome {
        let reply = match (self.status, honest) {
            (Some(status), _) => Reply { status, headers: self.headers, body: self.body },
            (None, Some(reply)) => reply,
            (None, None) => Reply { status: 200, headers: self.headers, body: self.body },
        };
        Outcome { reply, delay: self.delay, cut: self.cut }
    }

    fn matches(&self, call: &Call) -> bool {
        self.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(&call.method))
            && self.pattern.len() == call.segments.len()
            && self.pattern.iter().zip(&call.segments).all(|(wanted, part)| wanted == "*" || wanted == part)
    }

    fn read(wish: &Value) -> Result<Self, SandboxError> {
        let bad = |why: &str| SandboxError::Fault(why.to_owned());
        let wish = wish.as_object().ok_or_else(|| bad("expected an object"))?;
        let known = [
            "method",
            "path",
            "after",
            "times",
            "status",
            "headers",
            "body",
            "delay_ms",
            "cut",
            "apply",
            "failing_rows",
        ];
        if let Some(key) = wish.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(SandboxError::Fault(format!("unknown key `{key}`")));
        }
        let number = |key: &str, default: u64| match wish.get(key) {
            None | Some(Value::Null) => Ok(default),
            Some(value) => value.as_u64().ok_or_else(|| bad(&format!("`{key}` must be a whole number"))),
        };
        let flag = |key: &str| wish.get(key).and_then(Value::as_bool).unwrap_or(false);
        let status = match number("status", 0)? {
            0 => None,
            code => Some(u16::try_from(code).ok().filter(|code| (200..600).contains(code)))
                .map(|code| code.ok_or_else(|| bad("`status` must be between 200 and 599")))
                .transpose()?,
        };
        let path = wish.get("path").and_then(Value::as_str).ok_or_else(|| bad("`path` is missing"))?;
        let fault = Self {
            method: wish.get("method").and_then(Value::as_str).map(str::to_owned),
            pattern: call::segments(path),
            after: number("after", 0)?,
            times: number("times", 1)?,
            status,
            headers: headers(wish.get("headers"))?,
            body: body(wish.get("body")),
            delay: Duration::from_millis(number("delay_ms", 0)?),
            cut: flag("cut"),
            apply: flag("apply"),
            failing_rows: usize::try_from(number("failing_rows", 0)?).unwrap_or(usize::MAX),
        };
        if fault.times == 0 {
            return Err(bad("`times` must be at least 1"));
        }
        if fault.status.is_none() && !fault.cut && fault.delay.is_zero() && fault.failing_rows == 0 {
            return Err(bad("expected one of `status`, `cut`, `delay_ms`, `failing_rows`"));
        }
        Ok(fault)
    }
}

fn headers(wish: Option<&Value>) -> Result<Vec<(String, String)>, SandboxError> {
    let Some(wish) = wish else { return Ok(Vec::new()) };
    let wish =
        wish.as_object().ok_or_else(|| SandboxError::Fault("`headers` must be an object".to_owned()))?;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Ok(wish.iter().map(|(name, value)| (name.to_lowercase(), text(value))).collect())
}

fn body(wish: Option<&Value>) -> Body {
    match wish {
        None | Some(Value::Null) => Body::Empty,
        Some(Value::String(text)) => Body::Text(text.clone()),
        Some(json) => Body::Json(json.clone()),
    }
}
