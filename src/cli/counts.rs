//! Counts of a delivery for those who watch it while it runs.

use std::net::SocketAddr;
use std::sync::Arc;

use super::output::{Output, Problem};
use crate::deliver::{Deliverer, Transport};
use crate::host::{Listening, Tally, serve_tally};
use crate::run::{Session, Verdict};

/// Counts, if somebody wants them.
#[derive(Debug)]
pub(super) struct Counts(Option<(Arc<Tally>, Listening)>);

impl Counts {
    /// Counts that are to be read at an address, of a session's requests and events.
    pub(super) async fn open(address: Option<SocketAddr>, session: &Session) -> Result<Self, Problem> {
        let Some(address) = address else { return Ok(Self(None)) };
        let tally = Tally::new(&super::settings::instance().unwrap_or_default(), &session.plan().destination);
        Ok(Self(Some((Arc::new(tally), listen(address).await?))))
    }

    /// The same transport, with its requests counted.
    pub(super) fn counting(&self, transport: Arc<dyn Transport>) -> Arc<dyn Transport> {
        match &self.0 {
            Some((tally, _)) => tally.counting(transport),
            None => transport,
        }
    }

    /// Begins to answer; gives what counts events.
    pub(super) fn begin(self, deliverer: &Deliverer, output: &mut Output) -> Ends {
        let Some((tally, listening)) = self.0 else { return Ends(None) };
        output.note(format_args!("metrics on http://{}/metrics", listening.address()));
        tokio::spawn(serve_tally(listening, tally.clone(), deliverer.clone()));
        Ends(Some(tally))
    }
}

/// Counts events by their end, if somebody wants it.
#[derive(Debug)]
pub(super) struct Ends(Option<Arc<Tally>>);

impl Ends {
    /// Counts nothing.
    pub(super) fn uncounted() -> Self {
        Self(None)
    }

    /// One more has ended.
    pub(super) fn count(&self, verdict: &Verdict) {
        if let Some(tally) = &self.0 {
            tally.ended(verdict);
        }
    }
}

/// Binds an address.
pub(super) async fn listen(address: SocketAddr) -> Result<Listening, Problem> {
    let problem = |error| Problem::unreadable(format!("cannot listen on {address}: {error}"));
    Listening::on(address).await.map_err(problem)
}
