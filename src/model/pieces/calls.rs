//! Requests, loops and steps.

#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Deserialize;

use super::Part;
#[cfg(feature = "cli")]
use super::{
    AnyCondition, AnyRow, BulkPiece, ErrorTable, OneOrMany, RequestPath, Rows, Selector, Span, TextOr,
};

/// A request: exactly one of get, head, post, put, patch, delete.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "request", extend("oneOf" = serde_json::json!([{"required": ["get"]}, {"required": ["head"]}, {"required": ["post"]}, {"required": ["put"]}, {"required": ["patch"]}, {"required": ["delete"]}, {"required": ["ensure"]}]))))]
#[serde(deny_unknown_fields, default)]
pub(in crate::model) struct RequestPiece {
    /// Path of a read.
    #[cfg_attr(feature = "cli", schemars(with = "Option<RequestPath>"))]
    pub(in crate::model) get: Option<String>,
    /// Path of a read without a body in the reply.
    #[cfg_attr(feature = "cli", schemars(with = "Option<RequestPath>"))]
    pub(in crate::model) head: Option<String>,
    /// Path of a write.
    #[cfg_attr(feature = "cli", schemars(with = "Option<RequestPath>"))]
    pub(in crate::model) post: Option<String>,
    /// Path of a write.
    #[cfg_attr(feature = "cli", schemars(with = "Option<RequestPath>"))]
    pub(in crate::model) put: Option<String>,
    /// Path of a write.
    #[cfg_attr(feature = "cli", schemars(with = "Option<RequestPath>"))]
    pub(in crate::model) patch: Option<String>,
    /// Path of a write.
    #[cfg_attr(feature = "cli", schemars(with = "Option<RequestPath>"))]
    pub(in crate::model) delete: Option<String>,
    /// Values of the `:name` placeholders in the path.
    #[cfg_attr(feature = "cli", schemars(with = "Rows"))]
    pub(in crate::model) with: Option<Part>,
    /// Query parameters.
    #[cfg_attr(feature = "cli", schemars(with = "Rows"))]
    pub(in crate::model) query: Option<Part>,
    /// Headers.
    #[cfg_attr(feature = "cli", schemars(with = "Rows"))]
    pub(in crate::model) headers: Option<Part>,
    /// Table that makes the body.
    #[cfg_attr(feature = "cli", schemars(with = "Option<TextOr<BodyPiece>>"))]
    pub(in crate::model) body: Option<Part>,
    /// What later steps may read from the reply.
    #[cfg_attr(feature = "cli", schemars(with = "Rows"))]
    pub(in crate::model) give: Option<Part>,
    /// How long the answer of a read may be shared: `30s`, `10m`, `1h`.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Span>"))]
    pub(in crate::model) cache: Option<Part>,
    /// The write is made once per key for all events.
    #[cfg_attr(feature = "cli", schemars(with = "Option<OncePiece>"))]
    pub(in crate::model) once: Option<Part>,
    /// The write is made again only when it differs from the last one with its key.
    #[cfg_attr(feature = "cli", schemars(with = "Option<OncePiece>"))]
    pub(in crate::model) remember: Option<Part>,
    /// How requests that wait at the same time are made together.
    #[cfg_attr(feature = "cli", schemars(with = "Option<TextOr<BulkPiece>>"))]
    pub(in crate::model) bulk: Option<Part>,
    /// Steps whose cached answers no longer hold after this write.
    #[cfg_attr(feature = "cli", schemars(with = "Option<OneOrMany<String>>"))]
    pub(in crate::model) forget: Option<Part>,
    /// Reads all pages of a list.
    #[cfg_attr(feature = "cli", schemars(with = "Option<PagesPiece>"))]
    pub(in crate::model) every_page: Option<Part>,
    /// What answers mean, in front of the service's own table.
    #[cfg_attr(feature = "cli", schemars(with = "ErrorTable"))]
    pub(in crate::model) errors: Option<Part>,
    /// A read that tells whether a write whose answer was lost has arrived.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Box<RequestPiece>>"))]
    pub(in crate::model) verify: Option<Part>,
    /// What the write does, in the words of a plan, when it is not what its method says.
    pub(in crate::model) effect: Option<EffectWord>,
    /// A read by which a plan sees what the write would change; it is asked for plans alone.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Box<RequestPiece>>"))]
    pub(in crate::model) preview: Option<Part>,
    /// Left out unless this holds.
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyCondition>"))]
    pub(in crate::model) when: Option<Part>,
    /// Once for each element of a list.
    #[cfg_attr(feature = "cli", schemars(with = "Option<ForEachPiece>"))]
    pub(in crate::model) for_each: Option<Part>,
    /// Look-ups, and a creation when none finds anything; instead of a method.
    #[cfg_attr(feature = "cli", schemars(with = "Option<EnsurePiece>"))]
    pub(in crate::model) ensure: Option<Part>,
}

/// A body made by a table.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "body"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct BodyPiece {
    /// The table.
    pub(in crate::model) table: String,
    /// Key to wrap the body in, instead of the table's own.
    #[serde(default)]
    pub(in crate::model) under: Option<String>,
    /// Rows that only this body has.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Rows"))]
    pub(in crate::model) plus: Option<Part>,
}

/// Which writes are taken for the same, and for how long.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "once"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct OncePiece {
    /// Writes of the step with the same key are the same write.
    #[cfg_attr(feature = "cli", schemars(with = "AnyRow"))]
    pub(in crate::model) key: Part,
    /// How long a success is remembered: `30s`, `10m`, `1h`.
    #[cfg_attr(feature = "cli", schemars(with = "Span"))]
    pub(in crate::model) keep: Part,
}

/// Reads all pages of a list.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "pages"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct PagesPiece {
    /// Selector of the next page's address in the reply.
    #[cfg_attr(feature = "cli", schemars(with = "Selector"))]
    pub(in crate::model) next: String,
    /// Most pages.
    #[cfg_attr(feature = "cli", schemars(range(min = 1)))]
    pub(in crate::model) max: u32,
}

/// Once for each element of a list.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "for_each"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct ForEachPiece {
    /// Selector of the list.
    #[serde(rename = "in")]
    #[cfg_attr(feature = "cli", schemars(with = "Selector"))]
    pub(in crate::model) list: String,
    /// Name of the element inside the step.
    pub(in crate::model) name: String,
    /// Elements that do not pass are left out.
    #[serde(default, rename = "where")]
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyCondition>"))]
    pub(in crate::model) filter: Option<Part>,
    /// Most elements; more are a rejected event.
    #[cfg_attr(feature = "cli", schemars(range(min = 1)))]
    pub(in crate::model) max: u32,
}

/// Look-ups, and a creation when none finds anything.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "ensure"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct EnsurePiece {
    /// One read, or several that are tried in order.
    #[cfg_attr(feature = "cli", schemars(with = "OneOrMany<RequestPiece>"))]
    pub(in crate::model) find: Part,
    /// Asked when nothing was found.
    #[cfg_attr(feature = "cli", schemars(with = "RequestPiece"))]
    pub(in crate::model) create: Part,
}

/// What an answer means when the reply is so.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "arm"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct ArmPiece {
    /// Condition over the reply's body.
    #[serde(default, rename = "if")]
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyCondition>"))]
    pub(in crate::model) condition: Option<Part>,
    /// What follows.
    pub(in crate::model) then: ReactionWord,
    /// Words for the outcome.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<TextOr<AnyRow>>"))]
    pub(in crate::model) why: Option<Part>,
    /// What stands beside these words.
    #[serde(default)]
    pub(in crate::model) say: SayWord,
    /// What is to blame, where a host counts rejected and failed events by it.
    #[serde(default)]
    pub(in crate::model) blame: Option<BlameWord>,
}

/// What a reason says beside the words of the mapping.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "say"))]
#[serde(rename_all = "snake_case")]
pub(in crate::model) enum SayWord {
    /// The request and its answer, in brackets.
    #[default]
    Request,
    /// Nothing.
    Words,
    /// JSON: the words as `message`, the reply as `destinationResponse`.
    Reply,
}

/// What is to blame for an event that is rejected or fails.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "blame"))]
#[serde(rename_all = "snake_case")]
pub(in crate::model) enum BlameWord {
    /// The event lacks something, or has what may not be.
    Event,
    /// The settings of the destination.
    Settings,
    /// The destination refused.
    Destination,
    /// The destination answered, but what was asked for is not there.
    Absence,
}

/// What an answer leads to.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "word"))]
#[serde(rename_all = "snake_case")]
pub(in crate::model) enum ReactionWord {
    /// The step is done.
    Done,
    /// The step is done and gives nothing.
    Missing,
    /// The event ends as skipped.
    Skip,
    /// Ask again later.
    Retry,
    /// Get new credentials and ask again, once.
    RefreshAuth,
    /// The event is bad.
    Reject,
    /// The world is bad.
    Fail,
}

/// What a write does to the destination.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "effect"))]
#[serde(rename_all = "snake_case")]
pub(in crate::model) enum EffectWord {
    /// Something new comes to be.
    Create,
    /// Something that is there changes.
    Update,
    /// It is created when it is not there, else updated.
    Upsert,
    /// Two things are tied to each other.
    Link,
    /// Something goes.
    Remove,
}

/// A step that ends the event or uses a part.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(in crate::model) struct EndPiece {
    /// Only when this holds.
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyCondition>"))]
    pub(in crate::model) when: Option<Part>,
    /// Why (of `skip`).
    pub(in crate::model) why: Option<String>,
    /// Why (of `reject`).
    #[cfg_attr(feature = "cli", schemars(with = "Option<TextOr<AnyRow>>"))]
    pub(in crate::model) error: Option<Part>,
    /// What is to blame (of `reject`); without it, the event.
    pub(in crate::model) blame: Option<BlameWord>,
    /// Name of the part (of `use`).
    pub(in crate::model) part: Option<String>,
}
