//! Tests in Rust; what a case file can say stands in `tests/cases`.

mod cli;
mod corpus;
mod docs;
mod limits;
mod many;
mod schema;
mod scripted;
mod tidy;
