//! What a simulated account holds, as small tables.

use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use serde_json::Value;

/// Longest text in a cell, in characters.
const LONGEST: usize = 40;

/// One table with its title.
#[derive(Debug)]
pub(super) struct Section {
    /// What the rows are, with their number.
    pub(super) title: String,
    /// The table; empty text without rows.
    pub(super) table: String,
}

/// The tables of a state as the sandbox dumps it.
pub(super) fn sections(state: &Value) -> Vec<Section> {
    vec![users(state), organizations(state), memberships(state), events(state), fields(state)]
}

fn users(state: &Value) -> Section {
    let columns =
        ["name", "e-mail", "external id", "organization", "phone, time zone", "tags", "custom fields"];
    let rows = list(state, "users").map(|user| {
        vec![
            text(at(user, "name")),
            emails(state, user),
            text(at(user, "external_id")),
            name_of(state, "organizations", at(user, "organization_id")),
            lines([text(at(user, "phone")), text(at(user, "time_zone"))]),
            items(at(user, "tags")),
            members(at(user, "user_fields")),
        ]
    });
    section("Users", &columns, rows)
}

fn organizations(state: &Value) -> Section {
    let rows = list(state, "organizations").map(|organization| {
        vec![
            text(at(organization, "name")),
            text(at(organization, "external_id")),
            items(at(organization, "domain_names")),
            items(at(organization, "tags")),
            members(at(organization, "organization_fields")),
        ]
    });
    section("Organizations", &["name", "external id", "domains", "tags", "custom fields"], rows)
}

fn memberships(state: &Value) -> Section {
    let rows = list(state, "organization_memberships").map(|membership| {
        let is_default = *at(membership, "default") == true;
        vec![
            name_of(state, "users", at(membership, "user_id")),
            name_of(state, "organizations", at(membership, "organization_id")),
            if is_default { "yes".to_owned() } else { String::new() },
        ]
    });
    section("Memberships", &["user", "organization", "default"], rows)
}

fn events(state: &Value) -> Section {
    let rows = list(state, "events").map(|row| {
        let event = at(row, "event");
        vec![
            name_of(state, "users", at(row, "user_id")),
            text(at(event, "type")),
            text(at(event, "source")),
            text(at(event, "created_at")),
            members(at(event, "properties")),
        ]
    });
    section("User events", &["user", "type", "source", "happened at", "properties"], rows)
}

fn fields(state: &Value) -> Section {
    let row = |of: &str, field: &Value| vec![of.to_owned(), text(at(field, "key")), text(at(field, "type"))];
    let of_users = list(state, "user_fields").map(|field| row("user", field));
    let of_organizations = list(state, "organization_fields").map(|field| row("organization", field));
    section("Custom fields", &["of", "key", "type"], of_users.chain(of_organizations))
}

fn section(title: &str, columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Section {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(columns);
    let mut count = 0_usize;
    for row in rows {
        table.add_row(row);
        count += 1;
    }
    let table = if count == 0 { String::new() } else { table.to_string() };
    Section { title: format!("{title} ({count})"), table }
}

/// The name of a record; an id may be a number or its text.
fn name_of(state: &Value, records: &str, id: &Value) -> String {
    let id = text(id);
    let found = list(state, records).find(|record| text(at(record, "id")) == id);
    found.map_or(id, |record| text(at(record, "name")))
}

/// All addresses of a user, the primary one first.
fn emails(state: &Value, user: &Value) -> String {
    let primary = text(at(user, "email"));
    let of_user = list(state, "identities").filter(|identity| at(identity, "user_id") == at(user, "id"));
    let addresses = of_user.filter(|identity| *at(identity, "type") == "email");
    let others: Vec<String> =
        addresses.map(|identity| text(at(identity, "value"))).filter(|address| *address != primary).collect();
    lines(std::iter::once(primary).chain(others))
}

/// A member; null when there is none.
fn at<'a>(value: &'a Value, key: &str) -> &'a Value {
    value.get(key).unwrap_or(&Value::Null)
}

fn list<'a>(state: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    state.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// One line, cut where it is too long; nothing for null.
fn text(value: &Value) -> String {
    let whole = match value {
        Value::Null => String::new(),
        Value::String(text) => text.replace(char::is_control, " "),
        other => other.to_string(),
    };
    if whole.chars().count() <= LONGEST {
        return whole;
    }
    whole.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn items(value: &Value) -> String {
    lines(value.as_array().into_iter().flatten().map(text))
}

/// Members that are not null, one a line.
fn members(value: &Value) -> String {
    let members = value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    lines(members.map(|(key, value)| format!("{key}: {}", text(value))))
}

fn lines(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_stand_for_ids() {
        let state = json!({
            "users": [{"id": 1, "name": "Ada", "email": "ada@acme.example", "organization_id": 7, "user_fields": {"plan": "pro", "old": null}}],
            "identities": [
                {"user_id": 1, "type": "email", "value": "ada@acme.example"},
                {"user_id": 1, "type": "email", "value": "countess@acme.example"},
            ],
            "organizations": [{"id": 7, "name": "Acme"}],
            "events": [{"user_id": "1", "event": {"type": "Signed up", "properties": {"n": 1}}}],
        });
        let tables: Vec<Section> = sections(&state);
        let shown = |index: usize| tables[index].table.as_str();
        assert_eq!(tables[0].title, "Users (1)");
        for word in ["Ada", "ada@acme.example", "countess@acme.example", "Acme", "plan: pro"] {
            assert!(shown(0).contains(word), "{word} in {}", shown(0));
        }
        assert!(!shown(0).contains("old"));
        assert!(shown(3).contains("Ada") && shown(3).contains("n: 1"), "{}", shown(3));
        assert_eq!((tables[2].title.as_str(), shown(2)), ("Memberships (0)", ""));
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(text(&json!("x".repeat(41))), format!("{}…", "x".repeat(39)));
        assert_eq!(text(&json!("a\nb")), "a b");
    }
}
