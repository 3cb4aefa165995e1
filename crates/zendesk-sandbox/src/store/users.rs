//! Users, active and soft-deleted, with the index over external ids.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::locales::Locale;
use crate::store::fold;
use crate::time_zones::TimeZone;

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A customer.
    EndUser,
    /// An agent.
    Agent,
    /// An administrator.
    Admin,
}

impl Role {
    /// The role of this name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "end-user" => Some(Self::EndUser),
            "agent" => Some(Self::Agent),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }

    /// The name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::EndUser => "end-user",
            Self::Agent => "agent",
            Self::Admin => "admin",
        }
    }
}

/// What a permanently deleted user is called.
const PURGED_NAME: &str = "Permanently Deleted User";

/// A user without what other tables know: e-mails are identities, organizations are memberships.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) external_id: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) time_zone: TimeZone,
    pub(crate) locale: Locale,
    pub(crate) phone: Option<String>,
    /// `None` without a phone; `Some(true)` when the number belongs to somebody else, too.
    pub(crate) shared_phone_number: Option<bool>,
    pub(crate) role: Role,
    /// Shown only while the user has no e-mail; otherwise the primary e-mail identity decides.
    pub(crate) verified: bool,
    pub(crate) tags: Vec<String>,
    pub(crate) alias: Option<String>,
    pub(crate) details: Option<String>,
    pub(crate) notes: Option<String>,
    pub(crate) signature: Option<String>,
    pub(crate) suspended: bool,
    /// Comes from another account and cannot be changed here.
    pub(crate) shared: bool,
    /// Custom field values by key; a missing key is the default of its type.
    pub(crate) fields: Map<String, Value>,
}

impl User {
    /// A user with the defaults of the account.
    pub(crate) fn new(id: i64, now: Timestamp) -> Self {
        Self {
            id,
            name: String::new(),
            external_id: None,
            created_at: now,
            updated_at: now,
            time_zone: TimeZone::default(),
            locale: Locale::default(),
            phone: None,
            shared_phone_number: None,
            role: Role::EndUser,
            verified: false,
            tags: Vec::new(),
            alias: None,
            details: None,
            notes: None,
            signature: None,
            suspended: false,
            shared: false,
            fields: Map::new(),
        }
    }
}

/// All users. INVARIANT: an id is in `active` or in `deleted`, never in both.
#[derive(Clone, Debug, Default)]
pub(crate) struct Users {
    active: BTreeMap<i64, User>,
    deleted: BTreeMap<i64, User>,
    /// When deleted users were deleted permanently.
    purged: BTreeMap<i64, Timestamp>,
    by_external_id: HashMap<String, i64>,
}

impl Users {
    /// An active user.
    pub(crate) fn get(&self, id: i64) -> Option<&User> {
        self.active.get(&id)
    }

    /// A soft-deleted user.
    pub(crate) fn get_deleted(&self, id: i64) -> Option<&User> {
        self.deleted.get(&id)
    }

    /// The active user with this external id, whatever its case.
    pub(crate) fn by_external_id(&self, external_id: &str) -> Option<&User> {
        self.get(*self.by_external_id.get(&fold(external_id))?)
    }

    /// Active users by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &User> {
        self.active.values()
    }

    /// Soft-deleted users by id.
    pub(crate) fn deleted(&self) -> impl Iterator<Item = &User> {
        self.deleted.values()
    }

    /// Adds a user, or replaces the one of the same id.
    pub(crate) fn put(&mut self, user: User) {
        if let Some(old) = self.active.remove(&user.id) {
            self.forget(&old);
        }
        if let Some(external_id) = &user.external_id {
            self.by_external_id.insert(fold(external_id), user.id);
        }
        self.active.insert(user.id, user);
    }

    /// Adds a user that is deleted already.
    pub(crate) fn put_deleted(&mut self, user: User) {
        self.deleted.insert(user.id, user);
    }

    /// Soft-deletes a user: external id, phone and verification are lost, the rest stays.
    pub(crate) fn delete(&mut self, id: i64, now: Timestamp) {
        if let Some(mut user) = self.active.remove(&id) {
            self.forget(&user);
            user.external_id = None;
            user.phone = None;
            user.shared_phone_number = None;
            user.verified = false;
            user.updated_at = now;
            self.deleted.insert(id, user);
        }
    }

    /// Deletes a soft-deleted user permanently: what is left has a general name.
    pub(crate) fn purge(&mut self, id: i64, now: Timestamp) {
        let Some(old) = self.deleted.get_mut(&id) else { return };
        let mut rest = User::new(id, old.created_at);
        PURGED_NAME.clone_into(&mut rest.name);
        rest.time_zone = old.time_zone;
        rest.locale = old.locale;
        rest.updated_at = now;
        *old = rest;
        self.purged.insert(id, now);
    }

    /// When a user was deleted permanently.
    pub(crate) fn purged_at(&self, id: i64) -> Option<Timestamp> {
        self.purged.get(&id).copied()
    }

    /// Takes a custom field from every user.
    pub(crate) fn drop_field(&mut self, key: &str) {
        for user in self.active.values_mut().chain(self.deleted.values_mut()) {
            user.fields.shift_remove(key);
        }
    }

    /// Moves `updated_at` of an active user.
    pub(crate) fn touch(&mut self, id: i64, now: Timestamp) {
        if let Some(user) = self.active.get_mut(&id) {
            user.updated_at = now;
        }
    }

    fn forget(&mut self, user: &User) {
        if let Some(external_id) = &user.external_id {
            self.by_external_id.remove(&fold(external_id));
        }
    }
}
