//! Notes for the user, as they come up.

use std::collections::BTreeSet;
use std::mem;

/// What the user should know, each note once, in the order in which they came up. However many there are, one more
/// takes little time: an event may bring thousands.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    list: Vec<String>,
    known: BTreeSet<String>,
}

impl Notes {
    /// Adds a note, unless it is there.
    pub(crate) fn add(&mut self, note: String) {
        if !self.known.contains(&note) {
            self.known.insert(note.clone());
            self.list.push(note);
        }
    }

    /// All notes; none are left.
    pub(crate) fn take(&mut self) -> Vec<String> {
        if self.list.is_empty() {
            return Vec::new();
        }
        self.known.clear();
        mem::take(&mut self.list)
    }
}

#[cfg(test)]
mod tests {
    use super::Notes;

    #[test]
    fn a_note_comes_once_and_again_after_all_were_taken() {
        let mut notes = Notes::default();
        for note in ["b", "a", "b"] {
            notes.add(note.to_owned());
        }
        assert_eq!(notes.take(), ["b", "a"]);
        notes.add("b".to_owned());
        assert_eq!(notes.take(), ["b"]);
        assert!(notes.take().is_empty());
    }
}
