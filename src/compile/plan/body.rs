//! Bodies of requests: what is written, and what of an object no row has read.

use std::sync::Arc;

use super::super::key_plan::KeyPlan;
use super::{RowPlan, Selector};
use crate::diag::Span;
use crate::json::{KeyTable, Slot};
use crate::value::Type;

/// A body made by a table, as a list of things to write.
#[derive(Clone, Debug)]
pub(crate) struct BodyPlan {
    pub(crate) ops: Vec<Op>,
    /// Something in it depends on answers of the destination.
    pub(crate) late: bool,
}

/// A thing to write into a body. A key is JSON text with a comma in front and a colon behind it: `,"name":`.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// A row; without a value in the slot `gate` it has none.
    Row { gate: Option<Slot>, key: Box<str>, row: Box<RowPlan> },
    /// Begins an object, which is taken back when nothing is in it at its end, unless it is `kept`.
    Open { key: Box<str>, kept: bool },
    /// Ends an object.
    Close,
    /// What no row has read.
    Rest(Arc<RestPlan>),
    /// Rows whose gates are slots in a row, from `first` on.
    Run { first: Slot, rows: Vec<Op> },
}

/// The members of an object that no row reads.
#[derive(Clone, Debug)]
pub(crate) struct RestPlan {
    /// Where it is written.
    pub(crate) span: Span,
    pub(crate) of: Selector,
    /// What rows do with keys.
    pub(crate) roles: KeyTable<Role>,
    /// Paths lead through all keys that have a role, wherever the object may have been captured.
    pub(crate) roles_are_placed: bool,
    /// Rows that write into the same object, under the keys that they have there.
    pub(crate) rows: Vec<(String, RowPlan)>,
    pub(crate) cast: Type,
    pub(crate) null_is_sent: bool,
    pub(crate) keys: Option<KeyPlan>,
}

/// What the rows of a table do with a key.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Role {
    /// A row reads the member of the object.
    pub(crate) is_read: bool,
    /// A row reads below the member; a value without members is left to the rest.
    pub(crate) is_entered: bool,
    /// A row writes an attribute of this name.
    pub(crate) is_written: bool,
}
