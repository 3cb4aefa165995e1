//! Everything the simulated account holds, and the rules that span several tables.

use crate::clock::Moment;
use crate::config::Rules;
use crate::random;
use crate::search::index::{Document, Index};
use crate::store::events::Events;
use crate::store::fields::Fields;
use crate::store::identities::{EMAIL, Identities};
use crate::store::memberships::Memberships;
use crate::store::organizations::Organizations;
use crate::store::users::Users;

/// Ids count up from here; all have 13 digits.
const FIRST_ID: i64 = 7_100_000_000_001;
/// Seeded ids start within so many after the first.
const SPREAD: u64 = 2_000_000_000_000;
/// Seeded ids are at most so far apart.
const STEP: u64 = 997;
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
    pub(crate) organization_index: Index,
    /// What the account allows.
    pub(crate) rules: Rules,
    next_id: i64,
    /// Ids given so far.
    n_ids: u64,
}

impl Account {
    /// An empty account that follows these rules.
    pub(crate) fn new(rules: Rules) -> Self {
        let start = rules.seed.map_or(0, |seed| random::mix(seed, 0) % SPREAD);
        Self {
            users: Users::default(),
            identities: Identities::default(),
            organizations: Organizations::default(),
            memberships: Memberships::default(),
            user_fields: Fields::default(),
            organization_fields: Fields::default(),
            events: Events::default(),
            index: Index::new("user", rules.index_delay),
            organization_index: Index::new("organization", rules.index_delay),
            rules,
            next_id: FIRST_ID.saturating_add_unsigned(start),
            n_ids: 0,
        }
    }

    /// A fresh id; the same sequence in each sandbox with the same seed.
    pub(crate) fn next_id(&mut self) -> i64 {
        let id = self.next_id;
        self.n_ids += 1;
        let step = self.rules.seed.map_or(1, |seed| 1 + random::mix(seed, self.n_ids) % STEP);
        self.next_id = id.saturating_add_unsigned(step);
        id
    }

    /// Where the sequence of ids stands: the next one, and how many were given.
    pub(crate) fn sequence(&self) -> (i64, u64) {
        (self.next_id, self.n_ids)
    }

    /// Goes on with a sequence of ids.
    pub(crate) fn resume_sequence(&mut self, (next_id, n_ids): (i64, u64)) {
        self.next_id = next_id.max(self.next_id);
        self.n_ids = n_ids;
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

    /// Tells the search index that an organization changed.
    pub(crate) fn organization_changed(&mut self, id: i64, at: Moment) {
        let document = Document::of_organization(self, id);
        self.organization_index.notice(id, document, at.steady);
    }

    /// Puts the present state of users and organizations into the search indexes at once.
    pub(crate) fn index_at_once(&mut self, user_ids: &[i64], organization_ids: &[i64]) {
        for id in user_ids {
            let document = Document::of(self, *id);
            self.index.set(*id, document);
        }
        for id in organization_ids {
            let document = Document::of_organization(self, *id);
            self.organization_index.set(*id, document);
        }
    }
}
