//! Another transformer behind this one: what is not ours goes there and comes back, byte for byte.

use std::fmt;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, Method, Response, Uri};
use reqwest::Client;
use serde_json::Value;
use url::Url;

use crate::deliver::plain_client;

/// Headers that belong to a connection, not to what goes through it (RFC 9110, section 7.6.1).
const OF_CONNECTIONS: [&str; 9] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The transformer behind this one.
#[derive(Debug)]
pub(super) struct Upstream {
    origin: String,
    client: Client,
}

/// Why there is no upstream.
#[derive(Debug)]
#[non_exhaustive]
pub enum UpstreamError {
    /// It is no URL of a host.
    NoUrl(String),
    /// The HTTP client cannot be set up on this machine.
    Client(reqwest::Error),
}

impl fmt::Display for UpstreamError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UpstreamError::NoUrl(text) => {
                write!(
                    formatter,
                    "the upstream `{text}` is not the URL of a host, like http://127.0.0.1:9091"
                )
            }
            UpstreamError::Client(error) => write!(formatter, "cannot set up the HTTP client: {error}"),
        }
    }
}

impl std::error::Error for UpstreamError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            UpstreamError::NoUrl(_) => None,
            UpstreamError::Client(error) => Some(error),
        }
    }
}

impl Upstream {
    pub(super) fn new(text: &str) -> Result<Self, UpstreamError> {
        let no_url = || UpstreamError::NoUrl(text.to_owned());
        let url = Url::parse(text).map_err(|_| no_url())?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(no_url());
        }
        let origin = text.trim_end_matches('/').to_owned();
        Ok(Self { origin, client: plain_client().map_err(UpstreamError::Client)? })
    }

    /// Passes a call on and its answer back; `None` when there is no answer.
    pub(super) async fn forward(
        &self,
        method: Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Option<Response<Body>> {
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let request = self.client.request(method, format!("{}{path}", self.origin));
        let answer = request.headers(passing(headers)).body(body).send().await.ok()?;
        let mut response = Response::builder().status(answer.status());
        if let Some(to) = response.headers_mut() {
            *to = passing(answer.headers());
        }
        response.body(Body::from(answer.bytes().await.ok()?)).ok()
    }

    /// What the upstream can do.
    pub(super) async fn features(&self) -> Option<Value> {
        let answer = self.client.get(format!("{}/features", self.origin)).send().await.ok()?;
        let text = if answer.status().is_success() { answer.bytes().await.ok()? } else { return None };
        serde_json::from_slice(&text).ok()
    }
}

/// The headers that go through.
fn passing(headers: &HeaderMap) -> HeaderMap {
    let passes = |name: &HeaderName| !OF_CONNECTIONS.contains(&name.as_str());
    headers
        .iter()
        .filter(|(name, _)| passes(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
