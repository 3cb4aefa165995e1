//! Identities of users: e-mails, phone numbers and others, unique by type and value.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::store::fold;

/// The type of e-mail identities.
pub(crate) const EMAIL: &str = "email";
/// The type of phone identities.
pub(crate) const PHONE: &str = "phone_number";

/// One way to recognise a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) id: i64,
    pub(crate) user_id: i64,
    /// `email`, `phone_number`, `twitter`, ...
    pub(crate) kind: String,
    pub(crate) value: String,
    pub(crate) verified: bool,
    /// At most one identity of each type is primary.
    pub(crate) primary: bool,
    pub(crate) verification_method: String,
    pub(crate) verified_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// All identities.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identities {
    rows: BTreeMap<i64, Identity>,
    by_value: HashMap<(String, String), i64>,
    by_user: HashMap<i64, Vec<i64>>,
}

impl Identities {
    /// The identity of this id.
    pub(crate) fn get(&self, id: i64) -> Option<&Identity> {
        self.rows.get(&id)
    }

    /// All identities by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Identity> {
        self.rows.values()
    }

    /// The identity with this type and value, whatever the case of the value.
    pub(crate) fn find(&self, kind: &str, value: &str) -> Option<&Identity> {
        self.get(*self.by_value.get(&(kind.to_owned(), fold(value)))?)
    }

    /// Whose e-mail this is, primary or secondary.
    pub(crate) fn owner_of_email(&self, email: &str) -> Option<i64> {
        self.find(EMAIL, email).map(|identity| identity.user_id)
    }

    /// The identities of a user: primary ones first, then by id.
    pub(crate) fn of_user(&self, user_id: i64) -> Vec<&Identity> {
        let ids = self.by_user.get(&user_id).map(Vec::as_slice).unwrap_or_default();
        let mut found: Vec<&Identity> = ids.iter().filter_map(|id| self.rows.get(id)).collect();
        found.sort_by_key(|identity| (!identity.primary, identity.id));
        found
    }

    /// The primary identity of a user among those of a type.
    pub(crate) fn primary(&self, user_id: i64, kind: &str) -> Option<&Identity> {
        let ids = self.by_user.get(&user_id)?;
        ids.iter()
            .filter_map(|id| self.rows.get(id))
            .find(|identity| identity.primary && identity.kind == kind)
    }

    /// True when the user has an identity of this type.
    pub(crate) fn has(&self, user_id: i64, kind: &str) -> bool {
        let ids = self.by_user.get(&user_id).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| self.rows.get(id)).any(|identity| identity.kind == kind)
    }

    /// Adds an identity, or replaces the one of the same id.
    pub(crate) fn put(&mut self, identity: Identity) {
        self.remove(identity.id);
        self.by_value.insert((identity.kind.clone(), fold(&identity.value)), identity.id);
        self.by_user.entry(identity.user_id).or_default().push(identity.id);
        self.rows.insert(identity.id, identity);
    }

    /// Makes an identity the primary one of its type; the former one stays as secondary.
    pub(crate) fn promote(&mut self, id: i64, now: Timestamp) {
        let Some((user_id, kind)) = self.rows.get(&id).map(|row| (row.user_id, row.kind.clone())) else {
            return;
        };
        for other in self.by_user.get(&user_id).map(Vec::as_slice).unwrap_or_default() {
            if let Some(row) = self.rows.get_mut(other)
                && row.kind == kind
                && row.primary != (row.id == id)
            {
                row.primary = row.id == id;
                row.updated_at = now;
            }
        }
    }

    /// Removes an identity.
    pub(crate) fn remove(&mut self, id: i64) {
        let Some(old) = self.rows.remove(&id) else { return };
        self.by_value.remove(&(old.kind, fold(&old.value)));
        if let Some(ids) = self.by_user.get_mut(&old.user_id) {
            ids.retain(|other| *other != id);
        }
    }

    /// Gives the identities of one user to another, as secondary ones where that one has a primary.
    pub(crate) fn move_user(&mut self, from: i64, to: i64, now: Timestamp) {
        for id in self.by_user.remove(&from).unwrap_or_default() {
            let Some(row) = self.rows.get(&id).cloned() else { continue };
            let primary = row.primary && self.primary(to, &row.kind).is_none();
            self.put(Identity { user_id: to, primary, updated_at: now, ..row });
        }
    }

    /// Removes all identities of a user.
    pub(crate) fn remove_user(&mut self, user_id: i64) {
        for id in self.by_user.remove(&user_id).unwrap_or_default() {
            self.remove(id);
        }
    }
}
