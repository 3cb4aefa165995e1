//! A topic of brokers that the client library plays itself, over real sockets.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer as _, ThreadedProducer};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use sandbox::Sandbox;
use serde_json::Value;

use super::suite::{self, Station};
use super::world::{folder, mapping, summary, write};

struct Topic {
    brokers: MockCluster<'static, DefaultProducerContext>,
    folder: PathBuf,
}

impl Topic {
    fn new(name: &str) -> Self {
        let brokers = MockCluster::new(1).unwrap();
        brokers.create_topic("events", 4, 1).unwrap();
        brokers.create_topic("events-dead", 1, 1).unwrap();
        Self { brokers, folder: folder(name) }
    }

    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", self.brokers.bootstrap_servers());
        config
    }

    fn consume(&self, sandbox: &Sandbox, more: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_mapwright"))
            .args(["consume", "--config", "account.yaml", "--attempts", "1", "--format", "json"])
            .args(["--topic", "events", "--kafka-option", "session.timeout.ms=6000"])
            .args(["--kafka", &self.brokers.bootstrap_servers(), "--endpoint", &sandbox.url(), "--mapping"])
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
            producer.send(BaseRecord::to("events").key(key).payload(&text)).unwrap();
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
        from_the_first.add_partition_offset("events-dead", 0, Offset::Beginning).unwrap();
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
    suite::every_event_comes_to_its_end(&Topic::new("kafka-ends")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_goes_on_after_a_kill() {
    suite::what_was_killed_goes_on(&Topic::new("kafka-goes-on")).await;
}
