//! The HTTP client of the traces: ours, used from a thread that has no runtime.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tokio::runtime::Handle;

use crate::deliver::plain_client;

/// Longest time for one request to the collector.
const PATIENCE: Duration = Duration::from_secs(10);

/// Makes requests in a runtime.
#[derive(Clone)]
pub(super) struct Client {
    inner: reqwest::Client,
    runtime: Handle,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Client")
    }
}

/// A response on its way, as the trait wants it.
type Sending<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'a>>;

impl Client {
    pub(super) fn new(runtime: Handle) -> Result<Self, reqwest::Error> {
        Ok(Self { inner: plain_client()?, runtime })
    }
}

impl HttpClient for Client {
    fn send_bytes<'life, 'sending>(&'life self, request: Request<Bytes>) -> Sending<'sending>
    where
        'life: 'sending,
    {
        let (head, body) = request.into_parts();
        let request = self.inner.request(head.method, head.uri.to_string());
        let sending = send(request.headers(head.headers).timeout(PATIENCE).body(body));
        let sent = self.runtime.spawn(sending);
        Box::pin(async move {
            let answered = sent.await?;
            if let Err(error) = &answered {
                // Neither the address nor what it may have in it.
                let why = if error.is_timeout() { "no answer in time" } else { "no connection" };
                tracing::warn!(why, "traces were not sent");
            }
            Ok(answered?)
        })
    }
}

async fn send(request: reqwest::RequestBuilder) -> Result<Response<Bytes>, reqwest::Error> {
    let answer = request.send().await?;
    let status = answer.status();
    if !status.is_success() {
        tracing::warn!(status = status.as_u16(), "the collector did not take the traces");
    }
    let mut response = Response::new(answer.bytes().await?);
    *response.status_mut() = status;
    Ok(response)
}
