//! Kafka as a source: a consumer group shares the partitions of a topic, and an offset is committed after its event has ended.
//!
//! ```text
//! broker ─ poll (a thread of its own) ─▶ Part: one partition ─▶ Kafka ─▶ Ticket ─ end ─▶ Part ─ commit ─▶ broker
//! ```
//!
//! The key of a message must be the order key of its event, so that the broker keeps both in one partition. The mark of a
//! partition, see `hold`, is the metadata of its committed offset.
//!
//! Source: <https://kafka.apache.org/documentation>, "Consumer configs".

mod part;
mod poll;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::producer::FutureProducer;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::cannot;
use crate::deliver::{Arrived, NotSent, Source, SourceError};
pub use part::KafkaTicket;
use part::{Group, Parts};
use poll::Poller;

/// Events that are ready and not yet taken.
const READY: usize = 16;

/// Where events lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicPlace {
    /// Brokers, as `HOST:PORT` with commas between them.
    pub brokers: String,
    /// Name of the topic.
    pub topic: String,
    /// Name of the consumer group.
    pub group: String,
    /// Further settings of the client, such as `security.protocol`, by name.
    pub options: Vec<(String, String)>,
}

impl TopicPlace {
    /// Topic of dead letters.
    #[must_use]
    pub fn dead_topic(&self) -> String {
        format!("{}-dead", self.topic)
    }

    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("client.id", "mapwright").set("bootstrap.servers", &self.brokers);
        for (name, value) in &self.options {
            config.set(name, value);
        }
        config
    }
}

/// Events of a topic, of the partitions that the group gives to this instance.
#[derive(Debug)]
pub struct Kafka {
    arrived: mpsc::Receiver<Result<Arrived<KafkaTicket>, SourceError>>,
    stop: Arc<AtomicBool>,
    poller: Option<JoinHandle<()>>,
}

impl Kafka {
    /// Begins to consume. `mapping` is the hash of the mapping, for dead letters. To be called inside a runtime.
    ///
    /// # Errors
    /// A setting is none of the client's. Brokers that cannot be reached are waited for.
    pub fn open(place: &TopicPlace, mapping: &str) -> Result<Self, SourceError> {
        let producer: FutureProducer =
            place.config().create().map_err(|error| cannot("set up the producer of dead letters", &error))?;
        let parts = Arc::new(Parts::new(place.clone(), mapping.into(), producer));
        let mut config = place.config();
        config
            .set("group.id", &place.group)
            .set("enable.auto.commit", "false")
            .set("auto.offset.reset", "earliest");
        let group = Group { parts: parts.clone(), runtime: Handle::current() };
        let consumer: BaseConsumer<Group> =
            config.create_with_context(group).map_err(|error| cannot("set up the consumer", &error))?;
        consumer.subscribe(&[&place.topic]).map_err(|error| cannot("subscribe to the topic", &error))?;
        let (sender, arrived) = mpsc::channel(READY);
        let stop = Arc::new(AtomicBool::new(false));
        let poller = Poller::new(Arc::new(consumer), parts, sender, stop.clone());
        let poller = thread::spawn(move || poller.run());
        Ok(Self { arrived, stop, poller: Some(poller) })
    }
}

impl Source for Kafka {
    type Ticket = KafkaTicket;

    async fn next(&mut self) -> Option<Result<Arrived<KafkaTicket>, SourceError>> {
        self.arrived.recv().await
    }

    async fn close(&mut self) -> Option<NotSent> {
        self.arrived.close();
        self.stop.store(true, Ordering::Relaxed);
        if let Some(poller) = self.poller.take() {
            // A poller that panicked has nothing more to give back.
            let _ = tokio::task::spawn_blocking(move || poller.join()).await;
        }
        None
    }
}
