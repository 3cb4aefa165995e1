//! Schemas of what may be written in several forms. They are used for the JSON Schema alone; no text is read with them.
#![expect(dead_code, reason = "only their schemas are used")]

use indexmap::IndexMap;
use schemars::JsonSchema;

use super::{ArmPiece, EndPiece, ReactionWord, RequestPiece, RowPiece};

/// One, or a list of several.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(in crate::model) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

/// A name, or the long form.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(in crate::model) enum TextOr<T> {
    Text(String),
    Long(T),
}

/// `true`, or a message.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(in crate::model) enum TrueOrText {
    Flag(bool),
    Text(String),
}

/// A row: a selector, a list of selectors, or the long form.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(in crate::model) enum AnyRow {
    /// Selector.
    Selector(Selector),
    /// Selectors; the first that is there wins.
    Selectors(Vec<Selector>),
    /// The long form.
    Long(Box<RowPiece>),
}

/// `$.path` in the event (or reply), `$name.path` in something declared.
#[derive(JsonSchema)]
pub(in crate::model) struct Selector(#[schemars(regex(pattern = r"^\$"))] String);

/// Any constant.
#[derive(JsonSchema)]
pub(in crate::model) struct AnyValue(serde_json::Value);

/// A type: a name, `[name]`, `{enum: [...]}`.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(in crate::model) enum AnyType {
    Name(TypeName),
    List([TypeName; 1]),
    Enum { r#enum: Vec<String> },
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::model) enum TypeName {
    String,
    Integer,
    Number,
    Boolean,
    Date,
    Datetime,
    Email,
    Phone,
    Url,
    Scalar,
    Object,
}

/// A condition: selectors and what their values must be (all of them), or `any`, `all`, `not`.
#[derive(JsonSchema)]
pub(in crate::model) struct AnyCondition(IndexMap<String, serde_json::Value>);

/// What an answer means: a word, a conditional form, or a list of forms of which the first that fits counts.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(in crate::model) enum AnyReaction {
    Word(ReactionWord),
    Arm(ArmPiece),
    Arms(Vec<ArmPiece>),
}

/// A step: a named request, or one of use, stop, skip, reject.
#[derive(JsonSchema)]
#[serde(untagged)]
pub(in crate::model) enum AnyStep {
    Part(String),
    Request(Box<RequestPiece>),
    End(EndPiece),
}
