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
    let names = Names { state };
    vec![
        section(
            "Users",
            &["name", "e-mail", "external id", "organization", "phone, time zone", "tags", "custom fields"],
            list(state, "users").map(|user| {
                vec![
                    text(&user["name"]),
                    names.emails(user),
                    text(&user["external_id"]),
                    names.of("organizations", &user["organization_id"]),
                    lines([text(&user["phone"]), text(&user["time_zone"])]),
                    items(&user["tags"]),
                    members(&user["user_fields"]),
                ]
            }),
        ),
        section(
            "Organizations",
            &["name", "external id", "domains", "tags", "custom fields"],
            list(state, "organizations").map(|organization| {
                vec![
                    text(&organization["name"]),
                    text(&organization["external_id"]),
                    items(&organization["domain_names"]),
                    items(&organization["tags"]),
                    members(&organization["organization_fields"]),
                ]
            }),
        ),
        section(
            "Memberships",
            &["user", "organization", "default"],
            list(state, "organization_memberships").map(|membership| {
                vec![
                    names.of("users", &membership["user_id"]),
                    names.of("organizations", &membership["organization_id"]),
                    if membership["default"] == true { "yes".to_owned() } else { String::new() },
                ]
            }),
        ),
        section(
            "User events",
            &["user", "type", "source", "happened at", "properties"],
            list(state, "events").map(|row| {
                let event = &row["event"];
                vec![
                    names.of("users", &row["user_id"]),
                    text(&event["type"]),
                    text(&event["source"]),
                    text(&event["created_at"]),
                    members(&event["properties"]),
                ]
            }),
        ),
        section(
            "Custom fields",
            &["of", "key", "type"],
            [("user", "user_fields"), ("organization", "organization_fields")].into_iter().flat_map(
                |(of, name)| {
                    list(state, name)
                        .map(move |field| vec![of.to_owned(), text(&field["key"]), text(&field["type"])])
                },
            ),
        ),
    ]
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

/// Finds records by their ids.
struct Names<'a> {
    state: &'a Value,
}

impl Names<'_> {
    /// The name of a record; an id may be a number or its text.
    fn of(&self, records: &str, id: &Value) -> String {
        let id = text(id);
        let found = list(self.state, records).find(|record| text(&record["id"]) == id);
        found.map_or(id, |record| text(&record["name"]))
    }

    /// All addresses of a user, the primary one first.
    fn emails(&self, user: &Value) -> String {
        let primary = text(&user["email"]);
        let is_other = |identity: &&Value| {
            identity["type"] == "email"
                && identity["user_id"] == user["id"]
                && text(&identity["value"]) != primary
        };
        let others: Vec<String> = list(self.state, "identities")
            .filter(is_other)
            .map(|identity| text(&identity["value"]))
            .collect();
        lines(std::iter::once(primary).chain(others))
    }
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
