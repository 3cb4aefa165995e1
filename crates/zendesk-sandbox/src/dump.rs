//! The whole account as JSON, in the shape that a seed takes.

use serde_json::{Value, json};

use crate::account::Account;
use crate::events;
use crate::fields::{self, Owner};
use crate::identities;
use crate::memberships;
use crate::organizations;
use crate::users::show;

/// Everything, each list in id order; events in order of arrival.
pub(crate) fn state(account: &Account, base: &str) -> Value {
    let users: Vec<Value> = account.users.iter().map(|user| show::object(account, base, user)).collect();
    let deleted: Vec<Value> = account.users.deleted().map(|user| show::object(account, base, user)).collect();
    let identities: Vec<Value> = account.identities.iter().map(|row| identities::object(base, row)).collect();
    let organizations: Vec<Value> =
        account.organizations.iter().map(|row| organizations::object(account, base, row)).collect();
    let memberships: Vec<Value> =
        account.memberships.iter().map(|row| memberships::object(account, base, row)).collect();
    let fields = |owner: Owner| -> Vec<Value> {
        owner.fields(account).iter().map(|field| fields::object(base, owner, field)).collect()
    };
    json!({
        "users": users,
        "identities": identities,
        "organizations": organizations,
        "organization_memberships": memberships,
        "user_fields": fields(Owner::User),
        "organization_fields": fields(Owner::Organization),
        "events": account.events.iter().map(events::dumped).collect::<Vec<Value>>(),
        "deleted_users": deleted,
    })
}
