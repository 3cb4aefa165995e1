//! `/v0/destinations/{name}`: events that the caller stores and sends later. What was delivered here must not be sent
//! again, so such an event is answered as filtered.

use serde::Serialize;
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::Host;
use super::batch::Batch;
use super::jobs::{self, Done};
use super::rest::Rest;
use super::served::Served;
use super::verdict::{DELIVERED, FILTERED, StatTags, TO_SEND};

/// What a delivered event is told: the caller knows no word for it on this path.
const DONE: &str = "delivered by the transformer, so there is nothing to send";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Element<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<Output<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a RawValue>,
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stat_tags: Option<StatTags<'a>>,
}

/// What the caller stores and sends.
#[derive(Serialize)]
#[serde(untagged)]
enum Output<'a> {
    /// What an earlier call made of the event.
    Earlier(&'a RawValue),
    Request(Rest),
}

/// Runs the events of a list and writes the answer.
pub(super) async fn transform(
    host: &Host,
    served: &Served,
    batch: &Batch<'_>,
    deadline: Instant,
) -> serde_json::Result<Vec<u8>> {
    let done = jobs::run(host, served, batch, "processor", deadline).await;
    let name = served.name.to_ascii_uppercase();
    let mut done = done;
    let requests: Vec<Vec<Output<'_>>> = done.iter_mut().map(outputs).collect();
    let mut elements = Vec::new();
    for (done, requests) in done.iter().zip(requests) {
        if requests.is_empty() {
            elements.push(element(done, None, &name));
        }
        elements.extend(requests.into_iter().map(|request| element(done, Some(request), &name)));
    }
    host.metrics.batch(&served.name, batch, elements.len());
    serde_json::to_vec(&elements)
}

/// The requests of an event: the one that is left to the caller, or those that are shown to it.
fn outputs<'a>(done: &mut Done<'a>) -> Vec<Output<'a>> {
    if done.answer.is_none() {
        return done.item.message.map(Output::Earlier).into_iter().collect();
    }
    let requests = done.left.take().into_iter().chain(done.shown.drain(..));
    requests.map(|request| Output::Request(Rest::of(request, true))).collect()
}

fn element<'a>(done: &'a Done<'_>, output: Option<Output<'a>>, name: &'a str) -> Element<'a> {
    let Done { item, metadata, answer, .. } = done;
    let (status_code, error) = match answer {
        None => (TO_SEND, None),
        Some(answer) if answer.status == DELIVERED && output.is_some() => (TO_SEND, None),
        Some(answer) if answer.status == DELIVERED => (FILTERED, Some(DONE)),
        Some(answer) => (answer.status, answer.error.as_deref()),
    };
    Element {
        output,
        metadata: item.metadata,
        status_code,
        error,
        stat_tags: answer.as_ref().and_then(|answer| answer.tags("processor", name, metadata)),
    }
}
