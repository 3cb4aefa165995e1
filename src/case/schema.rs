//! JSON Schema of case files, for editors.
#![expect(dead_code, reason = "only their schemas are used")]

use schemars::JsonSchema;
use serde_json::Value;

use super::file::CasePiece;
use crate::model::schema_of;

/// The JSON Schema (draft 2020-12) of case files.
#[must_use]
pub fn schema() -> Value {
    schema_of::<CasePiece>(include_str!("examples.yaml"))
}

/// An outcome: a word, or the word with its exact reason.
#[derive(JsonSchema)]
#[schemars(rename = "outcome")]
#[serde(untagged)]
pub(super) enum AnyOutcome {
    Word(OutcomeWord),
    Reason(OutcomeReason),
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
pub(super) enum OutcomeWord {
    Delivered,
    Skipped,
    Rejected,
    Failed,
}

/// The word with its exact reason.
#[derive(JsonSchema)]
#[schemars(inline, extend("minProperties" = 1, "maxProperties" = 1))]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub(super) struct OutcomeReason {
    /// Not meant for this destination: why.
    skipped: Option<String>,
    /// The event is bad: why.
    rejected: Option<String>,
    /// The world is bad: why.
    failed: Option<String>,
}

/// A request as text, or with its body.
#[derive(JsonSchema)]
#[schemars(rename = "request")]
#[serde(untagged)]
pub(super) enum AnyRequest {
    /// Its body is not looked at.
    Text(String),
    WithBody(RequestWithBody),
}

/// A request and its body.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestWithBody {
    /// Method and path below the base URL, without percent-escapes.
    request: String,
    /// Its exact body; none when it is left out.
    #[serde(default)]
    body: Value,
}
