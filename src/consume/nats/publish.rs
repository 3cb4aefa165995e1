//! Events of files into a stream, each into the partition of its order key.

use async_nats::HeaderMap;
use async_nats::header::NATS_MESSAGE_ID;
use async_nats::jetstream::context::PublishAckFuture;
use serde_json::Value;

use super::super::{cannot, partition_of};
use super::stream::Streams;
use super::{Connection, StreamPlace};
use crate::compile::Plan;
use crate::deliver::{Input, Line, SourceError};
use crate::run::{Event, order_key};

/// Events that are sent before the first of them is confirmed.
const UNDER_WAY: usize = 256;

/// What was published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Events that are in the stream now.
    pub events: u64,
    /// Events that the stream had already, by their `messageId`.
    pub repeated: u64,
    /// Lines that are no events.
    pub unreadable: u64,
}

/// Publishes the events of an input. `on_unreadable` is told of lines that are none.
///
/// # Errors
/// The input broke off, or the stream does not take events; those before are in it.
pub async fn publish(
    connection: &Connection,
    place: &StreamPlace,
    plan: &Plan,
    mut input: Input,
    mut on_unreadable: impl FnMut(&Line),
) -> Result<Published, SourceError> {
    let streams = Streams::open(&connection.context, place).await?;
    let mut published = Published::default();
    let mut under_way = Vec::with_capacity(UNDER_WAY);
    while let Some(line) = input.next_line() {
        let line = line.map_err(SourceError::new)?;
        let Ok(event) = &line.content else {
            published.unreadable += 1;
            on_unreadable(&line);
            continue;
        };
        let key = order_key(plan, &Event::from(event.clone()));
        // Without a key it may go anywhere.
        let key = key.unwrap_or_else(|| line.line.to_string());
        let subject = place.partition(partition_of(&key, place.partitions)).to_string();
        let sent = streams.context.publish_with_headers(subject, headers(event), event.to_string().into());
        under_way.push(sent.await.map_err(|error| cannot("publish", &error))?);
        if under_way.len() == UNDER_WAY {
            published.confirm(under_way.drain(..)).await?;
        }
    }
    published.confirm(under_way.drain(..)).await?;
    Ok(published)
}

impl Published {
    async fn confirm(&mut self, sent: impl Iterator<Item = PublishAckFuture>) -> Result<(), SourceError> {
        for sent in sent {
            let confirmed = sent.await.map_err(|error| cannot("publish", &error))?;
            *(if confirmed.duplicate { &mut self.repeated } else { &mut self.events }) += 1;
        }
        Ok(())
    }
}

/// The server drops an event whose id it has seen in the last two minutes.
fn headers(event: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(id) = event.get("messageId").and_then(Value::as_str).filter(|id| is_header(id)) {
        headers.insert(NATS_MESSAGE_ID, id);
    }
    headers
}

fn is_header(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
