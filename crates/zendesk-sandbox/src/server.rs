//! The HTTP side: one handler for everything, answers with their headers, delays and cut connections.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body as HttpBody, Bytes, to_bytes};
use axum::extract::State as Shared;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, Request, Response, StatusCode};
use axum::serve::ListenerExt as _;
use http_body::{Frame, SizeHint};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::call::Call;
use crate::config::Config;
use crate::error::SandboxError;
use crate::refusal;
use crate::reply::{Body, Reply};
use crate::sandbox::Sandbox;
use crate::state::{Outcome, State};

/// Largest request body in bytes. Guess: the vendor publishes none.
const LARGEST_BODY: usize = 16 << 20;

type SharedState = Arc<Mutex<State>>;

/// Binds the address and serves until the sandbox is stopped or dropped.
pub(crate) async fn start(addr: SocketAddr, config: Config) -> Result<Sandbox, SandboxError> {
    let bind = |error| SandboxError::Bind(addr, error);
    let listener = TcpListener::bind(addr).await.map_err(bind)?;
    let addr = listener.local_addr().map_err(bind)?;
    let mut state = State::new(Arc::new(config), format!("http://{addr}"));
    state.load()?;
    let state = Arc::new(Mutex::new(state));
    let app: Router = Router::new().fallback(serve).with_state(Arc::clone(&state));
    // Small answers on keep-alive connections would otherwise wait for the peer's delayed acknowledgement.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let (shutdown, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(async move {
        let ended = async { drop(stopped.await) };
        drop(axum::serve(listener, app).with_graceful_shutdown(ended).await);
    });
    Ok(Sandbox::new(addr, state, shutdown, server))
}

async fn serve(Shared(state): Shared<SharedState>, request: Request<HttpBody>) -> Response<HttpBody> {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return response(refusal::titled(413, "Payload too large", "The request body is too large"));
    };
    let outcome = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let line = (head.method.as_str(), head.uri.path(), head.uri.query().unwrap_or_default());
        let call = Call::new(line, &head.headers, body.to_vec(), &state.base, state.clock.now());
        state.handle(&call)
    };
    let Outcome { reply, delay, cut } = outcome;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    if cut { broken_off() } else { response(reply) }
}

fn response(reply: Reply) -> Response<HttpBody> {
    let (content_type, body) = match reply.body {
        Body::Empty => (None, HttpBody::empty()),
        Body::Json(value) => (Some("application/json; charset=utf-8"), HttpBody::from(value.to_string())),
        Body::Text(text) => (Some("text/plain; charset=utf-8"), HttpBody::from(text)),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    for (name, value) in reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    response
}

/// An answer that promises more than it sends: the connection closes in the middle of it.
fn broken_off() -> Response<HttpBody> {
    let mut response = Response::new(HttpBody::new(BrokenBody { started: false }));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("100"));
    response
}

/// A body that fails after its first bytes.
struct BrokenBody {
    started: bool,
}

impl http_body::Body for BrokenBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let frame = if self.started {
            Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted))
        } else {
            Ok(Frame::data(Bytes::from_static(b"{\"cut")))
        };
        self.started = true;
        Poll::Ready(Some(frame))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(100)
    }
}
