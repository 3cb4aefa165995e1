//! Creating and updating users: everything is checked before anything changes.

use serde_json::Value;

use crate::account::Account;
use crate::call::Call;
use crate::clock::Moment;
use crate::fields::{Owner, values};
use crate::identities::{self, New};
use crate::locales::Locale;
use crate::memberships;
use crate::payload::{Given, Kind, Payload, Shape};
use crate::refusal::{self, Problems};
use crate::reply::Reply;
use crate::store::identities::{EMAIL, PHONE};
use crate::store::{Role, User, fold};
use crate::switches::MatchOrder;
use crate::time_zones::TimeZone;

const USER: Shape = Shape {
    wrapper: "user",
    keys: &[
        ("id", Kind::Id),
        ("name", Kind::Text),
        ("email", Kind::Text),
        ("external_id", Kind::Text),
        ("verified", Kind::Flag),
        ("skip_verify_email", Kind::Flag),
        ("identities", Kind::Objects),
        ("organization_id", Kind::Id),
        ("organization", Kind::Object),
        ("phone", Kind::Text),
        ("role", Kind::Text),
        ("tags", Kind::Texts),
        ("user_fields", Kind::Object),
        ("time_zone", Kind::Text),
        ("locale", Kind::Text),
        ("locale_id", Kind::Id),
        ("alias", Kind::Text),
        ("details", Kind::Text),
        ("notes", Kind::Text),
        ("signature", Kind::Text),
        ("suspended", Kind::Flag),
        ("remote_photo_url", Kind::Text),
    ],
};

/// Reads the body of a user write. An `id` is checked for its type and dropped.
pub(crate) fn read(call: &Call, action: &'static str) -> Result<Payload, Reply> {
    let mut payload = Payload::read(call, &USER, action)?;
    payload.drop_key(USER.wrapper, "id");
    Ok(payload)
}

/// Reads the rows of a bulk write. Ids are kept: some bulk writes match by them.
pub(crate) fn read_rows(call: &Call, action: &'static str) -> Result<Vec<Payload>, Reply> {
    Payload::read_rows(call, &USER, "users", action)
}

/// The user whom an upsert means, by external id and by any e-mail.
pub(crate) fn matching(account: &Account, payload: &Payload) -> Option<i64> {
    let text = |key: &str| payload.text(key).value().filter(|text| !text.is_empty());
    let by_external_id =
        || text("external_id").and_then(|id| account.users.by_external_id(&id)).map(|u| u.id);
    let by_email = || text("email").and_then(|email| account.identities.owner_of_email(&email));
    match account.rules.match_order {
        MatchOrder::ExternalIdFirst => by_external_id().or_else(by_email),
        MatchOrder::EmailFirst => by_email().or_else(by_external_id),
    }
}

/// Deletes a user softly, with identities and memberships.
pub(crate) fn delete(account: &mut Account, id: i64, at: Moment) -> Result<(), Reply> {
    changeable(account, id)?;
    account.identities.remove_user(id);
    account.memberships.remove_user(id);
    account.users.delete(id, at.wall);
    account.user_changed(id, at);
    Ok(())
}

/// 404 for a user who is not active, 403 for one who belongs to another account.
pub(crate) fn changeable(account: &Account, id: i64) -> Result<(), Reply> {
    match account.users.get(id) {
        None => Err(refusal::record_not_found()),
        Some(user) if user.shared => Err(refusal::forbidden()),
        Some(_) => Ok(()),
    }
}

/// Creates a user and gives the id.
pub(crate) fn create(account: &mut Account, payload: &Payload, at: Moment) -> Result<i64, Reply> {
    let changes = Changes::check(account, payload, None)?;
    let user = User::new(account.next_id(), at.wall);
    let id = user.id;
    changes.apply(account, user, payload, at);
    Ok(id)
}

/// Updates an active user; `updated_at` moves when the write has an effect.
pub(crate) fn update(account: &mut Account, id: i64, payload: &Payload, at: Moment) -> Result<(), Reply> {
    changeable(account, id)?;
    let changes = Changes::check(account, payload, Some(id))?;
    if let Some(user) = account.users.get(id).cloned() {
        changes.apply(account, user, payload, at);
    }
    Ok(())
}

/// The parts of a write that had to be looked up or checked.
struct Changes {
    external_id: Given<String>,
    role: Option<Role>,
    organization: Given<i64>,
    fields: Vec<(String, Value)>,
    /// The e-mail of the write, folded, and the identity of this user that has it already.
    email: Option<(String, Option<i64>)>,
    identities: Vec<New>,
}

impl Changes {
    fn check(account: &Account, payload: &Payload, owner: Option<i64>) -> Result<Self, Reply> {
        let mut problems = Problems::default();
        check_name(payload, owner.is_none(), &mut problems);
        let changes = Self {
            external_id: check_external_id(account, payload, owner, &mut problems),
            role: check_role(payload, &mut problems),
            organization: check_organization(account, payload, &mut problems),
            fields: payload
                .object("user_fields")
                .map(|given| values::read(account, Owner::User, given, &mut problems))
                .unwrap_or_default(),
            email: check_email(account, payload, owner, &mut problems),
            identities: match owner {
                None => check_identities(account, payload, &mut problems),
                Some(_) => Vec::new(),
            },
        };
        check_time_zone(account, payload, &mut problems);
        problems.finish()?;
        Ok(changes)
    }

    fn apply(self, account: &mut Account, mut user: User, payload: &Payload, at: Moment) {
        let (id, before) = (user.id, account.users.get(user.id).cloned());
        assign_plain(&mut user, payload);
        self.external_id.assign(&mut user.external_id);
        user.role = self.role.unwrap_or(user.role);
        values::store(&account.user_fields, self.fields, &mut user.fields, &mut user.tags);
        let number = assign_phone(account, &mut user, payload);
        let mut changed = before.as_ref() != Some(&user);
        account.users.put(user);
        if let Some((email, own)) = self.email {
            changed |= put_email(account, id, &email, own, payload.flag("verified"), at);
        } else if let (Some(verified), Some(primary)) =
            (payload.flag("verified"), account.identities.primary(id, EMAIL).map(|row| row.id))
        {
            changed |= identities::set_verified(account, primary, verified, at);
        }
        for new in self.identities.into_iter().chain(number) {
            if account.identities.find(&new.kind, &new.value).is_none() {
                identities::add(account, id, new, at);
                changed = true;
            }
        }
        changed |= memberships::set_only(account, id, &self.organization, at);
        if changed {
            account.users.touch(id, at.wall);
            account.user_changed(id, at);
        }
    }
}

fn check_name(payload: &Payload, creating: bool, problems: &mut Problems) {
    let bad = match payload.text("name") {
        Given::Absent => creating,
        Given::Null => true,
        Given::Value(name) => name.trim().is_empty(),
    };
    if bad {
        problems.blank("name", "Name:");
    }
}

fn check_external_id(
    account: &Account,
    payload: &Payload,
    owner: Option<i64>,
    problems: &mut Problems,
) -> Given<String> {
    let Given::Value(external_id) = payload.text("external_id") else { return payload.text("external_id") };
    if external_id.is_empty() {
        return Given::Null;
    }
    if account.users.by_external_id(&external_id).is_some_and(|user| Some(user.id) != owner) {
        problems.duplicate("external_id", "External has already been taken");
    }
    Given::Value(external_id)
}

fn check_role(payload: &Payload, problems: &mut Problems) -> Option<Role> {
    let name = payload.text("role").value()?;
    let role = Role::parse(&name);
    if role.is_none() {
        problems.add("role", &format!("Role: {name} is not valid"), Some("InvalidValue"));
    }
    role
}

fn check_time_zone(account: &Account, payload: &Payload, problems: &mut Problems) {
    if account.rules.refuse_time_zones
        && payload.text("time_zone").value().is_some_and(|name| TimeZone::parse(&name).is_none())
    {
        problems.add("time_zone", "Time zone: is not valid", Some("InvalidValue"));
    }
}

/// `organization_id` goes before `organization.name`; an unknown name is ignored.
fn check_organization(account: &Account, payload: &Payload, problems: &mut Problems) -> Given<i64> {
    match payload.id("organization_id") {
        Given::Value(id) if account.organizations.get(id).is_none() => {
            problems.add("organization", "Organization: is invalid", Some("InvalidValue"));
            Given::Absent
        }
        Given::Absent => {
            let name = payload.object("organization").and_then(|named| named.get("name")?.as_str());
            let found = name.and_then(|name| account.organizations.by_name(name));
            found.map_or(Given::Absent, |organization| Given::Value(organization.id))
        }
        given => given,
    }
}

fn check_email(
    account: &Account,
    payload: &Payload,
    owner: Option<i64>,
    problems: &mut Problems,
) -> Option<(String, Option<i64>)> {
    let email = fold(&payload.text("email").value()?);
    if email.is_empty() {
        return None;
    }
    if !identities::is_email(&email) {
        problems.add("email", &format!("Email: {email} is not properly formatted"), None);
    }
    let taken = account.identities.find(EMAIL, &email);
    if taken.is_some_and(|identity| Some(identity.user_id) != owner) {
        problems.duplicate("email", &format!("Email: {email} is already being used by another user"));
    }
    let own = taken.map(|identity| identity.id);
    Some((email, own))
}

fn check_identities(account: &Account, payload: &Payload, problems: &mut Problems) -> Vec<New> {
    let text = |row: &serde_json::Map<String, Value>, key: &str| Some(row.get(key)?.as_str()?.to_owned());
    let mut found = Vec::new();
    for row in payload.objects("identities").unwrap_or_default() {
        let (Some(kind), Some(value)) = (text(row, "type"), text(row, "value")) else { continue };
        if account.identities.find(&kind, &value).is_some() {
            problems.duplicate(&kind, &format!("Value: {value} is already being used by another user"));
        }
        let verified = row.get("verified").and_then(Value::as_bool).unwrap_or(false);
        found.push(New::of(kind, &value, verified));
    }
    found
}

fn assign_plain(user: &mut User, payload: &Payload) {
    if let Given::Value(name) = payload.text("name") {
        name.trim().clone_into(&mut user.name);
    }
    payload.text("alias").assign(&mut user.alias);
    payload.text("details").assign(&mut user.details);
    payload.text("notes").assign(&mut user.notes);
    payload.text("signature").assign(&mut user.signature);
    user.verified = payload.flag("verified").unwrap_or(user.verified);
    user.suspended = payload.flag("suspended").unwrap_or(user.suspended);
    // Names that the account does not know leave zone and language as they are.
    if let Some(zone) = payload.text("time_zone").value().and_then(|name| TimeZone::parse(&name)) {
        user.time_zone = zone;
    }
    let by_tag = payload.text("locale").value().and_then(|tag| Locale::by_tag(&tag));
    let by_id = || payload.id("locale_id").value().and_then(Locale::by_id);
    user.locale = by_tag.or_else(by_id).unwrap_or(user.locale);
    if let Some(tags) = payload.texts("tags") {
        user.tags.clear();
        for tag in tags {
            if !user.tags.contains(&tag) {
                user.tags.push(tag);
            }
        }
    }
}

/// A number that nobody has becomes a direct line with an identity; one in use elsewhere is only shown.
fn assign_phone(account: &Account, user: &mut User, payload: &Payload) -> Option<New> {
    let number = match payload.text("phone") {
        Given::Absent => return None,
        Given::Null => String::new(),
        Given::Value(number) => number.trim().to_owned(),
    };
    if number.is_empty() {
        user.phone = None;
        user.shared_phone_number = None;
        return None;
    }
    let holder = account.identities.find(PHONE, &number);
    user.shared_phone_number = Some(holder.is_some_and(|identity| identity.user_id != user.id));
    user.phone = Some(number.clone());
    if holder.is_some() { None } else { Some(New::of(PHONE.to_owned(), &number, false)) }
}

/// Adds a new address: primary when it is the first, secondary otherwise. An address the user has is left alone.
fn put_email(
    account: &mut Account,
    user_id: i64,
    email: &str,
    own: Option<i64>,
    verified: Option<bool>,
    at: Moment,
) -> bool {
    match (own, verified) {
        (Some(identity), Some(verified)) => identities::set_verified(account, identity, verified, at),
        (Some(_), None) => false,
        (None, verified) => {
            identities::add(
                account,
                user_id,
                New::of(EMAIL.to_owned(), email, verified.unwrap_or(false)),
                at,
            );
            true
        }
    }
}
