//! The transport of a program that makes the requests itself: each is handed to it whole, and its reply is read.
//!
//! Addresses are checked as for our own HTTP; redirects, proxies and certificates are the program's.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use super::address::Address;
use super::transport::{Sending, Transport};
use super::{clock, retry};
use crate::run::{Answer, Body, Request};
use crate::value::Secret;

/// Makes requests for us.
pub trait Network: fmt::Debug + Send + Sync {
    /// Makes one request, once: it follows no redirect to another host and repeats nothing.
    fn send(&self, request: Outgoing) -> Pin<Box<dyn Future<Output = Incoming> + Send + '_>>;
}

/// A request, credentials included. `Debug` shows method and URL without its query.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Outgoing {
    /// Method in upper case.
    pub method: &'static str,
    /// Whole URL.
    pub url: String,
    /// All headers but those that HTTP itself needs; names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body as text; JSON, or a form where the headers say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split('?').next().unwrap_or_default();
        formatter
            .debug_struct("Outgoing")
            .field("method", &self.method)
            .field("url", &url)
            .finish_non_exhaustive()
    }
}

/// What came of a request. Its JSON is `{"status": 200, "headers": {…}, "body": "…"}`, `{"timeout": true}` or
/// `{"unreachable": "why"}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Incoming {
    /// The destination replied.
    Reply {
        /// HTTP status.
        status: u16,
        /// Headers; of them only `retry-after` is looked at.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// The body as text.
        #[serde(default)]
        body: String,
    },
    /// No reply came, and the request may have arrived.
    Timeout {
        /// Always true.
        timeout: bool,
    },
    /// The request did not leave.
    Unreachable {
        /// Why, without addresses and credentials.
        unreachable: String,
    },
}

/// Hands the requests to one address over.
#[derive(Debug)]
pub struct CarriedTransport {
    network: Arc<dyn Network>,
    address: Address,
    headers: BTreeMap<String, String>,
}

impl CarriedTransport {
    /// A transport to an address that sends `headers` with every request.
    #[must_use]
    pub fn new(network: Arc<dyn Network>, address: Address, headers: &[(String, String)]) -> Self {
        let mut all = BTreeMap::from([("accept".to_owned(), "application/json".to_owned())]);
        add(&mut all, headers);
        Self { network, address, headers: all }
    }

    async fn carry(&self, request: &Request, authorization: Option<&Secret>) -> Answer {
        let Some(url) = self.address.url_of(&request.target) else { return unsendable() };
        let mut headers = self.headers.clone();
        if request.body.is_some() {
            headers.insert("content-type".to_owned(), "application/json".to_owned());
        }
        add(&mut headers, &request.headers);
        if let Some(secret) = authorization {
            headers.insert("authorization".to_owned(), secret.reveal().to_owned());
        }
        let body = request.body.as_ref().map(|body| String::from_utf8_lossy(body).into_owned());
        let outgoing = Outgoing { method: request.method.as_str(), url: url.into(), headers, body };
        answer(self.network.send(outgoing).await)
    }

    async fn post_form(&self, url: Option<Url>, form: &Secret) -> Answer {
        let Some(url) = url else { return unsendable() };
        let headers = [("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let body = Some(form.reveal().to_owned());
        let outgoing = Outgoing { method: "POST", url: url.into(), headers: headers.into(), body };
        answer(self.network.send(outgoing).await)
    }
}

impl Transport for CarriedTransport {
    fn send<'a>(&'a self, request: &'a Request, authorization: Option<&'a Secret>) -> Sending<'a> {
        Box::pin(self.carry(request, authorization))
    }

    fn ask_token<'a>(&'a self, path: &'a str, form: &'a Secret) -> Sending<'a> {
        Box::pin(self.post_form(self.address.url_from_root(path), form))
    }
}

fn add(to: &mut BTreeMap<String, String>, headers: &[(String, String)]) {
    to.extend(headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())));
}

fn unsendable() -> Answer {
    Answer::Unreachable { why: "the request cannot be sent: its path is not allowed".to_owned() }
}

fn answer(incoming: Incoming) -> Answer {
    match incoming {
        Incoming::Reply { status, headers, body } => {
            let wish = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
            let retry_after = wish.and_then(|(_, value)| retry::retry_after(value, clock::date()));
            Answer::Reply { status, body: Body::from_bytes(body.as_bytes()), retry_after }
        }
        Incoming::Timeout { .. } => Answer::Timeout,
        Incoming::Unreachable { unreachable } => Answer::Unreachable { why: unreachable },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn read(text: &str) -> Answer {
        answer(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_reply_may_ask_to_wait() {
        let reply = read(r#"{"status": 429, "headers": {"Retry-After": "7"}, "body": "{}"}"#);
        let Answer::Reply { status, retry_after, .. } = reply else { panic!("{reply:?}") };
        assert_eq!((status, retry_after), (429, Some(Duration::from_secs(7))));
    }

    #[test]
    fn no_reply_is_told_from_no_arrival() {
        assert!(matches!(read(r#"{"timeout": true}"#), Answer::Timeout));
        let unreachable = read(r#"{"unreachable": "no route"}"#);
        assert!(matches!(unreachable, Answer::Unreachable { why } if why == "no route"));
    }

    #[test]
    fn a_misspelt_reply_is_refused() {
        for text in [r#"{"state": 200}"#, r#"{"status": "200"}"#, r#"{"status": 200, "boddy": ""}"#, "[]"] {
            assert!(serde_json::from_str::<Incoming>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn debug_shows_no_credentials() {
        let headers = BTreeMap::from([("authorization".to_owned(), "canary".to_owned())]);
        let url = "https://a.example/users?email=canary".to_owned();
        let request = Outgoing { method: "GET", url, headers, body: Some("canary".to_owned()) };
        assert!(!format!("{request:?}").contains("canary"));
    }
}
