//! What an operator is: one record, from which its mutants, its tests and its line in the documents are made.

use super::edit;
use super::role::{Role, Spot};
use crate::diag::Edit;

/// One kind of small mistake that is made everywhere it fits.
#[derive(Clone, Copy, Debug)]
pub struct Operator {
    /// Its name, as in reports.
    pub name: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// A part of a mapping, and all that becomes of it.
    pub example: (&'static str, &'static [&'static str]),
    pub(super) way: Way,
}

/// How an operator finds what it changes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    /// It leaves out these keys of these.
    Drops(&'static [(Role, &'static str)]),
    /// It looks at each value.
    Makes(fn(&Spot<'_>, &mut Changes<'_>)),
}

/// One change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) edit: Edit,
    /// What it does, in a few words.
    pub(super) what: String,
}

/// What an operator makes of one value.
#[derive(Debug)]
pub(super) struct Changes<'t> {
    /// The text of the mapping.
    pub(super) text: &'t str,
    pub(super) list: Vec<Change>,
}

impl Operator {
    /// What it makes of one value.
    pub(super) fn changes(&self, spot: &Spot<'_>, text: &str) -> Vec<Change> {
        let mut changes = Changes { text, list: Vec::new() };
        match self.way {
            Way::Makes(make) => make(spot, &mut changes),
            Way::Drops(keys) => {
                if keys.iter().any(|(above, key)| spot.is(*above, key)) {
                    changes.drop(spot);
                }
            }
        }
        changes.list
    }
}

impl Changes<'_> {
    /// Adds a change.
    pub(super) fn add(&mut self, edit: Option<Edit>, what: impl Into<String>) {
        self.list.extend(edit.map(|edit| Change { edit, what: what.into() }));
    }

    /// Leaves a value out, with its key.
    pub(super) fn drop(&mut self, spot: &Spot<'_>) {
        let Some((_, holder)) = spot.above else { return };
        let what = match spot.key {
            Some(key) => format!("leaves out `{}`", key.text),
            None => format!("leaves out {}", self.shown(spot)),
        };
        self.add(edit::without(self.text, holder, spot.node), what);
    }

    /// Exchanges an element of a list with the next one.
    pub(super) fn swap(&mut self, spot: &Spot<'_>) {
        let Some((_, holder)) = spot.above else { return };
        let what = format!("puts {} behind the next one", self.shown(spot));
        self.add(edit::swapped(self.text, holder, spot.node), what);
    }

    /// Writes something else in place of a value.
    pub(super) fn write(&mut self, spot: &Spot<'_>, new: &str) {
        let what = format!("{} becomes {}", self.shown(spot), quoted(new));
        self.add(Some(edit::rewritten(self.text, spot.node.span, new)), what);
    }

    /// A value in backticks, cut where it is long.
    pub(super) fn shown(&self, spot: &Spot<'_>) -> String {
        quoted(&edit::flow_text(self.text, spot.node))
    }
}

/// Longest text that a description shows whole.
const MOST_SHOWN: usize = 60;

/// Text in backticks, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    if text.chars().count() <= MOST_SHOWN {
        return format!("`{text}`");
    }
    let cut: String = text.chars().take(MOST_SHOWN).collect();
    format!("`{cut}…`")
}
