//! The tables of the simulated account: records and the indexes over them.
//!
//! Tables know their own keys and nothing of HTTP or of each other; rules across tables live with their subject.
//! Each table keeps its indexes right whatever happens to a record, so look-ups by key never scan.

pub(crate) mod events;
pub(crate) mod fields;
pub(crate) mod identities;
pub(crate) mod memberships;
pub(crate) mod organizations;
pub(crate) mod users;

pub(crate) use events::{EventRecord, Profile};
pub(crate) use fields::{Choice, Field, FieldType};
pub(crate) use identities::Identity;
pub(crate) use memberships::Membership;
pub(crate) use organizations::Organization;
pub(crate) use users::{Role, User};

/// How values are compared: e-mails, external ids and names ignore case.
pub(crate) fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}
