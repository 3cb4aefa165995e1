//! What a run asks of the world, and what the world answers.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::bulk::Bulk;
use crate::model::Method;

/// A request that a run needs answered. Its host, credentials and constant headers come from the session.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Name of the step that asks.
    pub step: Arc<str>,
    /// Method.
    pub method: Method,
    /// Path below the session's base URL and query, percent-encoded: `/users/search?external_id=u%2B1`.
    pub target: String,
    /// Headers of this request alone; those of the whole service are in the session.
    pub headers: Vec<(String, String)>,
    /// JSON text of the body.
    pub body: Option<Vec<u8>>,
    /// How long an answer may be shared between events; reads only.
    pub cache: Option<Duration>,
    /// A write that is made once and whose success is then shared.
    pub once: Option<Once>,
    /// What it counts against.
    pub limits: Vec<Limited>,
    /// How it is made together with others.
    pub bulk: Option<Bulk>,
    /// Steps whose cached answers no longer hold once this write may have been made.
    pub forget: Arc<[Arc<str>]>,
    /// What happens when it is made twice.
    pub repeat: Repeat,
    /// Counts from 1; above 1 the request was answered before and is asked again.
    pub attempt: u32,
    /// How long the destination asked us to wait before this attempt.
    pub retry_after: Option<Duration>,
    /// The last answer said that the credentials had expired: get new ones first.
    pub fresh_auth: bool,
    /// What a host that sends requests itself gets of it.
    pub host: Option<HostShare>,
}

/// What happens when a request is made twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Nothing more than the first time.
    Harmless,
    /// Something is there twice, but the mapping can look whether the first one arrived.
    Verified,
    /// Something is there twice.
    Doubles,
}

/// A limit that a request counts against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limited {
    /// Its number among those of the session.
    pub limit: usize,
    /// Whose request it is, where each counts alone.
    pub key: Option<String>,
}

/// What a host that sends requests itself gets of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostShare {
    /// Its place among those that are made here and shown; `None` leaves the request to the host.
    pub place: Option<usize>,
    /// Whose request it is.
    pub user: Option<String>,
}

impl Request {
    /// Whether a host that sends requests itself is to send this one.
    #[must_use]
    pub fn is_left(&self) -> bool {
        self.host.as_ref().is_some_and(|host| host.place.is_none())
    }
}

/// Makes a write happen once for all events that ask for it, or for all that ask for the same one after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    /// Writes of one step with the same key are the same write.
    pub key: String,
    /// How long its success is remembered.
    pub keep: Duration,
    /// It is the same write only while all of it is the same: another one with its key is made, and remembered instead.
    pub is_remembered: bool,
}

/// The world's answer to a [`Request`].
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The destination answered.
    Reply {
        /// HTTP status.
        status: u16,
        /// Body.
        body: Body,
        /// `Retry-After`, as a span of time from now.
        retry_after: Option<Duration>,
    },
    /// The request may have arrived, but no answer came.
    Timeout,
    /// The request did not arrive: no name, no connection, no TLS.
    Unreachable {
        /// In a few words, without addresses or secrets.
        why: String,
    },
}

/// Body of a reply.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// There was none.
    Empty,
    /// JSON.
    Json(Arc<Value>),
    /// Anything else, cut to its first 200 characters.
    Other(String),
}

impl Body {
    /// Reads the bytes of a reply.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Body::Empty;
        }
        serde_json::from_slice(bytes).map_or_else(
            |_| Body::Other(String::from_utf8_lossy(bytes).chars().take(200).collect()),
            |value| Body::Json(Arc::new(value)),
        )
    }
}
