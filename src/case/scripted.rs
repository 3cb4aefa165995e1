//! Cases whose replies stand in the file: the machine is driven without any I/O.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::file::Reply;
use super::{Done, Made, decoded, limits};
use crate::run::{self, Answer, Body, Request, Session, Step};

/// Runs the events one after another; each request must be the next one of the script. Gives what was done, and where
/// it left the script.
pub(super) fn perform(session: &Arc<Session>, events: &[Value], replies: &[Reply]) -> (Done, Option<String>) {
    let mut done = Done::default();
    let mut script = replies.iter();
    for event in events {
        let mut step = run::start(session, Arc::new(event.clone()), &limits());
        let outcome = loop {
            match step {
                Step::Done(outcome) => break outcome,
                Step::Need(request, run) => {
                    let made = made(&request);
                    let answer = answer(&made, script.next());
                    done.requests.push(made);
                    step = match answer {
                        Ok(answer) => run.resume(answer),
                        Err(problem) => return (done, Some(problem)),
                    };
                }
            }
        };
        done.outcomes.push(outcome);
    }
    let left = script.next().map(|reply| format!("the scripted request `{}` was not made", reply.request));
    (done, left)
}

pub(super) fn made(request: &Request) -> Made {
    Made {
        request: decoded(&format!("{} {}", request.method, request.target)),
        body: request.body.as_deref().and_then(|body| serde_json::from_slice(body).ok()),
    }
}

/// The scripted answer, or why there is none.
pub(super) fn answer(made: &Made, reply: Option<&Reply>) -> Result<Answer, String> {
    let Some(reply) = reply else {
        return Err(format!("`{}` is asked, but the script has no more replies", made.request));
    };
    if reply.request != made.request {
        return Err(format!("`{}` is asked where the script has `{}`", made.request, reply.request));
    }
    if reply.timeout {
        return Ok(Answer::Timeout);
    }
    if reply.unreachable {
        return Ok(Answer::Unreachable { why: "connection refused".into() });
    }
    let body = match (&reply.body, &reply.text) {
        (Some(body), _) => Body::Json(Arc::new(body.clone())),
        (None, Some(text)) => Body::Other(text.clone()),
        (None, None) => Body::Empty,
    };
    let status = reply.status.ok_or_else(|| format!("the reply to `{}` has no status", reply.request))?;
    Ok(Answer::Reply { status, body, retry_after: reply.retry_after.map(Duration::from_secs) })
}
