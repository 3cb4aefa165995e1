//! JSON Schema of case files, for editors.
#![expect(dead_code, reason = "only their schemas are used")]

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::file::CasePiece;
use crate::model::schema_of;

/// The JSON Schema (draft 2020-12) of case files.
#[must_use]
pub fn schema() -> Value {
    schema_of::<CasePiece>(include_str!("examples.yaml"))
}

/// A value, or a word for one that may vary.
pub(super) struct AnyPattern(Value);

impl JsonSchema for AnyPattern {
    fn schema_name() -> Cow<'static, str> {
        "pattern".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (word, pattern) = (generator.subschema_for::<Word>(), generator.subschema_for::<AnyPattern>());
        json_schema!({
            "description": "A value, or a word for one that may vary: a map with one key that begins with `$`.",
            "anyOf": [
                {"type": ["string", "number", "boolean"]},
                {"const": null},
                {"type": "array", "items": pattern},
                {"type": "object", "propertyNames": {"pattern": "^[^$]|^$"}, "additionalProperties": pattern},
                word,
            ],
        })
    }
}

/// A word for what may vary.
#[derive(JsonSchema)]
#[schemars(rename = "word", extend("minProperties" = 1, "maxProperties" = 1))]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub(super) struct Word {
    /// Anything but null, or a value of a sort.
    #[serde(rename = "$any")]
    any: Option<AnySort>,
    /// A map with at least these members, a list with at least these elements, a text with this in it.
    #[serde(rename = "$contains")]
    contains: Option<AnyContainer>,
    /// A list of these, in any order.
    #[serde(rename = "$unordered")]
    unordered: Option<Vec<AnyPattern>>,
    /// This very value; keys that begin with `$` are data in it.
    #[serde(rename = "$exactly")]
    exactly: Option<Value>,
}

/// `true`, or a sort.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(untagged)]
pub(super) enum AnySort {
    Thing(bool),
    Of(SortWord),
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
pub(super) enum SortWord {
    String,
    Number,
    Integer,
    Boolean,
    List,
    Object,
}

/// A map, a list or a text.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(untagged)]
pub(super) enum AnyContainer {
    Members(BTreeMap<String, AnyPattern>),
    Elements(Vec<AnyPattern>),
    Part(String),
}

/// Things, or a word for them.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(untagged)]
pub(super) enum OrWord<T> {
    Itself(T),
    Word(Box<Word>),
}

/// All outcomes, in order.
pub(super) type AnyOutcomes = OrWord<Vec<AnyOutcome>>;
/// All requests, in order.
pub(super) type AnyRequests = OrWord<Vec<AnyRequest>>;
/// All notes, in order.
pub(super) type AnyNotes = OrWord<Vec<OrWord<String>>>;
/// Lists by name.
pub(super) type AnyLists = BTreeMap<String, OrWord<Vec<AnyPattern>>>;
/// All findings, in order.
pub(super) type AnyFindings = OrWord<Vec<AnyFinding>>;

/// An outcome: a word, or the word with its reason.
#[derive(JsonSchema)]
#[schemars(rename = "outcome")]
#[serde(untagged)]
pub(super) enum AnyOutcome {
    Word(OutcomeWord),
    Reason(OutcomeReason),
    Varying(Box<Word>),
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

/// The word with its reason.
#[derive(JsonSchema)]
#[schemars(inline, extend("minProperties" = 1, "maxProperties" = 1))]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub(super) struct OutcomeReason {
    /// Not meant for this destination: why.
    skipped: Option<OrWord<String>>,
    /// The event is bad: why.
    rejected: Option<OrWord<String>>,
    /// The world is bad: why.
    failed: Option<OrWord<String>>,
}

/// A request as text, or with its body.
#[derive(JsonSchema)]
#[schemars(rename = "request")]
#[serde(untagged)]
pub(super) enum AnyRequest {
    /// A request without a body.
    Text(String),
    WithBody(RequestWithBody),
    Varying(Box<Word>),
}

/// A request and its body.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestWithBody {
    /// Method and path below the base URL, without percent-escapes.
    request: OrWord<String>,
    /// Its body; none when it is left out.
    #[serde(default)]
    body: Option<AnyPattern>,
}

/// A finding about the mapping.
#[derive(JsonSchema)]
#[schemars(rename = "finding")]
#[serde(untagged)]
pub(super) enum AnyFinding {
    Itself(Box<Finding>),
    Varying(Box<Word>),
}

/// A finding, by those members that are named.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(deny_unknown_fields)]
pub(super) struct Finding {
    /// As in `D0301`.
    code: OrWord<String>,
    /// Line in the mapping, from 1.
    line: OrWord<usize>,
    /// Column, from 1.
    column: OrWord<usize>,
    /// Its message.
    #[serde(default)]
    message: Option<OrWord<String>>,
    /// Its advice.
    #[serde(default)]
    help: Option<OrWord<String>>,
}
