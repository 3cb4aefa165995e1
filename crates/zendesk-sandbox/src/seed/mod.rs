//! Seeding: records put straight into the tables, all or none.
//!
//! The shape is that of a dump. Ids may be left out; links between records are checked. Order: fields,
//! organizations, users with their identities, memberships, deleted users, profiles, events.

mod records;

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::account::Account;
use crate::clock::Moment;
use crate::error::SandboxError;
use crate::fields::Owner;
use crate::store::fold;

/// A record of a seed.
type Row<'a> = &'a Map<String, Value>;

const LISTS: [&str; 10] = [
    "user_fields",
    "organization_fields",
    "organizations",
    "users",
    "identities",
    "organization_memberships",
    "events",
    "deleted_users",
    "permanently_deleted",
    "profiles",
];

/// Adds the records of a seed.
pub(crate) fn apply(account: &mut Account, seed: &Value, at: Moment) -> Result<(), SandboxError> {
    let seed = seed.as_object().ok_or_else(|| SandboxError::Seed("expected an object".to_owned()))?;
    let mut next = account.clone();
    fill(&mut next, seed, at).map_err(|BadSeed(why)| SandboxError::Seed(why))?;
    *account = next;
    Ok(())
}

/// Why a seed is refused.
struct BadSeed(String);

impl BadSeed {
    fn new(list: &str, why: &str) -> Self {
        Self(format!("{list}: {why}"))
    }
}

fn fill(account: &mut Account, seed: Row<'_>, at: Moment) -> Result<(), BadSeed> {
    if let Some(unknown) = seed.keys().find(|key| !LISTS.contains(&key.as_str())) {
        return Err(BadSeed::new(unknown, "no such list"));
    }
    for owner in [Owner::User, Owner::Organization] {
        for row in rows(seed, owner.plural())? {
            records::field(account, owner, row, at)?;
        }
    }
    let mut organization_ids = Vec::new();
    for row in rows(seed, "organizations")? {
        organization_ids.push(records::organization(account, row, at)?);
    }
    let identities = rows(seed, "identities")?;
    let listed: HashSet<String> =
        identities.iter().filter_map(|row| text(row, "value")).map(|v| fold(&v)).collect();
    let mut wishes = Vec::new();
    for row in rows(seed, "users")? {
        let own = rows(row, "identities")?;
        let is_own = |email: &str| own.iter().filter_map(|row| text(row, "value")).any(|v| fold(&v) == email);
        let id = records::user(account, row, at)?;
        let email = text(row, "email").map(|email| fold(&email));
        if let Some(email) = email.filter(|email| !listed.contains(email) && !is_own(email)) {
            records::email(account, id, &email, row, at)?;
        }
        let phone =
            text(row, "phone").filter(|phone| !listed.contains(&fold(phone)) && !is_own(&fold(phone)));
        if let Some(phone) = phone {
            records::direct_line(account, id, &phone, row, at)?;
        }
        for identity in own {
            records::identity(account, Some(id), identity, at)?;
        }
        wishes.push((id, number(row, "organization_id")));
    }
    for row in identities {
        records::identity(account, None, row, at)?;
    }
    let memberships = rows(seed, "organization_memberships")?;
    for row in &memberships {
        records::membership(account, row, at)?;
    }
    for (user_id, organization_id) in &wishes {
        if let Some(organization_id) = organization_id {
            records::default_organization(account, *user_id, *organization_id, at)?;
        }
    }
    for row in memberships {
        records::membership_stamps(account, row);
    }
    fill_past(account, seed, at)?;
    let user_ids: Vec<i64> = wishes.iter().map(|(id, _)| *id).collect();
    account.index_at_once(&user_ids, &organization_ids);
    Ok(())
}

/// Who is gone, and what happened.
fn fill_past(account: &mut Account, seed: Row<'_>, at: Moment) -> Result<(), BadSeed> {
    for row in rows(seed, "deleted_users")? {
        records::deleted_user(account, row, at)?;
    }
    for row in rows(seed, "permanently_deleted")? {
        records::permanently_deleted(account, row, at)?;
    }
    for row in rows(seed, "profiles")? {
        records::profile(account, row, at)?;
    }
    for row in rows(seed, "events")? {
        records::event(account, row, at)?;
    }
    Ok(())
}

/// The records of a list; none when it is missing.
fn rows<'a>(seed: Row<'a>, list: &str) -> Result<Vec<Row<'a>>, BadSeed> {
    let items = match seed.get(list) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(BadSeed::new(list, "expected an array")),
    };
    let object = |item: &'a Value| item.as_object().ok_or_else(|| BadSeed::new(list, "expected objects"));
    items.iter().map(object).collect()
}

/// A string of a record.
fn text(row: Row<'_>, key: &str) -> Option<String> {
    row.get(key)?.as_str().map(str::to_owned)
}

/// An id of a record, as number or as digits.
fn number(row: Row<'_>, key: &str) -> Option<i64> {
    let value = row.get(key)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
