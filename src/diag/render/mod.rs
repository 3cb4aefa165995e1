//! Rendering: findings as text for people; as JSON, SARIF and GitHub annotations for machines.
//!
//! In: findings, the name of the file and its text. Out: a string or a JSON value. Pure, and total: any span renders,
//! also one that lies outside of the text. The human form may change in any release, the others may not.

mod github;
mod human;
mod json;
mod sarif;

pub use github::github;
pub use human::{Colour, human, human_with};
pub use json::json;
pub use sarif::{OfFile, sarif};
