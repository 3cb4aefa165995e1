//! `/routerTransform`: events whose fate the caller learns one by one, so that each can be repeated alone.

use serde::Serialize;
use serde_json::value::RawValue;

use super::Host;
use super::batch::Batch;
use super::jobs::{self, Done};
use super::served::Served;
use super::verdict::{DELIVERED, FILTERED, StatTags};

/// The answer to a batch.
#[derive(Serialize)]
struct Output<'a> {
    output: Vec<Element<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Element<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    batched_request: Option<&'a RawValue>,
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

/// Runs the events of a batch and writes the answer.
pub(super) async fn transform(
    host: &Host,
    served: &Served,
    batch: &Batch<'_>,
    can_filter: bool,
) -> serde_json::Result<Vec<u8>> {
    let done = jobs::run(host, served, batch).await;
    let name = served.name.to_ascii_uppercase();
    let output = done.iter().map(|done| element(done, &name, can_filter)).collect();
    serde_json::to_vec(&Output { output })
}

fn element<'a>(done: &'a Done<'_>, name: &'a str, can_filter: bool) -> Element<'a> {
    let Done { item, metadata, answer, destination } = done;
    let status_code = match answer {
        None => 200,
        Some(answer) if answer.status == FILTERED && !can_filter => DELIVERED,
        Some(answer) => answer.status,
    };
    Element {
        batched_request: if answer.is_none() { item.message } else { None },
        metadata: item.metadata.into_iter().collect(),
        batched: false,
        status_code,
        error: answer.as_ref().and_then(|answer| answer.error.as_deref()),
        stat_tags: answer.as_ref().and_then(|answer| answer.tags("router", name, metadata)),
        destination: destination.as_deref().or(item.destination),
    }
}
