//! Creating and updating organizations: everything is checked before anything changes.

use serde_json::Value;

use crate::account::Account;
use crate::call::Call;
use crate::clock::Moment;
use crate::fields::{Owner, values};
use crate::payload::{Given, Kind, Payload, Shape};
use crate::refusal::{self, Problems};
use crate::reply::Reply;
use crate::store::Organization;

const ORGANIZATION: Shape = Shape {
    wrapper: "organization",
    keys: &[
        ("id", Kind::Id),
        ("name", Kind::Text),
        ("external_id", Kind::Text),
        ("domain_names", Kind::TextOrTexts),
        ("details", Kind::Text),
        ("notes", Kind::Text),
        ("group_id", Kind::Id),
        ("shared_tickets", Kind::Flag),
        ("shared_comments", Kind::Flag),
        ("tags", Kind::Texts),
        ("organization_fields", Kind::Object),
    ],
};

/// Reads the body of an organization write.
pub(crate) fn read(call: &Call, action: &'static str) -> Result<Payload, Reply> {
    Payload::read(call, &ORGANIZATION, action)
}

/// Reads the rows of a bulk write.
pub(crate) fn read_rows(call: &Call, action: &'static str) -> Result<Vec<Payload>, Reply> {
    Payload::read_rows(call, &ORGANIZATION, "organizations", action)
}

/// The organization that an upsert means, by id, then by external id.
pub(crate) fn matching(account: &Account, payload: &Payload) -> Option<i64> {
    let known = &account.organizations;
    let by_id = payload.id("id").value().and_then(|id| known.get(id));
    let by_external_id = || payload.text("external_id").value().and_then(|id| known.by_external_id(&id));
    by_id.or_else(by_external_id).map(|found| found.id)
}

/// Deletes an organization with its memberships; members fall back to another organization of theirs.
pub(crate) fn delete(account: &mut Account, id: i64, at: Moment) -> Result<(), Reply> {
    account.organizations.get(id).ok_or_else(refusal::record_not_found)?;
    let rows: Vec<(i64, i64)> =
        account.memberships.of_organization(id).iter().map(|row| (row.id, row.user_id)).collect();
    account.organizations.remove(id);
    for (row, user_id) in rows {
        account.memberships.remove(row, at.wall);
        account.user_changed(user_id, at);
    }
    account.organization_changed(id, at);
    Ok(())
}

/// Creates an organization and gives its id.
pub(crate) fn create(account: &mut Account, payload: &Payload, at: Moment) -> Result<i64, Reply> {
    let fields = check(account, payload, None)?;
    let organization = Organization::new(account.next_id(), at.wall);
    let id = organization.id;
    apply(account, organization, payload, fields);
    account.organization_changed(id, at);
    Ok(id)
}

/// Updates an organization; `updated_at` moves when the write has an effect.
pub(crate) fn update(account: &mut Account, id: i64, payload: &Payload, at: Moment) -> Result<(), Reply> {
    let fields = check(account, payload, Some(id))?;
    let Some(before) = account.organizations.get(id).cloned() else { return Ok(()) };
    apply(account, before.clone(), payload, fields);
    if let Some(after) = account.organizations.get(id).filter(|after| **after != before).cloned() {
        account.organizations.put(Organization { updated_at: at.wall, ..after });
        account.organization_changed(id, at);
        // Searches find members by the name of their organization.
        let members: Vec<i64> =
            account.memberships.of_organization(id).iter().map(|row| row.user_id).collect();
        for user_id in members {
            account.user_changed(user_id, at);
        }
    }
    Ok(())
}

/// Checks a write and gives its custom field values.
fn check(account: &Account, payload: &Payload, own: Option<i64>) -> Result<Vec<(String, Value)>, Reply> {
    let mut problems = Problems::default();
    let name = payload.text("name");
    match &name {
        Given::Absent if own.is_some() => {}
        Given::Value(name) if !name.trim().is_empty() => {
            if account.organizations.by_name(name).is_some_and(|found| Some(found.id) != own) {
                problems.duplicate("name", &format!("Name: {} has already been taken", name.trim()));
            }
        }
        _ => problems.blank("name", "Name:"),
    }
    if let Given::Value(external_id) = payload.text("external_id")
        && account.organizations.by_external_id(&external_id).is_some_and(|found| Some(found.id) != own)
    {
        problems.duplicate("external_id", "External has already been taken");
    }
    let fields = payload
        .object("organization_fields")
        .map(|given| values::read(account, Owner::Organization, given, &mut problems))
        .unwrap_or_default();
    problems.finish()?;
    Ok(fields)
}

fn apply(
    account: &mut Account,
    mut organization: Organization,
    payload: &Payload,
    fields: Vec<(String, Value)>,
) {
    if let Given::Value(name) = payload.text("name") {
        name.trim().clone_into(&mut organization.name);
    }
    payload.text("external_id").assign(&mut organization.external_id);
    organization.external_id = organization.external_id.filter(|text| !text.is_empty());
    payload.text("details").assign(&mut organization.details);
    payload.text("notes").assign(&mut organization.notes);
    payload.id("group_id").assign(&mut organization.group_id);
    organization.shared_tickets = payload.flag("shared_tickets").unwrap_or(organization.shared_tickets);
    organization.shared_comments = payload.flag("shared_comments").unwrap_or(organization.shared_comments);
    organization.domain_names = payload.texts("domain_names").unwrap_or(organization.domain_names);
    organization.tags = payload.texts("tags").unwrap_or(organization.tags);
    values::store(&account.organization_fields, fields, &mut organization.fields, &mut organization.tags);
    account.organizations.put(organization);
}
