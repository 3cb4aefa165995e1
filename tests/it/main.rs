//! Tests of the project as a whole.

mod docs;
mod tidy;
