//! What lies on the server: the stream of events, that of dead letters, and the buckets with leases and marks.

use std::fmt;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::kv::Store;
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, Stream};

use super::super::cannot;
use crate::deliver::SourceError;

/// A lease that is not renewed for so long is free. Whoever holds it renews it five times as often.
pub(super) const LEASE: Duration = Duration::from_secs(10);

/// Bucket of instances and leases.
const LEASES: &str = "mapwright-leases";

/// Bucket of budgets.
pub(super) const BUDGETS: &str = "mapwright-budgets";

/// Bucket of marks.
const MARKS: &str = "mapwright-marks";

/// Where events lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamPlace {
    /// Name of the stream.
    pub stream: String,
    /// Beginning of its subjects: events lie in `SUBJECT.0`, `SUBJECT.1` and so on.
    pub subject: String,
    /// Number of partitions, at least 1.
    pub partitions: u32,
}

/// A partition of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    of: &'a StreamPlace,
    number: u32,
}

impl StreamPlace {
    /// The partition with a number from 0 on.
    #[must_use]
    pub fn partition(&self, number: u32) -> Place<'_> {
        Place { of: self, number }
    }

    /// Subject of dead letters; their stream has the name of the events' with `-dead` behind it.
    #[must_use]
    pub fn dead_subject(&self) -> String {
        format!("{}-dead", self.subject)
    }

    pub(super) fn dead_stream(&self) -> String {
        format!("{}-dead", self.stream)
    }
}

impl Place<'_> {
    /// Name of its consumer.
    pub(super) fn consumer(&self) -> String {
        format!("mapwright-{}", self.number)
    }

    /// Key of its lease and its mark.
    pub(super) fn key(&self) -> String {
        format!("{}.partition.{}", self.of.stream, self.number)
    }
}

/// The subject.
impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.of.subject, self.number)
    }
}

/// What lies on the server.
#[derive(Debug)]
pub(super) struct Streams {
    pub(super) context: Context,
    pub(super) place: StreamPlace,
    pub(super) events: Stream,
    pub(super) leases: Store,
    pub(super) marks: Store,
}

impl Streams {
    /// Opens all that is there and makes what is missing.
    pub(super) async fn open(context: &Context, place: &StreamPlace) -> Result<Self, SourceError> {
        let events = events(context, place).await?;
        let dead =
            Config { name: place.dead_stream(), subjects: vec![place.dead_subject()], ..Config::default() };
        context.get_or_create_stream(dead).await.map_err(|error| cannot("open the dead letters", &error))?;
        let leases = bucket(context, LEASES, LEASE).await?;
        let marks = bucket(context, MARKS, Duration::ZERO).await?;
        let streams = Self { context: context.clone(), place: place.clone(), events, leases, marks };
        streams.agree_on_partitions().await?;
        Ok(streams)
    }

    /// All instances must count alike: with another number events of one user would be in two partitions.
    async fn agree_on_partitions(&self) -> Result<(), SourceError> {
        let key = format!("{}.partitions", self.place.stream);
        let number = self.place.partitions.to_string();
        if self.marks.create(&key, number.clone().into()).await.is_ok() {
            return Ok(());
        }
        let agreed =
            self.marks.get(&key).await.map_err(|error| cannot("read the number of partitions", &error))?;
        match agreed {
            Some(agreed) if agreed != number.as_bytes() => Err(SourceError::new(format!(
                "the stream {} has {} partitions, not {number}; the number cannot change while events are in it",
                self.place.stream,
                String::from_utf8_lossy(&agreed)
            ))),
            _ => Ok(()),
        }
    }
}

/// The stream of events: each is in it until it has ended.
async fn events(context: &Context, place: &StreamPlace) -> Result<Stream, SourceError> {
    let subjects: Vec<String> =
        (0..place.partitions).map(|number| place.partition(number).to_string()).collect();
    let wanted = Config {
        name: place.stream.clone(),
        subjects: subjects.clone(),
        retention: RetentionPolicy::WorkQueue,
        ..Config::default()
    };
    let mut stream =
        context.get_or_create_stream(wanted).await.map_err(|error| cannot("open the stream", &error))?;
    let info = stream.info().await.map_err(|error| cannot("look at the stream", &error))?;
    if info.config.retention != RetentionPolicy::WorkQueue {
        return Err(SourceError::new(format!(
            "the stream {} keeps events after their end; it needs the retention \"workqueue\"",
            place.stream
        )));
    }
    let covers = |has: &String, subject: &String| {
        has == subject || *has == format!("{}.*", place.subject) || *has == format!("{}.>", place.subject)
    };
    match subjects.iter().find(|subject| !info.config.subjects.iter().any(|has| covers(has, subject))) {
        None => Ok(stream),
        Some(missing) => Err(SourceError::new(format!(
            "the stream {} has no subject {missing}, only {}; name another with --subject",
            place.stream,
            info.config.subjects.join(", ")
        ))),
    }
}

/// A bucket, which is a stream by convention.
///
/// Source: ADR-8 of the NATS project, "JetStream based Key-Value Stores".
pub(super) async fn bucket(context: &Context, name: &str, max_age: Duration) -> Result<Store, SourceError> {
    if let Ok(store) = context.get_key_value(name).await {
        return Ok(store);
    }
    let config = Config {
        name: format!("KV_{name}"),
        subjects: vec![format!("$KV.{name}.>")],
        max_messages_per_subject: 1,
        max_age,
        allow_rollup: true,
        allow_direct: true,
        deny_delete: true,
        discard: DiscardPolicy::New,
        ..Config::default()
    };
    // The library's own call asks for the account first, whose answer from a server 2.9 it cannot read.
    context.get_or_create_stream(config).await.map_err(|error| cannot("make a bucket", &error))?;
    context.get_key_value(name).await.map_err(|error| cannot("open a bucket", &error))
}
