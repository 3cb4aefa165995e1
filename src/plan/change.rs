//! What a write does to the destination.

use crate::model::Effect;

/// What a planned write does, as far as a plan knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Something new comes to be.
    Create,
    /// Something that is there changes.
    Update,
    /// Two things are tied to each other.
    Link,
    /// Something goes.
    Remove,
    /// It changes nothing.
    Unchanged,
    /// Only the destination's answers will tell.
    Unknown,
}

impl Change {
    /// All changes, in the order in which they are told.
    pub const ALL: [Change; 6] =
        [Change::Create, Change::Update, Change::Link, Change::Remove, Change::Unchanged, Change::Unknown];

    /// The word of JSON output and saved plans.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Change::Create => "create",
            Change::Update => "update",
            Change::Link => "link",
            Change::Remove => "remove",
            Change::Unchanged => "unchanged",
            Change::Unknown => "unknown",
        }
    }

    /// The change with this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Change::ALL.into_iter().find(|change| change.name() == name)
    }

    /// What stands in front of it in a plan, readable without colours.
    #[must_use]
    pub fn sign(self) -> char {
        match self {
            Change::Create => '+',
            Change::Update => '~',
            Change::Link => '&',
            Change::Remove => '-',
            Change::Unchanged => '=',
            Change::Unknown => '?',
        }
    }

    /// What a write does that is surely made.
    pub(super) fn of(effect: Effect) -> Self {
        match effect {
            Effect::Create => Change::Create,
            Effect::Update => Change::Update,
            Effect::Link => Change::Link,
            Effect::Remove => Change::Remove,
            Effect::Upsert => Change::Unknown,
        }
    }
}

/// An effect in a word or two.
pub(super) fn would(effect: Effect) -> &'static str {
    match effect {
        Effect::Create => "create",
        Effect::Update => "update",
        Effect::Upsert => "create or update",
        Effect::Link => "link",
        Effect::Remove => "remove",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Change;

    #[test]
    fn changes_have_names_and_signs_of_their_own() {
        let names: BTreeSet<_> = Change::ALL.iter().map(|change| change.name()).collect();
        let signs: BTreeSet<_> = Change::ALL.iter().map(|change| change.sign()).collect();
        assert_eq!((names.len(), signs.len()), (Change::ALL.len(), Change::ALL.len()));
        assert!(Change::ALL.iter().all(|change| Change::of_name(change.name()) == Some(*change)));
    }
}
