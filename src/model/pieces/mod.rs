//! The shapes that authors write, one struct a piece, read with serde.
//!
//! A field of type [`Part`] is a piece of its own and is read on its own, so that one bad piece hides no other. A field
//! whose place matters is read from the tree; here it says that the key exists and what type it has. The JSON Schema of
//! mapping files is made from these structs (feature `cli`); their doc comments are its descriptions.
#![expect(dead_code, reason = "some fields only say that a key exists; their values are read from the tree")]

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

mod bulk;
mod calls;
mod file;
mod rows;
#[cfg(feature = "cli")]
mod schema;

pub(in crate::model) use bulk::*;
pub(in crate::model) use calls::*;
pub use file::MappingFile;
pub(in crate::model) use file::{
    BasicPiece, FinishWord, FlowPiece, HostPiece, LoginPiece, OAuthPiece, RequirementPiece, ServicePiece,
    SettingPiece, SettingType,
};
pub(in crate::model) use rows::{
    ElementPiece, EmptyIs, KeyRulePiece, NullIs, RestPiece, RowPiece, TablePiece,
};
pub use rows::{OnBad, Take};
#[cfg(feature = "cli")]
use schema::{
    AnyCondition, AnyRow, AnyType, AnyValue, Day, ErrorTable, OnBadWord, OneOrMany, RequestPath, Rows,
    Selector, Span, Steps, TextOr, TrueOrText,
};

/// A piece that is read on its own; here it only says that it is there.
///
/// It can be written so that the schema tells what holds where it is left out.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(in crate::model) struct Part;

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}
