//! The network of the program: each request is handed to its callback, on a thread that may wait.

use std::future::Future;
use std::pin::Pin;

use mapwright::deliver::{Incoming, Network, Outgoing};

use crate::pointers::Callback;
use crate::problem::Problem;

/// A request that waits for the reply to it.
#[derive(Debug, Default)]
pub struct Reply {
    given: Option<Incoming>,
}

/// Hands requests to a callback.
#[derive(Debug)]
pub(crate) struct CallbackNetwork(pub(crate) Callback);

impl Reply {
    /// Takes the reply, once.
    pub(crate) fn set(&mut self, reply: &str) -> Result<(), Problem> {
        if self.given.is_some() {
            return Err(Problem::refused("the request has its reply already"));
        }
        let shape = r#"{"status", "headers"?, "body"?}, {"timeout": true} or {"unreachable": "why"}"#;
        let wrong = |_| Problem::refused(format!("the reply is not of the shape {shape}"));
        self.given = Some(serde_json::from_str(reply).map_err(wrong)?);
        Ok(())
    }
}

impl Network for CallbackNetwork {
    fn send(&self, request: Outgoing) -> Pin<Box<dyn Future<Output = Incoming> + Send + '_>> {
        let callback = self.0;
        Box::pin(async move {
            let asked = tokio::task::spawn_blocking(move || ask(callback, &request));
            asked.await.ok().flatten().unwrap_or(Incoming::Timeout { timeout: true })
        })
    }
}

/// The reply of a callback; without one the request may have arrived or not.
fn ask(callback: Callback, request: &Outgoing) -> Option<Incoming> {
    let request = serde_json::to_vec(request).ok()?;
    let mut reply = Reply::default();
    let is_done = callback.call(&request, &mut reply);
    reply.given.filter(|_| is_done)
}
