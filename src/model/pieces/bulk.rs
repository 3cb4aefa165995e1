//! Requests that are made together, the jobs that they become, and how often requests may be made.

#[cfg(feature = "cli")]
use indexmap::IndexMap;
#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Deserialize;

use super::Part;
#[cfg(feature = "cli")]
use super::{AnyCondition, AnyRow, OneOrMany, RequestPath, Selector, Span};

/// How requests that wait at the same time are made together.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "bulk"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct BulkPiece {
    /// Whose request it is: two with the same key are never under way at the same time. Case does not matter.
    #[cfg_attr(feature = "cli", schemars(with = "AnyRow"))]
    pub(in crate::model) key: Part,
    /// Most requests that are made together.
    #[cfg_attr(feature = "cli", schemars(range(min = 2)))]
    pub(in crate::model) max: u32,
    /// How long a request may wait for others; without it, `1s`. It never waits when no other can come.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<Span>"))]
    pub(in crate::model) linger: Option<Part>,
    /// Of several that wait with one key, which is sent for all of them.
    #[serde(default)]
    pub(in crate::model) collapse: Option<CollapseWord>,
    /// The ways to make them together, the best first. What none can do is asked alone.
    #[cfg_attr(feature = "cli", schemars(with = "OneOrMany<BulkFormPiece>"))]
    pub(in crate::model) forms: Part,
}

/// Which of several requests stands for all.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "collapse"))]
#[serde(rename_all = "snake_case")]
pub(in crate::model) enum CollapseWord {
    /// The one that came last.
    Last,
}

/// A way to make requests together: exactly one of get, post, put, patch.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "bulk_form", extend("oneOf" = serde_json::json!([{"required": ["get"]}, {"required": ["post"]}, {"required": ["put"]}, {"required": ["patch"]}]))))]
#[serde(deny_unknown_fields, default)]
pub(in crate::model) struct BulkFormPiece {
    /// Path of a read of many.
    #[cfg_attr(feature = "cli", schemars(with = "Option<RequestPath>"))]
    pub(in crate::model) get: Option<String>,
    /// Path of a write of many.
    #[cfg_attr(feature = "cli", schemars(with = "Option<RequestPath>"))]
    pub(in crate::model) post: Option<String>,
    /// Path of a write of many.
    #[cfg_attr(feature = "cli", schemars(with = "Option<RequestPath>"))]
    pub(in crate::model) put: Option<String>,
    /// Path of a write of many.
    #[cfg_attr(feature = "cli", schemars(with = "Option<RequestPath>"))]
    pub(in crate::model) patch: Option<String>,
    /// Key of the body that lists the items (of a write).
    pub(in crate::model) list: Option<String>,
    /// Query parameter with the keys, joined by commas (of a read).
    pub(in crate::model) ids: Option<String>,
    /// Where the reply has the rows, when it is no job.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Selector>"))]
    pub(in crate::model) rows: Option<Part>,
    /// Members of a row that are the same in its item; of a read, the member that is the key. Case does not matter.
    #[cfg_attr(feature = "cli", schemars(with = "Option<OneOrMany<String>>"))]
    pub(in crate::model) by: Option<Part>,
    /// Member of a row with the place of its item, from 0.
    pub(in crate::model) index: Option<String>,
    /// A row that this holds for is a success; any other item is asked alone.
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyCondition>"))]
    pub(in crate::model) good: Option<Part>,
    /// Statuses that say that the account may not use this way, and how long that is remembered.
    #[cfg_attr(feature = "cli", schemars(with = "Option<IndexMap<String, Span>>"))]
    pub(in crate::model) refused: Option<Part>,
    /// A read that tells which items are there already: the others go on to the next way.
    #[cfg_attr(feature = "cli", schemars(with = "Option<BulkFindPiece>"))]
    pub(in crate::model) find: Option<Part>,
}

/// A read that tells which items are there already.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "bulk_find"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct BulkFindPiece {
    /// Path of the read.
    #[cfg_attr(feature = "cli", schemars(with = "RequestPath"))]
    pub(in crate::model) get: Part,
    /// Query parameter with the keys, joined by commas.
    pub(in crate::model) ids: String,
    /// Where the reply has the rows.
    #[cfg_attr(feature = "cli", schemars(with = "Selector"))]
    pub(in crate::model) rows: Part,
    /// Member of a row that is the key. Case does not matter.
    pub(in crate::model) by: String,
    /// Members of a row that its item gets.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<OneOrMany<String>>"))]
    pub(in crate::model) add: Option<Part>,
}

/// How often requests may be made.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "limit"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct LimitPiece {
    /// The requests that count: method and path, as they are written in steps.
    #[cfg_attr(feature = "cli", schemars(with = "OneOrMany<String>"))]
    pub(in crate::model) of: Part,
    /// How many, made of settings; without a value there is no limit.
    #[cfg_attr(feature = "cli", schemars(with = "AnyRow"))]
    pub(in crate::model) rate: Part,
    /// In which time.
    #[cfg_attr(feature = "cli", schemars(with = "Span"))]
    pub(in crate::model) per: Part,
    /// Counts for each value of its own: whose request it is.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyRow>"))]
    pub(in crate::model) key: Option<Part>,
}

/// How a reply that is a job is followed to its end.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "job"))]
#[serde(deny_unknown_fields)]
pub(in crate::model) struct JobPiece {
    /// Where the reply has the job's id; a reply without one is no job.
    #[cfg_attr(feature = "cli", schemars(with = "Selector"))]
    pub(in crate::model) id: Part,
    /// Path of the read that tells how jobs stand.
    #[cfg_attr(feature = "cli", schemars(with = "RequestPath"))]
    pub(in crate::model) get: Part,
    /// Query parameter with the ids, joined by commas.
    pub(in crate::model) ids: String,
    /// Where the reply to that read has the jobs.
    #[cfg_attr(feature = "cli", schemars(with = "Selector"))]
    pub(in crate::model) list: Part,
    /// Member of a job that is its id.
    pub(in crate::model) by: String,
    /// Whether a job has ended.
    #[cfg_attr(feature = "cli", schemars(with = "AnyCondition"))]
    pub(in crate::model) ended: Part,
    /// Where a job has its rows.
    #[cfg_attr(feature = "cli", schemars(with = "Selector"))]
    pub(in crate::model) rows: Part,
    /// Time between two reads.
    #[cfg_attr(feature = "cli", schemars(with = "Span"))]
    pub(in crate::model) every: Part,
    /// A job that has not ended by then counts as lost.
    #[cfg_attr(feature = "cli", schemars(with = "Span"))]
    pub(in crate::model) within: Part,
    /// Most jobs at the same time.
    #[cfg_attr(feature = "cli", schemars(range(min = 1)))]
    pub(in crate::model) most: u32,
}
