//! Holds the scripted replies of a case against the destination's schemas: a test that lives on answers which the
//! destination never gives proves nothing.

use super::file::Reply;
use crate::destination::{Destination, Reply as Known};

/// Adds what does not fit. A reply to an endpoint that the schemas do not have is let through, and so is one that is not
/// JSON.
pub(super) fn check(replies: &[Reply], destination: &Destination, differences: &mut Vec<String>) {
    for (index, reply) in replies.iter().enumerate() {
        if let Some(why) = misfit(reply, destination) {
            let number = index.saturating_add(1);
            differences
                .push(format!("reply {number}, to `{}`, is none of the destination's: {why}", reply.request));
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
