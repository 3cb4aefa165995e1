//! The HTTP side: bodies in, packed or not, and answers out; the end on request, within a bound.

use std::io::{self, Read as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use axum::serve::ListenerExt as _;
use flate2::read::MultiGzDecoder;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::Host;
use super::calls::{self, Client, Reply, error};
use super::metrics::Counted;
use super::route::Call;
use crate::deliver::Stop;

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
///
/// # Errors
/// The listener breaks.
pub async fn serve(listening: Listening, host: Arc<Host>, stop: &Stop) -> io::Result<bool> {
    let drain = host.options.drain;
    let app: Router = Router::new().fallback(handle).with_state(host);
    // Small answers on keep-alive connections would otherwise wait for the peer's delayed acknowledgement.
    let listener = listening.listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let wish = stop.clone();
    let ended = async move { wish.stopped().await };
    let server = axum::serve(listener, app).with_graceful_shutdown(ended);
    let late = async {
        stop.stopped().await;
        tokio::time::sleep(drain).await;
    };
    tokio::select! {
        served = server => served.map(|()| true),
        () = late => Ok(false),
    }
}

/// Gives the counts of a host at `/metrics`, on an address of their own; never ends by itself.
///
/// # Errors
/// The listener breaks.
pub async fn serve_metrics(listening: Listening, host: Arc<Host>) -> io::Result<()> {
    let app: Router = Router::new().fallback(metrics).with_state(host);
    axum::serve(listening.listener, app).await
}

async fn metrics(State(host): State<Arc<Host>>, request: Request<Body>) -> Response<Body> {
    if request.uri().path().trim_end_matches('/') != "/metrics" {
        return response(Reply::not_found());
    }
    let mut response = Response::new(Body::from(host.metrics.text()));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

async fn handle(State(host): State<Arc<Host>>, request: Request<Body>) -> Response<Body> {
    let begun = Instant::now();
    let (head, body) = request.into_parts();
    let call = Call::of(head.method.as_str(), head.uri.path());
    let (bytes, reply) = match read(&host, body).await {
        Ok(bytes) => (bytes.len(), answer(&host, call.as_ref(), &head, bytes).await),
        Err(reply) => (0, Answered::Ours(reply)),
    };
    let (status, size) = match &reply {
        Answered::Ours(reply) => (reply.status, reply.body.len()),
        Answered::Theirs(response) => (response.status().as_u16(), 0),
    };
    host.metrics.call(Counted {
        method: head.method.as_str(),
        route: call.as_ref().map_or("other", Call::route),
        status,
        took: begun.elapsed(),
        request: bytes,
        response: size,
    });
    match reply {
        Answered::Ours(reply) => response(reply),
        Answered::Theirs(response) => response,
    }
}

/// An answer, and whose it is.
enum Answered {
    Ours(Reply),
    Theirs(Response<Body>),
}

async fn answer(host: &Host, call: Option<&Call>, head: &Parts, body: Bytes) -> Answered {
    let plain = match unpacked(&head.headers, &body, host.options.body_bytes) {
        Ok(plain) => plain,
        Err(reply) => return Answered::Ours(reply),
    };
    if let Some(upstream) = &host.upstream
        && !call.is_some_and(|call| calls::is_ours(host, call, &plain))
    {
        let theirs = upstream.forward(head.method.clone(), &head.uri, &head.headers, body).await;
        return theirs.map_or_else(
            || Answered::Ours(Reply::json(502, &error("the upstream transformer does not answer"))),
            Answered::Theirs,
        );
    }
    let Some(call) = call else { return Answered::Ours(Reply::not_found()) };
    let client = Client {
        can_filter: is_true(&head.headers, "x-feature-filter-code"),
        patience: head.headers.get("rdproxy-timeout").and_then(milliseconds),
    };
    Answered::Ours(calls::answer(host, call, client, &plain).await)
}

async fn read(host: &Host, body: Body) -> Result<Bytes, Reply> {
    let read = tokio::time::timeout(host.options.body_time, to_bytes(body, host.options.body_bytes)).await;
    match read {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(problem)) if is_too_long(&problem) => Err(too_large()),
        Ok(Err(_)) => Err(Reply::json(400, &error("the body cannot be read"))),
        Err(_) => Err(Reply::json(408, &error("the body did not arrive in time"))),
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
        return Err(Reply::json(400, &error("the body is not gzip, as its header says")));
    }
    if plain.len() > most { Err(too_large()) } else { Ok(plain.into()) }
}

fn too_large() -> Reply {
    Reply::json(413, &error("the body is too large"))
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
    response
}
