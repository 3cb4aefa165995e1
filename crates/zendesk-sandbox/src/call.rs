//! One request as the handlers see it: path segments, query, body, host and arrival time.

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, HOST};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::clock::Moment;

/// A request, taken apart once and never changed.
#[derive(Debug)]
pub(crate) struct Call {
    /// `GET`, `POST`, ...
    pub(crate) method: String,
    /// The path as received, without query.
    pub(crate) path: String,
    /// The query as received, without `?`; empty when there is none.
    pub(crate) raw_query: String,
    /// Path segments: decoded, empty ones dropped, one `.json` suffix taken off the last.
    pub(crate) segments: Vec<String>,
    /// Query pairs in order, decoded.
    pub(crate) query: Vec<(String, String)>,
    /// Scheme and host that the client called: `http://127.0.0.1:4000`.
    pub(crate) base: String,
    /// The `Authorization` header, when there is one.
    pub(crate) authorization: Option<String>,
    /// The body as received.
    pub(crate) body: Vec<u8>,
    /// When the request arrived.
    pub(crate) at: Moment,
}

impl Call {
    /// Takes a request apart. `fallback_base` stands in for a missing `Host` header.
    pub(crate) fn new(
        (method, path, query): (&str, &str, &str),
        headers: &HeaderMap,
        body: Vec<u8>,
        fallback_base: &str,
        at: Moment,
    ) -> Self {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            raw_query: query.to_owned(),
            segments: segments(path),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            base: header(HOST).map_or_else(|| fallback_base.to_owned(), |host| format!("http://{host}")),
            authorization: header(AUTHORIZATION).map(str::to_owned),
            body,
            at,
        }
    }

    /// First value of a query parameter.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter that may be repeated as `name[]`.
    pub(crate) fn params(&self, name: &str) -> Vec<&str> {
        let listed = format!("{name}[]");
        self.query.iter().filter(|(key, _)| key == name || *key == listed).map(|(_, v)| v.as_str()).collect()
    }

    /// The body as JSON; `Null` when it is empty or is not JSON.
    pub(crate) fn json_or_null(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// Splits a path at its slashes. `/api/v2//users/1.json` gives `api`, `v2`, `users`, `1`.
pub(crate) fn segments(path: &str) -> Vec<String> {
    let mut found: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect();
    if let Some(last) = found.last_mut()
        && let Some(bare) = last.strip_suffix(".json")
        && !bare.is_empty()
    {
        *last = bare.to_owned();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_collapse_and_one_suffix_goes() {
        assert_eq!(segments("/api/v2//users/1.json"), ["api", "v2", "users", "1"]);
        assert_eq!(segments("/api/v2/users/a%20b"), ["api", "v2", "users", "a b"]);
        assert_eq!(segments("/api/v2/users.json.json"), ["api", "v2", "users.json"]);
    }
}
