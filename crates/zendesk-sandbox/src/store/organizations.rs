//! Organizations, with the indexes over names and external ids.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::store::fold;

/// One organization.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Organization {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) external_id: Option<String>,
    pub(crate) shared_tickets: bool,
    pub(crate) shared_comments: bool,
    pub(crate) domain_names: Vec<String>,
    pub(crate) details: Option<String>,
    pub(crate) notes: Option<String>,
    pub(crate) group_id: Option<i64>,
    pub(crate) tags: Vec<String>,
    /// Custom field values by key; a missing key is the default of its type.
    pub(crate) fields: Map<String, Value>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl Organization {
    /// An organization without anything but an id.
    pub(crate) fn new(id: i64, now: Timestamp) -> Self {
        Self {
            id,
            name: String::new(),
            external_id: None,
            shared_tickets: false,
            shared_comments: false,
            domain_names: Vec::new(),
            details: None,
            notes: None,
            group_id: None,
            tags: Vec::new(),
            fields: Map::new(),
            created_at: now,
            updated_at: now,
        }
    }
}

/// All organizations.
#[derive(Clone, Debug, Default)]
pub(crate) struct Organizations {
    rows: BTreeMap<i64, Organization>,
    by_external_id: HashMap<String, i64>,
    by_name: HashMap<String, i64>,
}

impl Organizations {
    /// The organization of this id.
    pub(crate) fn get(&self, id: i64) -> Option<&Organization> {
        self.rows.get(&id)
    }

    /// The organization with this external id, whatever its case.
    pub(crate) fn by_external_id(&self, external_id: &str) -> Option<&Organization> {
        self.get(*self.by_external_id.get(&fold(external_id))?)
    }

    /// The organization with this name, whatever its case.
    pub(crate) fn by_name(&self, name: &str) -> Option<&Organization> {
        self.get(*self.by_name.get(&fold(name))?)
    }

    /// All organizations by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Organization> {
        self.rows.values()
    }

    /// Adds an organization, or replaces the one of the same id.
    pub(crate) fn put(&mut self, organization: Organization) {
        self.remove(organization.id);
        if let Some(external_id) = &organization.external_id {
            self.by_external_id.insert(fold(external_id), organization.id);
        }
        self.by_name.insert(fold(&organization.name), organization.id);
        self.rows.insert(organization.id, organization);
    }

    /// Removes an organization; memberships are not its business.
    pub(crate) fn remove(&mut self, id: i64) {
        let Some(old) = self.rows.remove(&id) else { return };
        if let Some(external_id) = &old.external_id {
            self.by_external_id.remove(&fold(external_id));
        }
        self.by_name.remove(&fold(&old.name));
    }

    /// Takes a custom field from every organization.
    pub(crate) fn drop_field(&mut self, key: &str) {
        for organization in self.rows.values_mut() {
            organization.fields.shift_remove(key);
        }
    }
}
