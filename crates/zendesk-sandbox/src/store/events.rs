//! Events as received, and the profiles that they came with.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::store::fold;

/// One recorded event.
#[derive(Clone, Debug)]
pub(crate) struct EventRecord {
    pub(crate) id: String,
    pub(crate) user_id: i64,
    /// The profile as sent.
    pub(crate) profile: Value,
    /// The event as sent, with `created_at` filled in.
    pub(crate) event: Value,
    /// When the event says it happened.
    pub(crate) created_at: Timestamp,
    pub(crate) received_at: Timestamp,
}

/// A user as another system knows them.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) id: String,
    pub(crate) user_id: i64,
    pub(crate) source: String,
    pub(crate) kind: String,
    /// Type and value.
    pub(crate) identifiers: Vec<(String, String)>,
}

/// All events in order of arrival, and all profiles.
#[derive(Clone, Debug, Default)]
pub(crate) struct Events {
    rows: Vec<EventRecord>,
    by_user: HashMap<i64, Vec<usize>>,
    profiles: HashMap<String, Profile>,
    by_identifier: HashMap<[String; 4], String>,
}

impl Events {
    /// All events in order of arrival.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &EventRecord> {
        self.rows.iter()
    }

    /// Number of events.
    pub(crate) fn n_events(&self) -> usize {
        self.rows.len()
    }

    /// Number of profiles.
    pub(crate) fn n_profiles(&self) -> usize {
        self.profiles.len()
    }

    /// The events of a user, newest first.
    pub(crate) fn of_user(&self, user_id: i64) -> Vec<&EventRecord> {
        let indexes = self.by_user.get(&user_id).map(Vec::as_slice).unwrap_or_default();
        indexes.iter().rev().filter_map(|index| self.rows.get(*index)).collect()
    }

    /// Appends an event; nothing is ever taken for a repetition.
    pub(crate) fn push(&mut self, record: EventRecord) {
        self.by_user.entry(record.user_id).or_default().push(self.rows.len());
        self.rows.push(record);
    }

    /// The profile with this source, type and one of these identifiers.
    pub(crate) fn find_profile(
        &self,
        source: &str,
        kind: &str,
        ids: &[(String, String)],
    ) -> Option<&Profile> {
        ids.iter()
            .find_map(|identifier| self.by_identifier.get(&key(source, kind, identifier)))
            .and_then(|id| self.profiles.get(id))
    }

    /// Adds a profile, or replaces the one of the same id with all its identifiers.
    pub(crate) fn put_profile(&mut self, profile: Profile) {
        if let Some(old) = self.profiles.remove(&profile.id) {
            for identifier in &old.identifiers {
                self.by_identifier.remove(&key(&old.source, &old.kind, identifier));
            }
        }
        for identifier in &profile.identifiers {
            self.by_identifier.insert(key(&profile.source, &profile.kind, identifier), profile.id.clone());
        }
        self.profiles.insert(profile.id.clone(), profile);
    }
}

fn key(source: &str, kind: &str, (name, value): &(String, String)) -> [String; 4] {
    [source.to_owned(), kind.to_owned(), name.clone(), fold(value)]
}
