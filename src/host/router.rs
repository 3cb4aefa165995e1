//! `/routerTransform`: events whose fate the caller learns one by one, so that each can be repeated alone.

use serde::Serialize;
use serde_json::value::RawValue;

use super::Host;
use super::batch::Batch;
use super::calls::Client;
use super::jobs::{self, Done};
use super::rest::Rest;
use super::served::Served;
use super::verdict::{DELIVERED, FILTERED, StatTags, TO_SEND};

/// Bytes that an element of an answer has, beside what is echoed, when the caller sends nothing.
const ROOM: usize = 128;

/// The answer to a batch.
#[derive(Serialize)]
struct Output<'a> {
    output: Vec<Element<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Element<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    batched_request: Option<Batched<'a>>,
    metadata: Vec<&'a RawValue>,
    batched: bool,
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stat_tags: Option<StatTags<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<&'a RawValue>,
}

/// What the caller gets to send, or to see.
#[derive(Serialize)]
#[serde(untagged)]
enum Batched<'a> {
    /// What an earlier call made of the event.
    Earlier(&'a RawValue),
    /// The request that it makes.
    One(Rest),
    /// Requests that were made.
    Many(Vec<Rest>),
}

/// Runs the events of a batch and writes the answer.
pub(super) async fn transform(
    host: &Host,
    served: &Served,
    batch: &Batch<'_>,
    client: Client,
) -> serde_json::Result<Vec<u8>> {
    let mut done = jobs::run(host, served, batch, "router", client.deadline).await;
    let name = served.name.to_ascii_uppercase();
    let requests: Vec<_> = done.iter_mut().map(requests).collect();
    // Most of an answer is what goes back as it came.
    let mut body = Vec::with_capacity(done.iter().map(|done| ROOM + done.item.echoed()).sum());
    let elements = done.iter().zip(requests);
    let output: Vec<_> =
        elements.map(|(done, requests)| element(done, requests, &name, client.can_filter)).collect();
    host.metrics.batch(&served.name, batch, output.len());
    serde_json::to_writer(&mut body, &Output { output })?;
    Ok(body)
}

/// What the caller gets to send, or to see.
fn requests<'a>(done: &mut Done<'a>) -> Option<Batched<'a>> {
    if done.answer.is_none() {
        return done.item.message.map(Batched::Earlier);
    }
    if let Some(left) = done.left.take() {
        return Some(Batched::One(Rest::of(left, false)));
    }
    let shown: Vec<Rest> = done.shown.drain(..).map(|shown| Rest::of(shown, false)).collect();
    (!shown.is_empty()).then_some(Batched::Many(shown))
}

fn element<'a>(
    done: &'a Done<'_>,
    batched_request: Option<Batched<'a>>,
    name: &'a str,
    can_filter: bool,
) -> Element<'a> {
    let Done { item, metadata, answer, destination, .. } = done;
    let status_code = match answer {
        None => TO_SEND,
        Some(answer) if answer.status == DELIVERED && matches!(batched_request, Some(Batched::One(_))) => {
            TO_SEND
        }
        Some(answer) if answer.status == FILTERED && !can_filter => DELIVERED,
        Some(answer) => answer.status,
    };
    Element {
        batched_request,
        metadata: item.metadata.into_iter().collect(),
        batched: false,
        status_code,
        error: answer.as_ref().and_then(|answer| answer.error.as_deref()),
        stat_tags: answer.as_ref().and_then(|answer| answer.tags("router", name, metadata)),
        destination: destination.as_deref().or(item.destination),
    }
}
