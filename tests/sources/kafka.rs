//! A topic of brokers that the client library plays itself, over real sockets; and one of a real broker, where
//! `KAFKA_BOOTSTRAP` says the address of one, as `.ci/run` does with that of `broker.txt`.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer as _, ThreadedProducer};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use sandbox::Sandbox;
use serde_json::Value;

use super::suite::{self, Station};
use super::world::{self, folder, mapping, summary, write};

struct Topic {
    /// Ends with this value.
    _played: Option<MockCluster<'static, DefaultProducerContext>>,
    brokers: String,
    /// Of the topic, and of the group that reads it.
    name: String,
    folder: PathBuf,
}

impl Topic {
    /// A topic of brokers that are played.
    fn played(name: &str) -> Self {
        let cluster = MockCluster::new(1).unwrap();
        cluster.create_topic(name, 4, 1).unwrap();
        cluster.create_topic(&format!("{name}-dead"), 1, 1).unwrap();
        let brokers = cluster.bootstrap_servers();
        Self { _played: Some(cluster), brokers, name: name.to_owned(), folder: folder(name) }
    }

    /// A new topic of a real broker, or says that there is none.
    async fn real(name: &str) -> Option<Self> {
        let Some(brokers) = world::text("KAFKA_BOOTSTRAP") else {
            println!("skipped the tests of a real Kafka broker: KAFKA_BOOTSTRAP does not say where one is");
            return None;
        };
        let name = format!("{name}-{}", std::process::id());
        let topic = Self { _played: None, brokers, folder: folder(&name), name };
        let admin: AdminClient<_> = topic.config().create().unwrap();
        let dead = format!("{}-dead", topic.name);
        let topics = [(&topic.name, 4), (&dead, 1)]
            .map(|(name, partitions)| NewTopic::new(name, partitions, TopicReplication::Fixed(1)));
        for made in admin.create_topics(&topics, &AdminOptions::new()).await.unwrap() {
            made.unwrap();
        }
        Some(topic)
    }

    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers);
        config
    }

    fn consume(&self, sandbox: &Sandbox, more: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_mapwright"))
            .args(["consume", "--config", "account.yaml", "--attempts", "1", "--format", "json"])
            .args(["--topic", &self.name, "--group", &self.name])
            .args(["--kafka-option", "session.timeout.ms=6000"])
            .args(["--kafka", &self.brokers, "--endpoint", &sandbox.url(), "--mapping"])
            .arg(mapping())
            .args(more)
            .current_dir(&self.folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

impl Station for Topic {
    fn fill(&self, events: &[Value]) {
        write(&self.folder, &[]);
        let producer: ThreadedProducer<DefaultProducerContext> = self.config().create().unwrap();
        for event in events {
            let (key, text) = (event["userId"].as_str().unwrap_or_default(), event.to_string());
            producer.send(BaseRecord::to(&self.name).key(key).payload(&text)).unwrap();
        }
        producer.flush(Duration::from_secs(30)).unwrap();
    }

    fn start(&self, sandbox: &Sandbox) -> Child {
        self.consume(sandbox, &[])
    }

    fn finish(&self, sandbox: &Sandbox, after_kill: bool) -> Value {
        // Longer than a group takes to form, or to notice that a member was killed.
        let idle = if after_kill { "12" } else { "6" };
        summary(self.consume(sandbox, &["--idle", idle]))
    }

    async fn dead(&self) -> Vec<Value> {
        let mut config = self.config();
        let consumer: BaseConsumer = config.set("group.id", "reader").create().unwrap();
        let mut from_the_first = TopicPartitionList::new();
        from_the_first.add_partition_offset(&format!("{}-dead", self.name), 0, Offset::Beginning).unwrap();
        consumer.assign(&from_the_first).unwrap();
        let mut letters = Vec::new();
        let patience = |letters: &[Value]| Duration::from_secs(if letters.is_empty() { 20 } else { 2 });
        while let Some(message) = consumer.poll(patience(&letters)) {
            letters.push(serde_json::from_slice(message.unwrap().payload().unwrap()).unwrap());
        }
        letters
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_of_a_topic_comes_to_its_end() {
    suite::every_event_comes_to_its_end(&Topic::played("kafka-ends")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_goes_on_after_a_kill() {
    suite::what_was_killed_goes_on(&Topic::played("kafka-goes-on")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_of_a_real_topic_comes_to_its_end() {
    let Some(topic) = Topic::real("kafka-real-ends").await else { return };
    suite::every_event_comes_to_its_end(&topic).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_topic_goes_on_after_a_kill() {
    let Some(topic) = Topic::real("kafka-real-goes-on").await else { return };
    suite::what_was_killed_goes_on(&topic).await;
}
