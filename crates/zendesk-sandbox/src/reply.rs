//! What a handler answers: status, headers, body.

use serde_json::Value;

use crate::payload::Payload;

/// The body of a reply, which also decides its content type.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// No body and no content type.
    Empty,
    /// `application/json; charset=utf-8`.
    Json(Value),
    /// `text/plain`.
    Text(String),
}

/// An answer to one request.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// HTTP status code.
    pub(crate) status: u16,
    /// Extra headers; a `content-type` here replaces the one of the body.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Body,
}

/// What handlers give: a success, or a refusal that `?` passes on.
pub(crate) type Answer = Result<Reply, Reply>;

impl Reply {
    /// A reply with a JSON body.
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body: Body::Json(body) }
    }

    /// A reply with a plain text body.
    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self { status, headers: Vec::new(), body: Body::Text(body.to_owned()) }
    }

    /// 204 without a body.
    pub(crate) fn no_content() -> Self {
        Self { status: 204, headers: Vec::new(), body: Body::Empty }
    }

    /// 200 with a JSON body.
    pub(crate) fn ok(body: Value) -> Self {
        Self::json(200, body)
    }

    /// 201 with the record's own address as `Location`.
    pub(crate) fn created(location: String, body: Value) -> Self {
        Self::json(201, body).with("location", location)
    }

    /// The reply with one more header.
    pub(crate) fn with(mut self, name: &str, value: String) -> Self {
        self.headers.push((name.to_owned(), value));
        self
    }

    /// The reply with a warning about the keys that the write dropped, if any.
    pub(crate) fn warning(self, payload: &Payload) -> Self {
        match payload.warning() {
            Some(text) => self.with("x-zendesk-api-warn", text),
            None => self,
        }
    }
}
