//! Tests of reading, in files by subject.

mod hygiene;
mod pages;
mod pieces;
mod plain;
mod robust;
