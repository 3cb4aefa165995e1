//! `/v0/destinations/{name}`: events that the caller stores and sends later. What was delivered here must not be sent
//! again, so such an event is answered as filtered.

use serde::Serialize;
use serde_json::value::RawValue;

use super::Host;
use super::batch::Batch;
use super::jobs::{self, Done};
use super::served::Served;
use super::verdict::{DELIVERED, FILTERED, StatTags};

/// What a delivered event is told: the caller knows no word for it on this path.
const DONE: &str = "delivered by the transformer, so there is nothing to send";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Element<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'a RawValue>,
    metadata: Option<&'a RawValue>,
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stat_tags: Option<StatTags<'a>>,
}

/// Runs the events of a list and writes the answer.
pub(super) async fn transform(
    host: &Host,
    served: &Served,
    batch: &Batch<'_>,
) -> serde_json::Result<Vec<u8>> {
    let done = jobs::run(host, served, batch).await;
    let name = served.name.to_ascii_uppercase();
    serde_json::to_vec(&done.iter().map(|done| element(done, &name)).collect::<Vec<_>>())
}

fn element<'a>(done: &'a Done<'_>, name: &'a str) -> Element<'a> {
    let Done { item, metadata, answer, .. } = done;
    let (status_code, error) = match answer {
        None => (200, None),
        Some(answer) if answer.status == DELIVERED => (FILTERED, Some(DONE)),
        Some(answer) => (answer.status, answer.error.as_deref()),
    };
    Element {
        output: if answer.is_none() { item.message } else { None },
        metadata: item.metadata,
        status_code,
        error,
        stat_tags: answer.as_ref().and_then(|answer| answer.tags("processor", name, metadata)),
    }
}
