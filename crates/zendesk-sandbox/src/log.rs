//! The requests that the sandbox received, for tests to look at. No header is kept.

use serde_json::{Value, json};

/// One request and the status it got.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestLog {
    /// `GET`, `POST`, ...
    pub method: String,
    /// The path as received, without query.
    pub path: String,
    /// The query as received, without `?`; empty when there was none.
    pub query: String,
    /// The parsed body; `Null` when it was empty or no JSON.
    pub body: Value,
    /// The status that was sent; 0 when a fault cut the connection.
    pub status: u16,
}

impl RequestLog {
    /// `{"method","path","query","body","status"}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "body": self.body,
            "status": self.status,
        })
    }
}

/// All requests in order of arrival; control requests are not among them.
#[derive(Debug, Default)]
pub(crate) struct Log(Vec<RequestLog>);

impl Log {
    /// Appends a request.
    pub(crate) fn push(&mut self, request: RequestLog) {
        self.0.push(request);
    }

    /// The requests so far.
    pub(crate) fn entries(&self) -> &[RequestLog] {
        &self.0
    }

    /// Forgets all requests.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
