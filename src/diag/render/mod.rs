//! Rendering: findings as text for people and as JSON for machines.
//!
//! In: findings, the name of the file and its text. Out: a string or a JSON value. Pure, and total: any span renders,
//! also one that lies outside of the text. The human form may change in any release, the JSON form may not.

mod human;
mod json;

pub use human::{Colour, human, human_with};
pub use json::json;
