//! The HTTP side: bodies in, packed or not, and answers out; the end on request, within a bound.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tower_http::decompression::RequestDecompressionLayer;

use super::Host;
use super::calls::{self, Client, Reply, error};
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
    let app: Router = Router::new().fallback(handle).layer(RequestDecompressionLayer::new()).with_state(host);
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

async fn handle(State(host): State<Arc<Host>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Some(call) = Call::of(head.method.as_str(), head.uri.path()) else {
        return response(Reply::not_found());
    };
    let body = match read(&host, body).await {
        Ok(body) => body,
        Err(reply) => return response(reply),
    };
    let client = Client { can_filter: is_true(&head.headers, "x-feature-filter-code") };
    response(calls::answer(&host, &call, client, &body).await)
}

async fn read(host: &Host, body: Body) -> Result<Bytes, Reply> {
    let read = tokio::time::timeout(host.options.body_time, to_bytes(body, host.options.body_bytes)).await;
    match read {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(problem)) if is_too_long(&problem) => Err(Reply::json(413, &error("the body is too large"))),
        Ok(Err(_)) => Err(Reply::json(400, &error("the body cannot be read"))),
        Err(_) => Err(Reply::json(408, &error("the body did not arrive in time"))),
    }
}

/// Whether reading stopped at the limit.
fn is_too_long(problem: &axum::Error) -> bool {
    std::error::Error::source(problem)
        .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>)
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
