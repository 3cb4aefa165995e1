//! Searching users: the query syntax, and an index that lags behind the tables.

pub(crate) mod index;
mod query;
pub(crate) mod unified;
