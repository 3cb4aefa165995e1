//! Everything the simulated account holds, and the rules that span several tables.

use std::time::Duration;

use crate::clock::Moment;
use crate::search::index::{Document, Index};
use crate::store::events::Events;
use crate::store::fields::Fields;
use crate::store::identities::{EMAIL, Identities};
use crate::store::memberships::Memberships;
use crate::store::organizations::Organizations;
use crate::store::users::Users;

/// Ids count up from here; all have 13 digits.
const FIRST_ID: i64 = 7_100_000_000_001;
/// Ids given in a seed move the count only while they have 13 digits.
const LAST_ID: i64 = 9_999_999_999_999;

/// The data of the account.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) users: Users,
    pub(crate) identities: Identities,
    pub(crate) organizations: Organizations,
    pub(crate) memberships: Memberships,
    pub(crate) user_fields: Fields,
    pub(crate) organization_fields: Fields,
    pub(crate) events: Events,
    pub(crate) index: Index,
    next_id: i64,
}

impl Account {
    /// An empty account whose search index lags by `index_delay`.
    pub(crate) fn new(index_delay: Duration) -> Self {
        Self {
            users: Users::default(),
            identities: Identities::default(),
            organizations: Organizations::default(),
            memberships: Memberships::default(),
            user_fields: Fields::default(),
            organization_fields: Fields::default(),
            events: Events::default(),
            index: Index::new(index_delay),
            next_id: FIRST_ID,
        }
    }

    /// A fresh id; the same sequence in each sandbox.
    pub(crate) fn next_id(&mut self) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }

    /// Keeps `next_id` away from an id that a seed gave.
    pub(crate) fn reserve(&mut self, id: i64) {
        if (self.next_id..LAST_ID).contains(&id) {
            self.next_id = id + 1;
        }
    }

    /// The address that a user shows: the one of the primary e-mail identity.
    pub(crate) fn email_of(&self, user_id: i64) -> Option<&str> {
        self.identities.primary(user_id, EMAIL).map(|identity| identity.value.as_str())
    }

    /// Tells the search index that a user changed; it notices after its delay.
    pub(crate) fn user_changed(&mut self, user_id: i64, at: Moment) {
        let document = Document::of(self, user_id);
        self.index.notice(user_id, document, at.steady);
    }

    /// Puts the present state of a user into the search index at once.
    pub(crate) fn index_at_once(&mut self, user_id: i64) {
        let document = Document::of(self, user_id);
        self.index.set(user_id, document);
    }
}
