//! JSON as it is written: read in place, without a tree.

pub mod scan;
