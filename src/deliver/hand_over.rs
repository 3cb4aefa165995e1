//! What a host that sends requests itself is given: whole requests, credentials included.

use std::fmt;

use crate::run::{Method, Outcome, Request, Session};
use crate::value::Secret;

/// What became of an event, and what of it a host gets.
#[derive(Debug)]
pub struct Handed {
    /// What became of it; delivered as well when the last request is left to the host.
    pub outcome: Outcome,
    /// The request that was not made and is left to the host.
    pub left: Option<Shared>,
    /// Requests that were made, as the mapping wants them shown.
    pub shown: Vec<Shared>,
}

/// A whole request. `Debug` shows neither its credentials nor its body.
pub struct Shared {
    /// Method.
    pub method: Method,
    /// The URL that the mapping means; an endpoint in its place is not looked at.
    pub url: String,
    /// All headers but those of HTTP itself.
    pub headers: Vec<(String, String)>,
    /// The credentials, as the value of the header `Authorization`.
    pub authorization: Option<Secret>,
    /// JSON text of the body.
    pub body: Option<Vec<u8>>,
    /// Whose request it is.
    pub user: Option<String>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Shared")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Shared {
    pub(super) fn of(session: &Session, request: Request, authorization: Option<&Secret>) -> Self {
        let headers = session.headers().iter().cloned().chain(request.headers).collect();
        Shared {
            method: request.method,
            url: format!("{}{}", session.base_url(), request.target),
            headers,
            authorization: authorization.cloned(),
            body: request.body,
            user: request.host.and_then(|host| host.user),
        }
    }
}
