//! Connections: at most so many at the same time, each with a limit for the head of a request, and their end.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::deliver::Stop;

/// How long to wait before the next try when the system has no connection to give, as when all file numbers are taken.
const PAUSE: Duration = Duration::from_millis(50);

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Connections at the same time; more wait until one ends.
    pub(super) most: usize,
    /// Longest time for the head of a request, and so for a connection that says nothing.
    pub(super) head_time: Duration,
    /// Longest time that requests under way may take after the wish to stop.
    pub(super) drain: Duration,
}

/// Answers what comes until it is told to stop, then lets requests under way end. Gives whether all of them did.
pub(super) async fn answer_all<A, F>(listener: TcpListener, bounds: Bounds, stop: &Stop, answer: A) -> bool
where
    A: Fn(Request<Body>) -> F + Clone + Send + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(bounds.most.clamp(1, Semaphore::MAX_PERMITS)));
    let mut open = JoinSet::new();
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = stop.stopped() => break,
        };
        while open.try_join_next().is_some() {}
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (answer, stop) = (answer.clone(), stop.clone());
        open.spawn(async move {
            one(stream, bounds.head_time, &stop, answer).await;
            drop(place);
        });
    }
    drop(listener);
    let all = async { while open.join_next().await.is_some() {} };
    tokio::time::timeout(bounds.drain, all).await.is_ok()
}

/// Answers the requests of one connection. How it ends is the peer's affair.
async fn one<A, F>(stream: TcpStream, head_time: Duration, stop: &Stop, answer: A)
where
    A: Fn(Request<Body>) -> F,
    F: Future<Output = Response<Body>>,
{
    // Small answers on keep-alive connections would otherwise wait for the peer's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let answered = answer(request.map(Body::new));
        async { Ok::<_, Infallible>(answered.await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_time)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stop.stopped() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
