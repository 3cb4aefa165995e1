//! Tests in Rust; what a case file can say stands in `tests/cases`.

mod corpus;
mod docs;
mod limits;
mod scripted;
mod tidy;
