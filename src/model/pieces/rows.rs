//! Rows and tables.

#[cfg(feature = "cli")]
use indexmap::IndexMap;
#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Deserialize;

use super::Part;
#[cfg(feature = "cli")]
use super::{AnyCondition, AnyType, AnyValue, OnBadWord, OneOrMany, Rows, Selector, TrueOrText};

/// How one value is made.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "long_row", extend("oneOf" = serde_json::json!([{"required": ["from"]}, {"required": ["value"]}, {"required": ["text"]}, {"required": ["list"]}]))))]
#[serde(deny_unknown_fields, default)]
pub(in crate::model) struct RowPiece {
    /// Selector, or several of which the first that is there wins.
    #[cfg_attr(feature = "cli", schemars(with = "Option<OneOrMany<Selector>>"))]
    pub(in crate::model) from: Option<Part>,
    /// Selector of elements in which `from` is then read as `$item`.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Selector>"))]
    pub(in crate::model) each: Option<Part>,
    /// Condition over `$item` that an element must pass.
    #[serde(rename = "where")]
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyCondition>"))]
    pub(in crate::model) filter: Option<Part>,
    /// A constant.
    #[cfg_attr(feature = "cli", schemars(with = "AnyValue"))]
    pub(in crate::model) value: Option<Part>,
    /// A template.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(in crate::model) text: Option<Part>,
    /// What stands in the template.
    #[cfg_attr(feature = "cli", schemars(with = "Rows"))]
    pub(in crate::model) with: Option<Part>,
    /// A list of objects.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<ElementPiece>>"))]
    pub(in crate::model) list: Option<Part>,
    /// Which of several matches.
    pub(in crate::model) take: Option<Take>,
    /// Type to cast to: a name, `[name]` for a list, `{enum: [...]}` for one of several texts.
    #[serde(rename = "as")]
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyType>"))]
    pub(in crate::model) cast: Option<Part>,
    /// What a value that does not fit the type means.
    #[cfg_attr(feature = "cli", schemars(with = "Option<OnBadWord>"))]
    pub(in crate::model) on_bad: Option<Part>,
    /// `missing`: an empty text, list or object does not count.
    pub(in crate::model) empty: Option<EmptyIs>,
    /// `send`: an explicit null is sent.
    pub(in crate::model) null: Option<NullIs>,
    /// Value when all candidates are missing.
    #[cfg_attr(feature = "cli", schemars(with = "AnyValue"))]
    pub(in crate::model) default: Option<Part>,
    /// `true`, or the message with which the event is rejected.
    #[cfg_attr(feature = "cli", schemars(with = "Option<TrueOrText>"))]
    pub(in crate::model) required: Option<Part>,
    /// The row counts only when this holds.
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyCondition>"))]
    pub(in crate::model) when: Option<Part>,
    /// Values to replace.
    #[cfg_attr(feature = "cli", schemars(with = "IndexMap<String, AnyValue>"))]
    pub(in crate::model) map: Option<Part>,
    /// Most characters of a text.
    pub(in crate::model) truncate: Option<u32>,
}

/// Which of several matches is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "take"))]
#[serde(rename_all = "lowercase")]
pub enum Take {
    /// The first.
    First,
    /// The last.
    Last,
    /// The one and only; several are the verdict *ambiguous*.
    Only,
    /// All, as a list.
    All,
}

/// What a value that does not fit its type means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnBad {
    /// The event is rejected.
    #[default]
    Reject,
    /// The value counts as missing.
    Skip,
    /// Null is sent.
    Null,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "empty"))]
#[serde(rename_all = "lowercase")]
pub(in crate::model) enum EmptyIs {
    /// Does not count.
    Missing,
    /// Counts.
    Value,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "null"))]
#[serde(rename_all = "lowercase")]
pub(in crate::model) enum NullIs {
    /// Is sent.
    Send,
    /// Does not count.
    Missing,
}

/// One object of a list.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "element"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct ElementPiece {
    /// Left out unless this holds.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyCondition>"))]
    pub(in crate::model) when: Option<Part>,
    /// Its members.
    #[cfg_attr(feature = "cli", schemars(with = "Rows"))]
    pub(in crate::model) rows: Part,
}

/// Which destination attributes come from where.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "table"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct TablePiece {
    /// Key that the body is wrapped in.
    #[serde(default)]
    pub(in crate::model) under: Option<String>,
    /// `missing`: empty values do not count, in any row.
    #[serde(default)]
    pub(in crate::model) empty: Option<EmptyIs>,
    /// Rows by destination path; dots go into objects.
    #[cfg_attr(feature = "cli", schemars(with = "Rows"))]
    pub(in crate::model) rows: Part,
    /// What happens with everything that no row has read.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<RestPiece>"))]
    pub(in crate::model) rest: Option<Part>,
}

/// The members of an object that no row has read.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "rest"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct RestPiece {
    /// Selector of the object.
    #[cfg_attr(feature = "cli", schemars(with = "Selector"))]
    pub(in crate::model) of: String,
    /// Destination path.
    pub(in crate::model) into: String,
    /// Type that a member must have to be sent.
    #[serde(default, rename = "as")]
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyType>"))]
    pub(in crate::model) cast: Option<Part>,
    /// Members that are left out.
    #[serde(default)]
    pub(in crate::model) except: Vec<String>,
    /// `send`: an explicit null is sent.
    #[serde(default)]
    pub(in crate::model) null: Option<NullIs>,
    /// Which keys the destination takes.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<KeyRulePiece>"))]
    pub(in crate::model) keys: Option<Part>,
}

/// Which characters a key may have.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "keys"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct KeyRulePiece {
    /// Characters and ranges, as in `A-Za-z0-9_`.
    pub(in crate::model) allow: String,
    /// What stands for any other character.
    pub(in crate::model) other: String,
    /// A key that matches this regular expression gets `other` in front.
    #[serde(default)]
    pub(in crate::model) not: Option<String>,
}
