//! Who belongs to which organization.
//!
//! INVARIANT: a user with memberships has exactly one default among them, and no two in one organization.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

/// One user in one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Membership {
    pub(crate) id: i64,
    pub(crate) user_id: i64,
    pub(crate) organization_id: i64,
    pub(crate) default: bool,
    pub(crate) view_tickets: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// All memberships.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memberships {
    rows: BTreeMap<i64, Membership>,
    by_user: HashMap<i64, Vec<i64>>,
    by_organization: HashMap<i64, BTreeSet<i64>>,
}

impl Memberships {
    /// The membership of this id.
    pub(crate) fn get(&self, id: i64) -> Option<&Membership> {
        self.rows.get(&id)
    }

    /// The membership of a user in an organization.
    pub(crate) fn find(&self, user_id: i64, organization_id: i64) -> Option<&Membership> {
        self.of_user(user_id).into_iter().find(|row| row.organization_id == organization_id)
    }

    /// All memberships by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Membership> {
        self.rows.values()
    }

    /// Memberships of a user, oldest first.
    pub(crate) fn of_user(&self, user_id: i64) -> Vec<&Membership> {
        let ids = self.by_user.get(&user_id).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| self.rows.get(id)).collect()
    }

    /// Memberships in an organization by id.
    pub(crate) fn of_organization(&self, organization_id: i64) -> Vec<&Membership> {
        let ids = self.by_organization.get(&organization_id).into_iter().flatten();
        ids.filter_map(|id| self.rows.get(id)).collect()
    }

    /// The organization that a user shows: the one of the default membership.
    pub(crate) fn default_organization(&self, user_id: i64) -> Option<i64> {
        self.of_user(user_id).into_iter().find(|row| row.default).map(|row| row.organization_id)
    }

    /// Adds a membership. The first one of a user is the default whatever it says; a later default takes over.
    pub(crate) fn add(&mut self, mut membership: Membership) {
        let (id, user_id, wanted) = (membership.id, membership.user_id, membership.default);
        let first = self.of_user(user_id).is_empty();
        membership.default = first;
        self.by_user.entry(user_id).or_default().push(id);
        self.by_organization.entry(membership.organization_id).or_default().insert(id);
        let now = membership.updated_at;
        self.rows.insert(id, membership);
        if wanted && !first {
            self.make_default(id, now);
        }
    }

    /// Makes a membership the default of its user.
    pub(crate) fn make_default(&mut self, id: i64, now: Timestamp) {
        let Some(user_id) = self.rows.get(&id).map(|row| row.user_id) else { return };
        for other in self.by_user.get(&user_id).map(Vec::as_slice).unwrap_or_default() {
            if let Some(row) = self.rows.get_mut(other)
                && row.default != (row.id == id)
            {
                row.default = row.id == id;
                row.updated_at = now;
            }
        }
    }

    /// Takes the member's view of the organization's tickets.
    pub(crate) fn hide_tickets(&mut self, id: i64) {
        if let Some(row) = self.rows.get_mut(&id) {
            row.view_tickets = false;
        }
    }

    /// Sets when a membership was created and last updated.
    pub(crate) fn set_stamps(&mut self, id: i64, created: Timestamp, updated: Timestamp) {
        if let Some(row) = self.rows.get_mut(&id) {
            row.created_at = created;
            row.updated_at = updated;
        }
    }

    /// Removes a membership; when it was the default, the oldest of the others becomes it.
    pub(crate) fn remove(&mut self, id: i64, now: Timestamp) {
        let Some(old) = self.rows.remove(&id) else { return };
        if let Some(ids) = self.by_organization.get_mut(&old.organization_id) {
            ids.remove(&id);
        }
        let Some(ids) = self.by_user.get_mut(&old.user_id) else { return };
        ids.retain(|other| *other != id);
        if let (true, Some(heir)) = (old.default, ids.first().copied()) {
            self.make_default(heir, now);
        }
    }

    /// Removes all memberships of a user.
    pub(crate) fn remove_user(&mut self, user_id: i64) {
        for id in self.by_user.remove(&user_id).unwrap_or_default() {
            if let Some(old) = self.rows.remove(&id)
                && let Some(ids) = self.by_organization.get_mut(&old.organization_id)
            {
                ids.remove(&id);
            }
        }
    }
}
