//! Holds the scripted replies of a case against the destination's schemas: a test that lives on answers which the
//! destination never gives proves nothing.

use super::file::Reply;
use crate::destination::{Destination, Reply as Known};

/// Adds what does not fit, and what fits although the case says that it does not. A reply to an endpoint that the schemas
/// do not have is let through, and so is one that is not JSON.
pub(super) fn check(replies: &[Reply], destination: &Destination, differences: &mut Vec<String>) {
    for (index, reply) in replies.iter().enumerate() {
        let (number, request) = (index.saturating_add(1), &reply.request);
        match (misfit(reply, destination), reply.off_schema) {
            (Some(why), false) => differences.push(format!(
                "reply {number}, to `{request}`, is none of the destination's: {why} (`off_schema: true` if that is meant)"
            )),
            (None, true) => differences.push(format!(
                "reply {number}, to `{request}`, has `off_schema`, and the schemas have nothing against it"
            )),
            (Some(_), true) | (None, false) => {}
        }
    }
}

fn misfit(reply: &Reply, destination: &Destination) -> Option<String> {
    let (method, target) = reply.request.split_once(' ')?;
    let path = target.split('?').next().unwrap_or(target);
    let status = reply.status?;
    match (destination.endpoint(method, None, path)?.reply(status), &reply.body) {
        (Known::Unknown, _) => Some(format!("the schemas have no answer {status}")),
        (Known::Empty, Some(_)) => Some(format!("an answer {status} has no body")),
        (Known::Body(schema), Some(body)) => {
            schema.misfits(body).map(|misfit| format!("`{}` {}", misfit.path, misfit.why))
        }
        (Known::Body(_) | Known::Empty, None) => None,
    }
}
