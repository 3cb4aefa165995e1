//! NATS JetStream as a source: a stream with a subject for each partition, and leases that say which instance has which.
//!
//! ```text
//! leases (key-value, an entry lives 10 s) ─▶ Keeper: takes, renews, gives back ─▶ Held: one partition's messages ─▶ JetStream
//! ```
//!
//! A partition has one consumer, which whoever takes the partition over makes anew: so it gets all that has not ended, in
//! its order, and acknowledgements of the one before no longer count.
//!
//! Source: <https://docs.nats.io/nats-concepts/jetstream>, "Key/Value Store" and "Consumers".

mod budget;
mod held;
mod keeper;
mod publish;
mod stream;

use async_nats::ConnectOptions;
use async_nats::jetstream::Context;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::deliver::{Arrived, NotSent, Source, SourceError};
pub use budget::NatsBudget;
pub use held::NatsTicket;
use keeper::Keeper;
pub use publish::{Published, publish};
use stream::Streams;
pub use stream::{Place, StreamPlace};

/// Events that are ready and not yet taken.
const READY: usize = 16;

/// How long the first connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// A connection to a server.
#[derive(Clone, Debug)]
pub struct Connection {
    context: Context,
}

impl Connection {
    /// Connects to a server, `nats://[USER:PASSWORD@]HOST[:PORT]` or `tls://…`, with a file of credentials if there is one.
    ///
    /// # Errors
    /// The address is none, the file cannot be read, or the server cannot be reached or refuses.
    pub async fn open(url: &str, credentials: Option<&Path>) -> Result<Self, SourceError> {
        let mut options = ConnectOptions::new().name("mapwright").connection_timeout(CONNECT);
        if let Some(file) = credentials {
            let read = options.credentials_file(file).await;
            options = read.map_err(|error| {
                SourceError::new(format!("cannot read the credentials {}: {error}", file.display()))
            })?;
        }
        let client = options.connect(url).await;
        let client = client.map_err(|error| SourceError::new(format!("cannot connect to NATS: {error}")))?;
        Ok(Self { context: async_nats::jetstream::new(client) })
    }
}

/// Events of a stream, of the partitions that this instance holds.
#[derive(Debug)]
pub struct JetStream {
    arrived: mpsc::Receiver<Result<Arrived<NatsTicket>, SourceError>>,
    /// Dropped to end the keeper.
    wish: Option<oneshot::Sender<()>>,
    keeper: JoinHandle<()>,
}

impl JetStream {
    /// Begins to consume. `mapping` is the hash of the mapping, for dead letters.
    ///
    /// # Errors
    /// The stream is not as it must be, or the server does not answer.
    pub async fn open(
        connection: &Connection,
        place: &StreamPlace,
        mapping: &str,
    ) -> Result<Self, SourceError> {
        let streams = Streams::open(&connection.context, place).await?;
        let (sender, arrived) = mpsc::channel(READY);
        let (wish, stopped) = oneshot::channel();
        let keeper = Keeper::new(Arc::new(streams), mapping, sender);
        Ok(Self { arrived, wish: Some(wish), keeper: tokio::spawn(keeper.run(stopped)) })
    }
}

impl Source for JetStream {
    type Ticket = NatsTicket;

    async fn next(&mut self) -> Option<Result<Arrived<NatsTicket>, SourceError>> {
        self.arrived.recv().await
    }

    async fn close(&mut self) -> Option<NotSent> {
        self.arrived.close();
        drop(self.wish.take());
        // A keeper that panicked has nothing more to give back.
        let _ = (&mut self.keeper).await;
        None
    }
}
