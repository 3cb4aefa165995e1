//! Arguments of `mapwright consume` and `mapwright publish`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::{Format, MappingArgs, SettingArgs, TargetArgs, WatchArgs};
use crate::model::span_of_time;
use crate::run::Pace;

/// Delivers events from a broker
///
/// Takes events from a NATS JetStream stream, or a Kafka topic where the program was built with the feature `kafka`, and
/// tells the broker of each when it has come to its end. Any number of instances share the partitions among them: an
/// instance that goes away is replaced within ten seconds, and events of one user stay in order. An event that fails is
/// tried again while the events of its user wait; one that fails too often, or is bad, goes to the dead letters: the
/// stream or topic with `-dead` behind its name.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright consume --nats nats://127.0.0.1:4222 --stream EVENTS --config account.yaml
  mapwright consume --nats nats://127.0.0.1:4222 --stream EVENTS --config account.yaml --rate 400/1m
  mapwright consume --nats tls://nats.example --nats-credentials app.creds --stream EVENTS --config account.yaml

Ctrl-C or SIGTERM finishes what is under way and gives the partitions back. Ends with 0, or with 4 when it was broken off.")]
pub(in crate::cli) struct ConsumeArgs {
    #[command(flatten)]
    pub(in crate::cli) stream: StreamArgs,

    #[cfg(feature = "kafka")]
    #[command(flatten)]
    pub(in crate::cli) kafka: KafkaArgs,

    #[command(flatten)]
    pub(in crate::cli) mapping: MappingArgs,

    #[command(flatten)]
    pub(in crate::cli) settings: SettingArgs,

    #[command(flatten)]
    pub(in crate::cli) target: TargetArgs,

    /// Requests under way at the same time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(in crate::cli) concurrency: u16,

    /// Times that one request is made at most in a try
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(in crate::cli) attempts: u32,

    /// Times that one event is tried at most before it is a dead letter; half a second to a minute apart
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(in crate::cli) tries: u32,

    /// Requests that all instances of a stream make together, as 400/1m; of a topic, that each makes. Without it, what the
    /// mapping and the replies of the destination say
    #[arg(long, value_name = "N/TIME", value_parser = pace)]
    pub(in crate::cli) rate: Option<Pace>,

    /// Ends when no event has ended for so many seconds and none is under way; without it, never
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) idle: Option<u16>,

    /// Gives counts for Prometheus, and for `mapwright top`, at /metrics on this address; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::cli) metrics: Option<SocketAddr>,

    /// Form of the summary
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Format,

    #[command(flatten)]
    pub(in crate::cli) watch: WatchArgs,
}

/// Puts events of files into a broker's stream
///
/// Each event goes to the partition of its order key, where `consume` takes it in order. An event whose messageId was
/// published in the last two minutes is not published again.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright publish events.ndjson --nats nats://127.0.0.1:4222 --stream EVENTS

Ends with 0, or with 1 when some lines are no events.")]
pub(in crate::cli) struct PublishArgs {
    /// Files of events; `-` is standard input
    #[arg(required = true, value_name = "EVENTS")]
    pub(in crate::cli) events: Vec<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) stream: StreamArgs,

    #[command(flatten)]
    pub(in crate::cli) mapping: MappingArgs,
}

/// Which stream
#[derive(Args, Debug)]
#[command(next_help_heading = "Stream")]
pub(in crate::cli) struct StreamArgs {
    /// Server, as nats://[USER:PASSWORD@]HOST[:PORT] or tls://…
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) nats: Option<String>,

    /// File with credentials for the server
    #[arg(long, value_name = "FILE", requires = "nats")]
    pub(in crate::cli) nats_credentials: Option<PathBuf>,

    /// Name of the stream; it is made if it is missing
    #[arg(long, value_name = "NAME", requires = "nats")]
    pub(in crate::cli) stream: Option<String>,

    /// Beginning of its subjects, which go on with .0, .1 and so on; without it, the name of the stream in lower case
    #[arg(long, value_name = "SUBJECT", requires = "nats")]
    pub(in crate::cli) subject: Option<String>,

    /// Number of partitions; more instances than that have nothing to do
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=256))]
    pub(in crate::cli) partitions: u32,
}

/// Which topic
#[cfg(feature = "kafka")]
#[derive(Args, Debug)]
#[command(next_help_heading = "Topic")]
pub(in crate::cli) struct KafkaArgs {
    /// Brokers, as HOST:PORT with commas between them
    #[arg(long, value_name = "BROKERS", requires = "topic", conflicts_with = "nats")]
    pub(in crate::cli) kafka: Option<String>,

    /// Name of the topic; the keys of its messages are the order keys of the events
    #[arg(long, value_name = "NAME", requires = "kafka")]
    pub(in crate::cli) topic: Option<String>,

    /// Name of the consumer group
    #[arg(long, value_name = "NAME", default_value = "mapwright")]
    pub(in crate::cli) group: String,

    /// A further setting of the client, such as security.protocol=ssl
    #[arg(long, value_name = "NAME=VALUE", requires = "kafka")]
    pub(in crate::cli) kafka_option: Vec<String>,
}

/// Reads a rate such as `400/1m`.
fn pace(text: &str) -> Result<Pace, String> {
    let read = || {
        let (rate, per) = text.split_once('/')?;
        Some(Pace { rate: rate.trim().parse().ok()?, per: span_of_time(per.trim())? })
    };
    read().ok_or_else(|| "write it as a number of requests and a time, as 400/1m or 10/1s".to_owned())
}
