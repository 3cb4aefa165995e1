//! The requests that the sandbox received, for tests to look at. No header is kept.

use std::collections::VecDeque;

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

/// The latest requests in order of arrival; control requests are not among them.
#[derive(Debug)]
pub(crate) struct Log {
    entries: VecDeque<RequestLog>,
    limit: usize,
    n_dropped: usize,
}

impl Log {
    /// An empty log that keeps so many requests.
    pub(crate) fn new(limit: usize) -> Self {
        Self { entries: VecDeque::new(), limit, n_dropped: 0 }
    }

    /// Appends a request; the oldest one goes when there are too many.
    pub(crate) fn push(&mut self, request: RequestLog) {
        self.entries.push_back(request);
        while self.entries.len() > self.limit {
            self.entries.pop_front();
            self.n_dropped += 1;
        }
    }

    /// The requests so far.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &RequestLog> + ExactSizeIterator {
        self.entries.iter()
    }

    /// How many requests came in, those that are gone by now included.
    pub(crate) fn n_received(&self) -> usize {
        self.n_dropped + self.entries.len()
    }

    /// The latest requests, newest first, with their numbers, which count from 1.
    pub(crate) fn newest(&self) -> impl Iterator<Item = (usize, &RequestLog)> {
        (1..=self.n_received()).rev().zip(self.entries.iter().rev())
    }

    /// Forgets all requests.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.n_dropped = 0;
    }
}
