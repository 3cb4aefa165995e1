//! What changes for events when a mapping changes: which events, which requests, which attributes.
//!
//! In: two sessions and events. Out: the differences between what either would send and how either would end. Nothing
//! is sent: both are given the answers of the same imagined destination, once of one in which each look-up finds what
//! it asks for, once of one in which no look-up finds anything. What a destination refuses is not imagined, so tables
//! of errors, retries and caches make no difference here. A [`Recording`] has the answers that a real destination gave, and
//! what the old mapping made of them; then they do.

mod attributes;
mod event;
mod json;
mod markdown;
mod replay;
mod report;
mod text;

pub use event::{ChangedRequest, Difference, Kind, Seen, compare};
pub use replay::{Recording, Told};
pub use report::{Group, Report, service};

/// A value that differs: of a body, of the query, of the headers, or the path.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Where: `user.name` in the body, `query email`, `header X-Id`, `path`, `body` when it is no object.
    pub at: String,
    /// What the old mapping sends there.
    pub old: Option<serde_json::Value>,
    /// What the new one sends there.
    pub new: Option<serde_json::Value>,
}
