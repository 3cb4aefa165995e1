//! A partition that this instance holds: its messages, and what the server is told of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::header::NATS_MESSAGE_ID;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::kv::Store;
use async_nats::jetstream::message::Acker;
use async_nats::jetstream::{AckKind, Message};
use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::super::cannot;
use super::super::hold::{Hold, Marks};
use super::stream::Streams;
use crate::deliver::{Arrived, End, Finished, Line, SourceError, Ticket, letter};

/// Messages that the server gives out before it hears of an end.
const GIVEN_OUT: i64 = 1_024;

/// Messages that are asked for at a time.
const ASKED: usize = 128;

/// The server gives a message out again after this time by itself. Long, for an instance that goes away is noticed by its
/// lease, and one that lives may have good reasons.
const ACK_WAIT: Duration = Duration::from_hours(24);

/// Between two tries to tell the server something.
const TOLD_AGAIN: Duration = Duration::from_secs(1);

/// How long the server may take to answer.
const ANSWER: Duration = Duration::from_secs(5);

type Sender = mpsc::Sender<Result<Arrived<NatsTicket>, SourceError>>;

/// What all tickets of a partition share.
#[derive(Debug)]
struct Shared {
    streams: Arc<Streams>,
    hold: Hold<Mark>,
    mapping: Arc<str>,
}

/// A held partition.
#[derive(Debug)]
pub(super) struct Held {
    shared: Arc<Shared>,
    number: u32,
    puller: JoinHandle<()>,
}

/// The mark of a partition, in its bucket.
#[derive(Debug)]
struct Mark {
    store: Store,
    key: String,
    /// Of the entry; 0 for none.
    revision: tokio::sync::Mutex<u64>,
}

impl Marks for Mark {
    async fn keep(&self, mark: u64) -> Result<(), SourceError> {
        let mut revision = self.revision.lock().await;
        let kept = self.store.update(&self.key, mark.to_string().into(), *revision).await;
        *revision = kept.map_err(|error| cannot("keep the mark of a partition", &error))?;
        Ok(())
    }
}

impl Mark {
    /// The mark of a key, and the number that is there.
    async fn find(store: &Store, key: String) -> Result<(Self, u64), SourceError> {
        let entry =
            store.entry(&key).await.map_err(|error| cannot("read the mark of a partition", &error))?;
        let found = entry.as_ref().and_then(|entry| std::str::from_utf8(&entry.value).ok()?.parse().ok());
        let revision = tokio::sync::Mutex::new(entry.map_or(0, |entry| entry.revision));
        Ok((Self { store: store.clone(), key, revision }, found.unwrap_or(0)))
    }
}

impl Held {
    /// Takes a partition whose lease is ours: makes its consumer anew and begins to give out its messages.
    pub(super) async fn take(
        streams: &Arc<Streams>,
        number: u32,
        mapping: &Arc<str>,
        sender: &Sender,
    ) -> Result<Self, SourceError> {
        let place = streams.place.partition(number);
        let (mark, found) = Mark::find(&streams.marks, place.key()).await?;
        // There is none for the first who comes.
        let _ = streams.events.delete_consumer(&place.consumer()).await;
        let config = pull::Config {
            durable_name: Some(place.consumer()),
            filter_subject: place.to_string(),
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            max_ack_pending: GIVEN_OUT,
            ..pull::Config::default()
        };
        let consumer = streams.events.create_consumer(config).await;
        let consumer: PullConsumer =
            consumer.map_err(|error| cannot("make the consumer of a partition", &error))?;
        let messages = consumer.stream().max_messages_per_batch(ASKED).messages().await;
        let messages = messages.map_err(|error| cannot("ask for messages", &error))?;
        let hold = Hold::new(mark, found);
        let shared = Arc::new(Shared { streams: streams.clone(), hold, mapping: mapping.clone() });
        let puller = tokio::spawn(pull_all(shared.clone(), messages, sender.clone()));
        Ok(Self { shared, number, puller })
    }

    pub(super) fn is_held(&self) -> bool {
        self.shared.hold.is_held()
    }

    /// Somebody else has it.
    pub(super) fn lose(&self) {
        self.shared.hold.lose();
    }

    /// Gives the partition back in good order: what is under way comes to its end first.
    pub(super) fn release(&self) -> impl Future<Output = ()> + Send + use<> {
        let (shared, number) = (self.shared.clone(), self.number);
        async move {
            if let Err(error) = shared.hold.release().await {
                tracing::warn!("the next instance will doubt more than it must: {error}");
            }
            // The next one makes it anew in any case.
            let _ = shared
                .streams
                .events
                .delete_consumer(&shared.streams.place.partition(number).consumer())
                .await;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.puller.abort();
    }
}

/// Gives out messages for as long as the partition is ours and somebody wants them.
async fn pull_all(shared: Arc<Shared>, mut messages: pull::Stream, sender: Sender) {
    while let Some(message) = messages.next().await {
        if !shared.hold.is_held() {
            return;
        }
        let arrived = match message {
            Ok(message) => arrived(&shared, message),
            Err(error) => {
                tracing::warn!("the server gives out no messages for now: {error}");
                tokio::time::sleep(TOLD_AGAIN).await;
                continue;
            }
        };
        if sender.send(arrived).await.is_err() {
            return;
        }
    }
}

fn arrived(shared: &Arc<Shared>, message: Message) -> Result<Arrived<NatsTicket>, SourceError> {
    let info = message.info().map_err(|error| cannot("read what the server says of a message", &error))?;
    let place = info.stream_sequence;
    let (message, acker) = message.split();
    let line = Line::of_bytes(message.subject.as_str().into(), place, &message.payload);
    let is_in_doubt = shared.hold.is_in_doubt(place);
    let ticket = NatsTicket { shared: shared.clone(), place, acker, is_under_way: AtomicBool::new(false) };
    Ok(Arrived { line, is_in_doubt, ticket })
}

/// Stands for a message of a stream.
pub struct NatsTicket {
    shared: Arc<Shared>,
    place: u64,
    acker: Acker,
    is_under_way: AtomicBool,
}

impl std::fmt::Debug for NatsTicket {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NatsTicket").field("place", &self.place).finish_non_exhaustive()
    }
}

impl NatsTicket {
    /// Tells the server until it has understood, or the message is somebody else's.
    async fn tell(&self, end: End<'_>) -> bool {
        let is_held = || self.shared.hold.is_held() || self.is_under_way.load(Ordering::Relaxed);
        while is_held() {
            let told = match end {
                End::Done => self.acknowledge().await,
                End::Dead(finished) => match self.keep(finished).await {
                    Ok(()) => self.acknowledge().await,
                    Err(error) => Err(error),
                },
                End::Again { .. } => return false,
            };
            match told {
                Ok(()) => return true,
                Err(error) => tracing::warn!("event {} has ended and is told again: {error}", self.place),
            }
            tokio::time::sleep(TOLD_AGAIN).await;
        }
        false
    }

    async fn acknowledge(&self) -> Result<(), SourceError> {
        let acknowledged = tokio::time::timeout(ANSWER, self.acker.double_ack_with(AckKind::Ack)).await;
        let acknowledged = acknowledged.map_err(|_| SourceError::new("the server does not answer"))?;
        acknowledged.map_err(|error| cannot("acknowledge", &error))
    }

    /// Keeps a dead letter. The server drops a second one of the same event.
    async fn keep(&self, finished: &Finished) -> Result<(), SourceError> {
        let Some(letter) = letter(finished, &self.shared.mapping) else { return Ok(()) };
        let streams = &self.shared.streams;
        let mut headers = HeaderMap::new();
        headers.insert(NATS_MESSAGE_ID, format!("{}.{}", streams.place.stream, self.place));
        let subject = streams.place.dead_subject();
        let sent = streams.context.publish_with_headers(subject, headers, letter.to_string().into()).await;
        let kept = sent.map_err(|error| cannot("send a dead letter", &error))?.await;
        kept.map(drop).map_err(|error| cannot("keep a dead letter", &error))
    }
}

impl Ticket for NatsTicket {
    async fn begin(&self) -> bool {
        let is_begun = self.shared.hold.begin(self.place).await;
        self.is_under_way.store(is_begun, Ordering::Relaxed);
        is_begun
    }

    fn is_held(&self) -> bool {
        self.shared.hold.is_held()
    }

    async fn settle(&self, end: End<'_>) -> Result<(), SourceError> {
        let is_settled = self.tell(end).await;
        if self.is_under_way.swap(false, Ordering::Relaxed) {
            self.shared.hold.end(is_settled, self.place);
        }
        Ok(())
    }
}

impl Drop for NatsTicket {
    fn drop(&mut self) {
        if self.is_under_way.swap(false, Ordering::Relaxed) {
            self.shared.hold.end(false, self.place);
        }
    }
}
