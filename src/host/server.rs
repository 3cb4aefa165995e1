//! The HTTP side: bodies in, packed or not, and answers out; the end on request, within a bound.

use std::io::{self, Read as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use flate2::read::MultiGzDecoder;
use http_body_util::BodyExt as _;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::calls::{self, Client, Reply};
use super::connections::{self, Bounds};
use super::metrics::{Counted, Tally};
use super::route::Call;
use super::{Host, Options, log, trace};
use crate::deliver::{Deliverer, Stop};

/// Connections for those who read the counts.
const SCRAPERS: usize = 16;

/// A host that listens.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
}

impl Listening {
    /// Binds an address; port 0 picks a free one.
    ///
    /// # Errors
    /// The address cannot be bound.
    pub async fn on(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// The address that was bound.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Answers calls until it is told to stop; then finishes what is under way, for as long as the host's options allow.
///
/// Gives whether everything was finished.
pub async fn serve(listening: Listening, host: Arc<Host>, stop: &Stop) -> bool {
    let Options { connections: most, head_time, drain, .. } = host.options;
    let bounds = Bounds { most, head_time, drain };
    log::begins(listening.address, most, host.options.calls);
    let answer = move |request| handle(host.clone(), request);
    let ending = async {
        stop.stopped().await;
        log::drain_begins(drain.as_secs());
        std::future::pending::<()>().await;
    };
    let is_whole = tokio::select! {
        biased;
        () = ending => false,
        is_whole = connections::answer_all(listening.listener, bounds, stop, answer) => is_whole,
    };
    log::drain_ends(is_whole);
    is_whole
}

/// Gives the counts of a host at `/metrics`, on an address of their own; never ends by itself.
pub async fn serve_metrics(listening: Listening, host: Arc<Host>) {
    let Options { head_time, drain, .. } = host.options;
    let bounds = Bounds { most: SCRAPERS, head_time, drain };
    let answer = move |request| std::future::ready(counts(&host, &request));
    connections::answer_all(listening.listener, bounds, &Stop::default(), answer).await;
}

/// Gives the counts of a delivery at `/metrics`; never ends by itself.
pub async fn serve_tally(listening: Listening, tally: Arc<Tally>, deliverer: Deliverer) {
    let Options { head_time, drain, .. } = Options::default();
    let bounds = Bounds { most: SCRAPERS, head_time, drain };
    let answer = move |request: Request<Body>| {
        let is_known = request.uri().path().trim_end_matches('/') == "/metrics";
        let answer = if is_known { as_text(tally.text(&deliverer)) } else { response(Reply::not_found()) };
        std::future::ready(answer)
    };
    connections::answer_all(listening.listener, bounds, &Stop::default(), answer).await;
}

fn counts(host: &Host, request: &Request<Body>) -> Response<Body> {
    let text = match request.uri().path().trim_end_matches('/') {
        "/metrics" => host.metrics.text(host.mappings().len()),
        "/resetMetrics" => {
            host.metrics.reset();
            "Metrics reset".to_owned()
        }
        _ => return response(Reply::not_found()),
    };
    as_text(text)
}

/// Counts in the form of Prometheus.
fn as_text(text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

async fn handle(host: Arc<Host>, request: Request<Body>) -> Response<Body> {
    let begun = Instant::now();
    let _under_way = host.metrics.begin();
    let (head, body) = request.into_parts();
    let call = Call::of(head.method.as_str(), head.uri.path());
    let route = call.as_ref().map_or("other", Call::route);
    let span = trace::call(&head, route);
    // All that a call may do is in this future, which is too large to be moved about.
    let admitted = Box::pin(admitted(&host, call.as_ref(), &head, body));
    let (size, answered) = admitted.instrument(span.clone()).await;
    let (status, took, ours) = (answered.status(), begun.elapsed(), answered.ours());
    trace::call_ended(&span, status);
    host.metrics.call(Counted {
        method: head.method.as_str(),
        route,
        status,
        destination: ours.and_then(|reply| reply.destination.as_deref()).unwrap_or_default(),
        took,
        request: size,
        response: ours.map_or(0, |reply| reply.body.len()),
    });
    match ours.and_then(|reply| reply.refusal.as_deref()) {
        Some(why) => log::refused(head.method.as_str(), route, status, why),
        None => log::answered(head.method.as_str(), route, status, took.as_millis()),
    }
    match answered {
        Answered::Ours(reply) => response(reply),
        Answered::Theirs(response) => response,
    }
}

/// An answer, and whose it is.
enum Answered {
    Ours(Reply),
    Theirs(Response<Body>),
}

impl Answered {
    fn ours(&self) -> Option<&Reply> {
        match self {
            Answered::Ours(reply) => Some(reply),
            Answered::Theirs(_) => None,
        }
    }

    fn status(&self) -> u16 {
        match self {
            Answered::Ours(reply) => reply.status,
            Answered::Theirs(response) => response.status().as_u16(),
        }
    }
}

/// Reads and answers a call if there is a place for it; gives the size of its body as well.
async fn admitted(host: &Host, call: Option<&Call>, head: &Parts, body: Body) -> (usize, Answered) {
    let is_light = call.is_some_and(Call::is_light);
    let place = if is_light { None } else { host.places.try_acquire().ok() };
    if place.is_none() && !is_light {
        // A caller that is still sending might not see an answer before.
        let _ = tokio::time::timeout(host.options.body_time, skip(body, host.options.body_bytes)).await;
        return (0, Answered::Ours(Reply::later("too many calls are under way", "overloaded")));
    }
    match read(host, body).await {
        Ok(bytes) => (bytes.len(), answer(host, call, head, bytes).await),
        Err(reply) => (0, Answered::Ours(reply)),
    }
}

/// Reads a body, up to so many bytes, and keeps nothing of it.
async fn skip(mut body: Body, mut most: usize) {
    while let Some(Ok(frame)) = body.frame().await {
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        match most.checked_sub(bytes) {
            Some(rest) => most = rest,
            None => return,
        }
    }
}

async fn answer(host: &Host, call: Option<&Call>, head: &Parts, body: Bytes) -> Answered {
    let deadline = host.deadline();
    let plain = match unpacked(&head.headers, &body, host.options.body_bytes) {
        Ok(plain) => plain,
        Err(reply) => return Answered::Ours(reply),
    };
    if let Some(upstream) = &host.upstream
        && !call.is_some_and(|call| calls::is_ours(host, call, &plain))
    {
        let theirs = upstream.forward(head.method.clone(), &head.uri, &head.headers, body);
        return match tokio::time::timeout_at(deadline, theirs).await {
            Ok(Some(theirs)) => Answered::Theirs(theirs),
            _ => Answered::Ours(Reply::refused(502, "the upstream transformer does not answer")),
        };
    }
    let Some(call) = call else { return Answered::Ours(Reply::not_found()) };
    let client = Client {
        can_filter: is_true(&head.headers, "x-feature-filter-code"),
        patience: head.headers.get("rdproxy-timeout").and_then(milliseconds),
        deadline,
    };
    Answered::Ours(calls::answer(host, call, client, &plain).await)
}

async fn read(host: &Host, body: Body) -> Result<Bytes, Reply> {
    let read = tokio::time::timeout(host.options.body_time, to_bytes(body, host.options.body_bytes)).await;
    match read {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(problem)) if is_too_long(&problem) => Err(too_large()),
        Ok(Err(_)) => Err(Reply::refused(400, "the body cannot be read")),
        Err(_) => Err(Reply::refused(408, "the body did not arrive in time")),
    }
}

/// The body without its packing, if it has one; never more than `most` bytes.
fn unpacked(headers: &HeaderMap, body: &Bytes, most: usize) -> Result<Bytes, Reply> {
    if headers.get(CONTENT_ENCODING).is_none_or(|encoding| encoding != "gzip") {
        return Ok(body.clone());
    }
    let mut plain = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    if MultiGzDecoder::new(&**body).take(limit).read_to_end(&mut plain).is_err() {
        return Err(Reply::refused(400, "the body is not gzip, as its header says"));
    }
    if plain.len() > most { Err(too_large()) } else { Ok(plain.into()) }
}

fn too_large() -> Reply {
    Reply::refused(413, "the body is too large")
}

/// Whether reading stopped at the limit.
fn is_too_long(problem: &axum::Error) -> bool {
    std::error::Error::source(problem)
        .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>)
}

fn milliseconds(value: &HeaderValue) -> Option<Duration> {
    value.to_str().ok()?.parse().ok().map(Duration::from_millis)
}

/// Whether a feature header says yes.
fn is_true(headers: &HeaderMap, name: &str) -> bool {
    headers.get(name).is_some_and(|value| matches!(value.as_bytes(), b"?1" | b"true"))
}

fn response(reply: Reply) -> Response<Body> {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content_type =
        if reply.is_text { "text/plain; charset=utf-8" } else { "application/json; charset=utf-8" };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if reply.is_transform {
        response.headers_mut().insert(HeaderName::from_static("apiversion"), HeaderValue::from_static("2"));
    }
    if let Some(word) = reply.again {
        let headers = response.headers_mut();
        headers.insert(HeaderName::from_static("x-rudder-should-retry"), HeaderValue::from_static("true"));
        headers.insert(HeaderName::from_static("x-rudder-error-reason"), HeaderValue::from_static(word));
    }
    response
}
