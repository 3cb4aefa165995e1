//! Users as JSON, with exactly the vendor's keys in the vendor's order.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::account::Account;
use crate::auth::Agent;
use crate::clock;
use crate::config::Rules;
use crate::fields::values;
use crate::store::identities::EMAIL;
use crate::store::{Role, User};

/// The id of the made-up user behind a credential without a record; never one of the sequence.
pub(crate) const STAND_IN_ID: i64 = 7_000_000_000_001;

/// A user's own address.
pub(crate) fn url(base: &str, id: i64) -> String {
    format!("{base}/api/v2/users/{id}.json")
}

/// The object of an active or soft-deleted user.
pub(crate) fn by_id(account: &Account, base: &str, id: i64) -> Option<Value> {
    let user = account.users.get(id).or_else(|| account.users.get_deleted(id))?;
    Some(object(account, base, user))
}

/// The object of a user.
pub(crate) fn object(account: &Account, base: &str, user: &User) -> Value {
    let primary = account.identities.primary(user.id, EMAIL);
    let email = primary.map(|identity| identity.value.as_str());
    let verified = primary.map_or(user.verified, |identity| identity.verified);
    render(account, base, user, email, verified)
}

/// The object of an agent who has no record.
pub(crate) fn stand_in(account: &Account, base: &str, agent: &Agent, now: Timestamp) -> Value {
    let mut user = User::new(STAND_IN_ID, now);
    let name = if agent.role == Role::Admin { "Sandbox Admin" } else { "Sandbox Agent" };
    name.clone_into(&mut user.name);
    user.role = agent.role;
    render(account, base, &user, Some(&agent.email), true)
}

/// What `/users/me` says to a caller without credentials.
pub(crate) fn anonymous(base: &str) -> Value {
    let account = Account::new(Rules::default());
    let mut user = User::new(0, Timestamp::UNIX_EPOCH);
    "Anonymous user".clone_into(&mut user.name);
    let mut object = render(&account, base, &user, Some("invalid@example.com"), false);
    for (key, value) in object.as_object_mut().into_iter().flatten() {
        match key.as_str() {
            "id" | "created_at" | "updated_at" => *value = Value::Null,
            "url" => *value = json!(format!("{base}/api/v2/users/.json")),
            _ => {}
        }
    }
    object
}

/// `/users/me` adds a token after `verified`.
pub(crate) fn with_authenticity_token(user: Value) -> Value {
    let Value::Object(user) = user else { return user };
    let mut longer = serde_json::Map::new();
    for (key, value) in user {
        let is_place = key == "verified";
        longer.insert(key, value);
        if is_place {
            longer.insert("authenticity_token".to_owned(), json!("sandbox-authenticity-token"));
        }
    }
    Value::Object(longer)
}

fn render(account: &Account, base: &str, user: &User, email: Option<&str>, verified: bool) -> Value {
    let is_end_user = user.role == Role::EndUser;
    json!({
        "id": user.id,
        "url": url(base, user.id),
        "name": user.name,
        "email": email,
        "created_at": clock::seconds(user.created_at),
        "updated_at": clock::seconds(user.updated_at),
        "time_zone": user.time_zone.name,
        "iana_time_zone": user.time_zone.iana,
        "phone": user.phone,
        "shared_phone_number": user.shared_phone_number,
        "photo": null,
        "locale_id": user.locale.id,
        "locale": user.locale.tag,
        "organization_id": account.memberships.default_organization(user.id),
        "role": user.role.name(),
        "verified": verified,
        "external_id": user.external_id,
        "tags": user.tags,
        "alias": user.alias,
        "active": account.users.get_deleted(user.id).is_none(),
        "shared": user.shared,
        "shared_agent": false,
        "last_login_at": null,
        "two_factor_auth_enabled": false,
        "signature": user.signature,
        "details": user.details,
        "notes": user.notes,
        "role_type": match user.role { Role::EndUser => None, Role::Agent => Some(0), Role::Admin => Some(4) },
        "custom_role_id": null,
        "is_billing_admin": false,
        "moderator": !is_end_user,
        "ticket_restriction": is_end_user.then_some("requested"),
        "only_private_comments": false,
        "restricted_agent": is_end_user,
        "suspended": user.suspended,
        "default_group_id": null,
        "report_csv": false,
        "user_fields": values::render(&account.user_fields, &user.fields),
    })
}
