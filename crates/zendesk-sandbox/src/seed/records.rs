//! One function a kind of seeded record.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{BadSeed, Row, number, text};
use crate::account::Account;
use crate::clock::Moment;
use crate::events::{self, profiles};
use crate::fields::{self, Owner, values};
use crate::locales::Locale;
use crate::memberships;
use crate::refusal::Problems;
use crate::store::identities::{EMAIL, PHONE};
use crate::store::{EventRecord, Field, FieldType, Identity, Organization, Role, User, fold};
use crate::time_zones::TimeZone;

/// A custom field; `key` is needed, `type` and `title` have defaults.
pub(super) fn field(account: &mut Account, owner: Owner, row: Row<'_>, at: Moment) -> Result<(), BadSeed> {
    let bad = |why: &str| BadSeed::new(owner.plural(), why);
    let key =
        text(row, "key").filter(|key| fields::is_key(key)).ok_or_else(|| bad("bad or missing `key`"))?;
    let name = text(row, "type").unwrap_or_else(|| "text".to_owned());
    let kind = FieldType::parse(&name).ok_or_else(|| bad(&format!("unknown type `{name}`")))?;
    let id = id(account, row);
    if owner.fields(account).is_taken(&key) || owner.fields(account).get(id).is_some() {
        return Err(bad(&format!("`{key}` is there already")));
    }
    let mut field = Field {
        id,
        title: text(row, "title").unwrap_or_else(|| key.clone()),
        key,
        kind,
        description: text(row, "description"),
        position: number(row, "position").unwrap_or(9999),
        active: flag(row, "active").unwrap_or(true),
        regexp_for_validation: text(row, "regexp_for_validation").filter(|_| kind == FieldType::Regexp),
        tag: text(row, "tag").filter(|_| kind == FieldType::Checkbox),
        options: Vec::new(),
        relationship_target_type: text(row, "relationship_target_type"),
        created_at: time(row, "created_at", at),
        updated_at: time(row, "updated_at", at),
    };
    fields::set_options(account, &mut field, super::rows(row, "custom_field_options")?);
    owner.fields_mut(account).put(field);
    Ok(())
}

/// An organization; `name` is needed. Gives the id.
pub(super) fn organization(account: &mut Account, row: Row<'_>, at: Moment) -> Result<i64, BadSeed> {
    let bad = |why: &str| BadSeed::new("organizations", why);
    let mut found = Organization::new(id(account, row), time(row, "created_at", at));
    found.name = text(row, "name").ok_or_else(|| bad("`name` is missing"))?;
    found.external_id = text(row, "external_id");
    let known = &account.organizations;
    let is_known = known.get(found.id).is_some()
        || known.by_name(&found.name).is_some()
        || found.external_id.as_ref().is_some_and(|external_id| known.by_external_id(external_id).is_some());
    if is_known {
        return Err(bad(&format!("id, name or external_id of `{}` is there already", found.name)));
    }
    found.updated_at = time(row, "updated_at", at);
    found.shared_tickets = flag(row, "shared_tickets").unwrap_or(false);
    found.shared_comments = flag(row, "shared_comments").unwrap_or(false);
    found.domain_names = texts(row, "domain_names");
    found.details = text(row, "details");
    found.notes = text(row, "notes");
    found.group_id = number(row, "group_id");
    found.tags = texts(row, "tags");
    found.fields = field_values(account, Owner::Organization, row)?;
    let id = found.id;
    account.organizations.put(found);
    Ok(id)
}

/// A user without e-mail and organization; gives the id.
pub(super) fn user(account: &mut Account, row: Row<'_>, at: Moment) -> Result<i64, BadSeed> {
    let found = user_record(account, row, at)?;
    let id = found.id;
    if found.external_id.as_ref().is_some_and(|known| account.users.by_external_id(known).is_some()) {
        return Err(BadSeed::new("users", "an external_id is there already"));
    }
    account.users.put(found);
    Ok(id)
}

/// A soft-deleted user.
pub(super) fn deleted_user(account: &mut Account, row: Row<'_>, at: Moment) -> Result<(), BadSeed> {
    let found = user_record(account, row, at)?;
    account.users.put_deleted(found);
    Ok(())
}

/// The primary e-mail of a user, verified as the user says.
pub(super) fn email(
    account: &mut Account,
    id: i64,
    email: &str,
    user: Row<'_>,
    at: Moment,
) -> Result<(), BadSeed> {
    let verified = Value::Bool(flag(user, "verified").unwrap_or(false));
    let row = Map::from_iter([
        ("type".to_owned(), Value::from(EMAIL)),
        ("value".to_owned(), Value::from(email)),
        ("verified".to_owned(), verified),
    ]);
    identity(account, Some(id), &row, at)
}

/// The phone identity of a user, unless the number is shared or taken.
pub(super) fn direct_line(
    account: &mut Account,
    id: i64,
    phone: &str,
    user: Row<'_>,
    at: Moment,
) -> Result<(), BadSeed> {
    let is_shared = flag(user, "shared_phone_number").unwrap_or(false);
    if is_shared || account.identities.find(PHONE, phone).is_some() {
        return Ok(());
    }
    let row =
        Map::from_iter([("type".to_owned(), Value::from(PHONE)), ("value".to_owned(), Value::from(phone))]);
    identity(account, Some(id), &row, at)
}

/// An identity; the first of its type is primary unless the seed says something else.
pub(super) fn identity(
    account: &mut Account,
    owner: Option<i64>,
    row: Row<'_>,
    at: Moment,
) -> Result<(), BadSeed> {
    let bad = |why: &str| BadSeed::new("identities", why);
    let user_id = owner.or_else(|| number(row, "user_id")).ok_or_else(|| bad("`user_id` is missing"))?;
    if account.users.get(user_id).is_none() {
        return Err(bad(&format!("no user {user_id}")));
    }
    let kind = text(row, "type").unwrap_or_else(|| EMAIL.to_owned());
    let value = text(row, "value").ok_or_else(|| bad("`value` is missing"))?;
    if account.identities.find(&kind, &value).is_some() {
        return Err(bad(&format!("`{value}` is there already")));
    }
    let verified = flag(row, "verified").unwrap_or(false);
    let created_at = time(row, "created_at", at);
    let new = Identity {
        id: id(account, row),
        user_id,
        value: if kind == EMAIL { fold(&value) } else { value },
        verified,
        primary: !account.identities.has(user_id, &kind),
        kind,
        verification_method: text(row, "verification_method").unwrap_or_else(|| "low".to_owned()),
        verified_at: verified.then_some(created_at),
        created_at,
        updated_at: time(row, "updated_at", at),
    };
    let (id, updated_at) = (new.id, new.updated_at);
    match flag(row, "primary") {
        Some(false) => account.identities.put(Identity { primary: false, ..new }),
        Some(true) => {
            account.identities.put(new);
            account.identities.promote(id, updated_at);
        }
        None => account.identities.put(new),
    }
    Ok(())
}

/// A membership between two known records.
pub(super) fn membership(account: &mut Account, row: Row<'_>, at: Moment) -> Result<(), BadSeed> {
    let bad = |why: &str| BadSeed::new("organization_memberships", why);
    let user_id = number(row, "user_id").filter(|id| account.users.get(*id).is_some());
    let user_id = user_id.ok_or_else(|| bad("no such `user_id`"))?;
    let organization_id =
        number(row, "organization_id").filter(|id| account.organizations.get(*id).is_some());
    let organization_id = organization_id.ok_or_else(|| bad("no such `organization_id`"))?;
    if account.memberships.find(user_id, organization_id).is_some() {
        return Err(bad("the same membership twice"));
    }
    let id = id(account, row);
    let default = flag(row, "default").unwrap_or(false);
    memberships::add_as(account, id, (user_id, organization_id), default, at);
    if flag(row, "view_tickets") == Some(false) {
        account.memberships.hide_tickets(id);
    }
    Ok(())
}

/// The stamps that a seed gives to a membership; adding others after it may have moved them.
pub(super) fn membership_stamps(account: &mut Account, row: Row<'_>) {
    let stamp = |key: &str| text(row, key).and_then(|stamp| stamp.parse().ok());
    if let (Some(id), Some(created), Some(updated)) =
        (number(row, "id"), stamp("created_at"), stamp("updated_at"))
    {
        account.memberships.set_stamps(id, created, updated);
    }
}

/// A user who was deleted permanently, among the deleted ones: `{"id", "at"}`.
pub(super) fn permanently_deleted(account: &mut Account, row: Row<'_>, at: Moment) -> Result<(), BadSeed> {
    let id = number(row, "id").filter(|id| account.users.get_deleted(*id).is_some());
    let id = id.ok_or_else(|| BadSeed::new("permanently_deleted", "no such deleted user"))?;
    account.users.purge(id, time(row, "at", at));
    Ok(())
}

/// A profile of a known user: `{"id", "user_id", "profile"}`.
pub(super) fn profile(account: &mut Account, row: Row<'_>, at: Moment) -> Result<(), BadSeed> {
    let bad = |why: &str| BadSeed::new("profiles", why);
    let user_id = number(row, "user_id").ok_or_else(|| bad("`user_id` is missing"))?;
    let known = profiles::read(row).map_err(|_| bad("bad or missing `profile`"))?;
    let id = text(row, "id").ok_or_else(|| bad("`id` is missing"))?;
    let stamps = (time(row, "created_at", at), time(row, "updated_at", at));
    profiles::restore(account, id, user_id, known, stamps);
    Ok(())
}

/// What a user's `organization_id` asks for: a membership when there is none, and the default.
pub(super) fn default_organization(
    account: &mut Account,
    user_id: i64,
    organization_id: i64,
    at: Moment,
) -> Result<(), BadSeed> {
    if account.organizations.get(organization_id).is_none() {
        return Err(BadSeed::new("users", &format!("no organization {organization_id}")));
    }
    match account.memberships.find(user_id, organization_id).map(|row| (row.id, row.default)) {
        None => {
            memberships::add(account, user_id, organization_id, true, at);
        }
        Some((_, true)) => {}
        Some((id, false)) => account.memberships.make_default(id, at.wall),
    }
    Ok(())
}

/// An event of a known user.
pub(super) fn event(account: &mut Account, row: Row<'_>, at: Moment) -> Result<(), BadSeed> {
    let user_id = number(row, "user_id").ok_or_else(|| BadSeed::new("events", "`user_id` is missing"))?;
    let event = row.get("event").cloned().unwrap_or_default();
    let received_at = time(row, "received_at", at);
    let happened = event.get("created_at").and_then(Value::as_str).and_then(|text| text.parse().ok());
    let profile = row.get("profile").cloned().unwrap_or_default();
    let record = EventRecord {
        id: String::new(),
        user_id,
        profile_id: profile_of(account, &profile).unwrap_or_default(),
        profile,
        event,
        created_at: happened.unwrap_or(received_at),
        received_at,
    };
    events::append(account, record);
    Ok(())
}

/// The id of the known profile that an event came with.
fn profile_of(account: &Account, sent: &Value) -> Option<String> {
    let text = |value: &Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
    let pairs: Vec<(String, String)> = sent
        .get("identifiers")?
        .as_array()?
        .iter()
        .filter_map(|pair| Some((text(pair, "type")?, text(pair, "value")?)))
        .collect();
    let found = account.events.find_profile(&text(sent, "source")?, &text(sent, "type")?, &pairs);
    found.map(|profile| profile.id.clone())
}

fn user_record(account: &mut Account, row: Row<'_>, at: Moment) -> Result<User, BadSeed> {
    let bad = |why: &str| BadSeed::new("users", why);
    let mut found = User::new(id(account, row), time(row, "created_at", at));
    if account.users.get(found.id).or_else(|| account.users.get_deleted(found.id)).is_some() {
        return Err(bad(&format!("id {} is there already", found.id)));
    }
    found.name = text(row, "name").or_else(|| text(row, "email")).unwrap_or_else(|| "Unnamed".to_owned());
    found.external_id = text(row, "external_id");
    found.updated_at = time(row, "updated_at", at);
    if let Some(zone) = text(row, "time_zone") {
        found.time_zone =
            TimeZone::parse(&zone).ok_or_else(|| bad(&format!("unknown time_zone `{zone}`")))?;
    }
    if let Some(tag) = text(row, "locale") {
        found.locale = Locale::by_tag(&tag).ok_or_else(|| bad(&format!("unknown locale `{tag}`")))?;
    }
    if let Some(role) = text(row, "role") {
        found.role = Role::parse(&role).ok_or_else(|| bad(&format!("unknown role `{role}`")))?;
    }
    found.phone = text(row, "phone");
    found.shared_phone_number =
        found.phone.as_ref().map(|_| flag(row, "shared_phone_number").unwrap_or(false));
    found.verified = flag(row, "verified").unwrap_or(false);
    found.tags = texts(row, "tags");
    found.alias = text(row, "alias");
    found.details = text(row, "details");
    found.notes = text(row, "notes");
    found.signature = text(row, "signature");
    found.suspended = flag(row, "suspended").unwrap_or(false);
    found.shared = flag(row, "shared").unwrap_or(false);
    found.fields = field_values(account, Owner::User, row)?;
    Ok(found)
}

/// The custom field values of a record; each key must be a field of the account.
fn field_values(account: &Account, owner: Owner, row: Row<'_>) -> Result<Map<String, Value>, BadSeed> {
    let known = owner.fields(account);
    let Some(given) = row.get(owner.plural()).and_then(Value::as_object) else { return Ok(Map::new()) };
    if let Some(unknown) = given.keys().find(|key| known.by_key(key).is_none()) {
        return Err(BadSeed::new(owner.plural(), &format!("no field `{unknown}`; seed it, too")));
    }
    let mut problems = Problems::default();
    let found = values::read(account, owner, given, &mut problems);
    problems.finish().map_err(|_| BadSeed::new(owner.plural(), "a value does not fit its field"))?;
    let mut stored = Map::new();
    values::store(known, found, &mut stored, &mut Vec::new());
    Ok(stored)
}

/// The id that the seed gives, or a fresh one.
fn id(account: &mut Account, row: Row<'_>) -> i64 {
    match number(row, "id") {
        None => account.next_id(),
        Some(id) => {
            account.reserve(id);
            id
        }
    }
}

fn flag(row: Row<'_>, key: &str) -> Option<bool> {
    row.get(key)?.as_bool()
}

fn texts(row: Row<'_>, key: &str) -> Vec<String> {
    let items = row.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn time(row: Row<'_>, key: &str, at: Moment) -> Timestamp {
    text(row, key).and_then(|stamp| stamp.parse().ok()).unwrap_or(at.wall)
}
