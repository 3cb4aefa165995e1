//! Events as received, and the profiles that they came with.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde_json::Value;

use crate::refusal;
use crate::reply::Reply;
use crate::store::fold;

/// Sources that an account may have.
const SOURCES: usize = 50;
/// Types that an account may have.
const TYPES: usize = 2500;

/// One recorded event.
#[derive(Clone, Debug)]
pub(crate) struct EventRecord {
    pub(crate) id: String,
    pub(crate) user_id: i64,
    /// The profile it came with.
    pub(crate) profile_id: String,
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
    /// As sent.
    pub(crate) body: Value,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// All events in order of arrival, and all profiles.
#[derive(Clone, Debug, Default)]
pub(crate) struct Events {
    rows: Vec<EventRecord>,
    by_user: HashMap<i64, Vec<usize>>,
    profiles: BTreeMap<String, Profile>,
    n_profiles: usize,
    sources: BTreeSet<String>,
    types: BTreeSet<String>,
    by_identifier: HashMap<[String; 4], String>,
}

impl Events {
    /// All events in order of arrival.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &EventRecord> {
        self.rows.iter()
    }

    /// Number of events so far.
    pub(crate) fn n_events(&self) -> usize {
        self.rows.len()
    }

    /// The number of a profile that is about to be added.
    pub(crate) fn fresh_profile(&mut self) -> usize {
        self.n_profiles += 1;
        self.n_profiles
    }

    /// The profile of this id.
    pub(crate) fn profile(&self, id: &str) -> Option<&Profile> {
        self.profiles.get(id)
    }

    /// The profiles of a user by id.
    pub(crate) fn profiles_of(&self, user_id: i64) -> Vec<&Profile> {
        self.profiles.values().filter(|profile| profile.user_id == user_id).collect()
    }

    /// All profiles by id.
    pub(crate) fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.values()
    }

    /// Refuses sources and types that would be too many. Guess: the codes and the status.
    pub(crate) fn check_room<const N: usize>(
        &self,
        sources: [&String; N],
        types: [&String; N],
    ) -> Result<(), Reply> {
        let room = |known: &BTreeSet<String>, names: [&String; N], most: usize| {
            let fresh: BTreeSet<&String> = names.into_iter().filter(|name| !known.contains(*name)).collect();
            known.len() + fresh.len() <= most || fresh.is_empty()
        };
        if !room(&self.sources, sources, SOURCES) {
            return Err(refusal::listed(400, "TooManySources", "The account has 50 sources already"));
        }
        if !room(&self.types, types, TYPES) {
            return Err(refusal::listed(400, "TooManyTypes", "The account has 2500 types already"));
        }
        Ok(())
    }

    /// The events of a user, newest first.
    pub(crate) fn of_user(&self, user_id: i64) -> Vec<&EventRecord> {
        let indexes = self.by_user.get(&user_id).map(Vec::as_slice).unwrap_or_default();
        indexes.iter().rev().filter_map(|index| self.rows.get(*index)).collect()
    }

    /// Appends an event; nothing is ever taken for a repetition.
    pub(crate) fn push(&mut self, record: EventRecord) {
        let text = |key: &str| record.event.get(key).and_then(Value::as_str);
        remember(&mut self.sources, text("source"));
        remember(&mut self.types, text("type"));
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
        self.remove_profile(&profile.id);
        remember(&mut self.sources, Some(&profile.source));
        remember(&mut self.types, Some(&profile.kind));
        for identifier in &profile.identifiers {
            self.by_identifier.insert(key(&profile.source, &profile.kind, identifier), profile.id.clone());
        }
        self.n_profiles = self.n_profiles.max(self.profiles.len() + 1);
        self.profiles.insert(profile.id.clone(), profile);
    }

    /// Removes a profile; events keep what they came with.
    pub(crate) fn remove_profile(&mut self, id: &str) -> Option<()> {
        let old = self.profiles.remove(id)?;
        for identifier in &old.identifiers {
            self.by_identifier.remove(&key(&old.source, &old.kind, identifier));
        }
        Some(())
    }

    /// Gives the events and profiles of one user to another.
    pub(crate) fn move_user(&mut self, from: i64, to: i64) {
        let moved = self.by_user.remove(&from).unwrap_or_default();
        for index in &moved {
            if let Some(row) = self.rows.get_mut(*index) {
                row.user_id = to;
            }
        }
        let all = self.by_user.entry(to).or_default();
        all.extend(moved);
        all.sort_unstable();
        for profile in self.profiles.values_mut().filter(|profile| profile.user_id == from) {
            profile.user_id = to;
        }
    }
}

fn remember(names: &mut BTreeSet<String>, name: Option<&str>) {
    if let Some(name) = name.filter(|name| !names.contains(*name)) {
        names.insert(name.to_owned());
    }
}

fn key(source: &str, kind: &str, (name, value): &(String, String)) -> [String; 4] {
    [source.to_owned(), kind.to_owned(), name.clone(), fold(value)]
}
