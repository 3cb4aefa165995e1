//! The transport over HTTP.
//!
//! One client for all requests of a session. It follows no redirect, repeats nothing, and reads at most so many bytes
//! of a reply. Its errors name neither addresses nor credentials.

mod guard;

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use url::Url;

use super::address::Address;
use super::pace::Standing;
use super::transport::{Sending, Transport};
use super::{clock, retry};
use crate::run::{Answer, Body, Method, Request};
use crate::value::Secret;
use guard::{Guard, LEADS_INSIDE, LeadsInside, LookUp};

/// How long the transport waits and how much it reads.
#[derive(Clone, Copy, Debug)]
pub struct HttpLimits {
    /// Longest time to reach the destination.
    pub connect: Duration,
    /// Longest time from the request to the last byte of the reply.
    pub total: Duration,
    /// Largest body of a reply, unpacked.
    pub body_bytes: usize,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), total: Duration::from_mins(1), body_bytes: 10 * 1024 * 1024 }
    }
}

/// Headers that say how many requests are still allowed: of the drafts of the standard, and what was usual before.
///
/// Source: draft-ietf-httpapi-ratelimit-headers-02.
const RATE_LEFT: [&str; 3] = ["ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining"];

/// What stands for "no reply has said it".
const NOT_SAID: u64 = u64::MAX;

/// Sends requests to one address.
#[derive(Debug)]
pub struct HttpTransport {
    client: Client,
    address: Address,
    headers: HeaderMap,
    limits: HttpLimits,
    standing: Mutex<Option<Standing>>,
    rate_left: AtomicU64,
}

/// Why there is no transport.
#[derive(Debug)]
#[non_exhaustive]
pub enum HttpError {
    /// A header of the mapping cannot be sent; this is its name.
    Header(String),
    /// The HTTP client cannot be set up on this machine.
    Client(reqwest::Error),
}

impl fmt::Display for HttpError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HttpError::Header(name) => {
                write!(formatter, "the header `{name}` has characters that HTTP does not allow")
            }
            HttpError::Client(error) => write!(formatter, "cannot set up the HTTP client: {error}"),
        }
    }
}

impl StdError for HttpError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            HttpError::Header(_) => None,
            HttpError::Client(error) => Some(error),
        }
    }
}

impl HttpTransport {
    /// A transport to an address that sends `headers` with every request.
    pub fn new(
        address: Address,
        headers: &[(String, String)],
        limits: HttpLimits,
    ) -> Result<Self, HttpError> {
        Self::with_look_up(address, headers, limits, Arc::new(guard::System))
    }

    fn with_look_up(
        address: Address,
        headers: &[(String, String)],
        limits: HttpLimits,
        look_up: Arc<dyn LookUp>,
    ) -> Result<Self, HttpError> {
        let client = client(&address, &limits, look_up).map_err(HttpError::Client)?;
        let mut all = HeaderMap::new();
        all.insert(ACCEPT, HeaderValue::from_static("application/json"));
        add_headers(&mut all, headers).map_err(HttpError::Header)?;
        let (standing, rate_left) = (Mutex::default(), AtomicU64::new(NOT_SAID));
        Ok(Self { client, address, headers: all, limits, standing, rate_left })
    }

    async fn call(&self, request: &Request, authorization: Option<&Secret>) -> Answer {
        let Some(url) = self.address.url_of(&request.target) else {
            return unsendable("its path is not allowed");
        };
        let mut headers = self.headers.clone();
        if request.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Err(name) = add_headers(&mut headers, &request.headers) {
            return unsendable(&format!("the header `{name}` has characters that HTTP does not allow"));
        }
        if let Some(secret) = authorization {
            let Ok(mut value) = HeaderValue::from_str(secret.reveal()) else {
                return unsendable("the credentials have characters that HTTP does not allow");
            };
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let mut sent = reqwest::Request::new(method(request.method), url);
        *sent.headers_mut() = headers;
        *sent.body_mut() = request.body.clone().map(Into::into);
        self.exchange(sent).await
    }

    async fn post_form(&self, url: Option<Url>, form: &Secret) -> Answer {
        let Some(url) = url else { return unsendable("its path is not allowed") };
        let mut sent = reqwest::Request::new(reqwest::Method::POST, url);
        sent.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        sent.headers_mut().insert(CONTENT_TYPE, form_type);
        *sent.body_mut() = Some(form.reveal().to_owned().into());
        self.exchange(sent).await
    }

    async fn exchange(&self, request: reqwest::Request) -> Answer {
        let response = match self.client.execute(request).await {
            Ok(response) => response,
            Err(error) => return answer_to_error(&error),
        };
        let status = response.status().as_u16();
        if let Some(standing) = standing(response.headers()) {
            *self.standing.lock().unwrap_or_else(PoisonError::into_inner) = Some(standing);
        }
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| retry::retry_after(value.to_str().ok()?, clock::date()));
        if let Some(left) = rate_left(response.headers()) {
            self.rate_left.store(left, Ordering::Relaxed);
        }
        match read_body(response, self.limits.body_bytes).await {
            Ok(body) => Answer::Reply { status, body, retry_after },
            Err(error) => answer_to_error(&error),
        }
    }
}

impl Transport for HttpTransport {
    fn send<'a>(&'a self, request: &'a Request, authorization: Option<&'a Secret>) -> Sending<'a> {
        Box::pin(self.call(request, authorization))
    }

    fn take_standing(&self) -> Option<Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn ask_token<'a>(&'a self, path: &'a str, form: &'a Secret) -> Sending<'a> {
        Box::pin(self.post_form(self.address.url_from_root(path), form))
    }

    fn rate_left(&self) -> Option<u64> {
        Some(self.rate_left.load(Ordering::Relaxed)).filter(|left| *left != NOT_SAID)
    }
}

/// The only place that makes a client: without a crypto provider its construction would panic.
fn client(
    address: &Address,
    limits: &HttpLimits,
    look_up: Arc<dyn LookUp>,
) -> Result<Client, reqwest::Error> {
    // Fails when a provider is there already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .user_agent(concat!("mapwright/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(limits.connect)
        .timeout(limits.total);
    if address.is_loopback() {
        builder = builder.no_proxy();
    }
    if let Some(host) = address.outside() {
        builder = builder.dns_resolver(Guard { host: host.to_owned(), look_up });
    }
    if address.is_plain() {
        // No certificate is ever looked at, and reading those of the machine takes most of the time of a case.
        builder = builder.tls_certs_only([]);
    }
    builder.build()
}

/// A client that follows no redirect, repeats nothing and unpacks nothing, for calls that are passed on.
///
/// # Errors
/// No client can be set up on this machine.
#[cfg(feature = "host")]
pub(crate) fn plain_client() -> Result<Client, reqwest::Error> {
    // Fails when a provider is there already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().redirect(Policy::none()).retry(reqwest::retry::never()).no_gzip().no_proxy().build()
}

/// What a reply says of the account's limit: all three headers, in the spelling of the draft or the older one.
fn standing(headers: &HeaderMap) -> Option<Standing> {
    let number = |names: [&str; 2]| {
        let value = names.iter().find_map(|name| headers.get(*name))?;
        value.to_str().ok()?.trim().parse::<u32>().ok()
    };
    Some(Standing {
        limit: number(["ratelimit-limit", "x-rate-limit"])?,
        remaining: number(["ratelimit-remaining", "x-rate-limit-remaining"])?,
        reset: Duration::from_secs(number(["ratelimit-reset", "rate-limit-reset"])?.into()),
    })
}

/// Adds headers; the error is the name of one that cannot be sent.
fn add_headers(to: &mut HeaderMap, headers: &[(String, String)]) -> Result<(), String> {
    for (name, value) in headers {
        let (Ok(key), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) else {
            return Err(name.clone());
        };
        to.insert(key, value);
    }
    Ok(())
}

fn rate_left(headers: &HeaderMap) -> Option<u64> {
    let value = RATE_LEFT.iter().find_map(|name| headers.get(*name))?;
    value.to_str().ok()?.trim().parse().ok()
}

async fn read_body(mut response: Response, most: usize) -> Result<Body, reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len() + chunk.len() > most {
            return Ok(Body::Other(format!("(more than {most} bytes)")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Body::from_bytes(&bytes))
}

fn unsendable(why: &str) -> Answer {
    Answer::Unreachable { why: format!("the request cannot be sent: {why}") }
}

/// A failure before the request was on its way is `Unreachable`; after that it may have arrived.
fn answer_to_error(error: &reqwest::Error) -> Answer {
    if error.is_connect() || error.is_builder() {
        Answer::Unreachable { why: why_unreachable(error).to_owned() }
    } else {
        Answer::Timeout
    }
}

fn why_unreachable(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        return "no connection in time";
    }
    if causes(error).any(<dyn StdError>::is::<LeadsInside>) {
        return LEADS_INSIDE;
    }
    for error in causes(error) {
        if error.to_string().starts_with("dns error") {
            return "the host name cannot be found";
        }
        if error.is::<rustls::Error>() {
            return "no secure connection";
        }
        if let Some(error) = error.downcast_ref::<io::Error>() {
            if error.get_ref().is_some_and(<dyn StdError + Send + Sync>::is::<rustls::Error>) {
                return "no secure connection";
            }
            if error.kind() == io::ErrorKind::ConnectionRefused {
                return "connection refused";
            }
        }
    }
    "no connection"
}

/// What is behind an error, one below the other.
pub(crate) fn causes<'e>(error: &'e reqwest::Error) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(error.source(), |error: &&'e (dyn StdError + 'static)| (*error).source())
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

#[cfg(test)]
mod tests;
