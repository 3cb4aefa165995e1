//! JSON values wherever they are: in the text of an event, in a tree, or made by a run.
//!
//! A `Datum` is a value that is looked at where it stands and copied only when it is sent. In come texts and trees,
//! out go data and JSON text. One pass over an event (`capture`) finds all that a mapping reads of it. This module
//! knows nothing of mappings.

pub(crate) mod capture;
mod datum;
mod entries;
mod keys;
mod parts;
pub mod scan;
mod write;

pub(crate) use datum::{Datum, Form, Slot, Text, UNKNOWN, Whole};
pub(crate) use entries::key_of;
pub(crate) use keys::{KeySeen, KeyTable};
pub(crate) use parts::{Member, Members};
pub(crate) use scan::{Fingerprint, Kind};
pub(crate) use write::{Sink, write, write_text};

/// Memory for what a run makes; all of it is given back at once.
pub(crate) type Arena = bumpalo::Bump;

/// Formats a text into the arena.
pub(crate) fn formatted<'a>(text: std::fmt::Arguments<'_>, arena: &'a Arena) -> &'a str {
    let mut made = bumpalo::collections::String::new_in(arena);
    // Writing to memory does not fail.
    let _ = std::fmt::Write::write_fmt(&mut made, text);
    made.into_bump_str()
}
