//! Whether both readers of YAML understand a text alike.
//!
//! In: a document from the positional reader. Out: yes, or where `serde_yaml` sees something else. Because of this
//! check a value may be taken from either.

use serde_yaml::Value;

use super::document::{Document, Kind, Node};
use super::plain;
use super::scalar::{self, Scalar};
use crate::diag::{Diagnostics, Span};

/// Whether `serde_yaml` reads the same values out of the text of the document.
///
/// False for a document that was read with errors such as a duplicate key.
#[must_use]
pub fn agree(document: &Document) -> bool {
    compare(document).is_ok()
}

/// Reads a text that only the quick reader has seen with the two others, and reports what it should have left to them.
///
/// That would be an error of ours, which is why only `lint` and the tests ask.
pub fn confirm(text: &str, diagnostics: &mut Diagnostics) {
    let Some(root) = plain::read(text) else { return };
    let n_found = diagnostics.len();
    let in_full = super::read_in_full(text, diagnostics);
    if diagnostics.len() == n_found && in_full.is_none_or(|document| document.root != root) {
        diagnostics.ambiguous(root.span);
    }
}

/// `Err` has the span of the first value that differs.
pub(super) fn compare(document: &Document) -> Result<(), Span> {
    // Our own reader skips the byte order mark; the other one would make it a part of the first key.
    let text = document.text.strip_prefix('\u{feff}').unwrap_or(&document.text);
    let n_skipped = document.text.len() - text.len();
    match serde_yaml::from_str::<Value>(text) {
        Ok(value) => same(&document.root, &value),
        Err(error) => Err(error.location().map_or(document.root.span, |place| {
            Span::at((place.index() + n_skipped).min(document.text.len()))
        })),
    }
}

fn same(node: &Node, value: &Value) -> Result<(), Span> {
    let is_same = match (&node.kind, value) {
        (Kind::Scalar { text, plain: true }, _) => Value::from(scalar::resolve(text)) == *value,
        (Kind::Scalar { text, .. }, Value::String(theirs)) => text == theirs,
        (Kind::List(nodes), Value::Sequence(values)) if nodes.len() == values.len() => {
            nodes.iter().zip(values).try_for_each(|(node, value)| same(node, value))?;
            true
        }
        (Kind::Map(entries), Value::Mapping(pairs)) if entries.len() == pairs.len() => {
            for ((key, node), (name, value)) in entries.iter().zip(pairs) {
                let own = if key.plain { scalar::resolve(&key.text) } else { Scalar::Text(&key.text) };
                if Value::from(own) != *name {
                    return Err(key.span);
                }
                same(node, value)?;
            }
            true
        }
        _ => false,
    };
    if is_same { Ok(()) } else { Err(node.span) }
}
