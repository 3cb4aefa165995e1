//! The evaluator that one writes first: a `JSONPath` for each row, `handlebars` for texts, a tree for the body.
//!
//! Either as the first afternoon leaves it, with paths and templates as text, or with both compiled before.

use std::collections::HashSet;

use hand::{Refused, email_of, moment_of, rejected};
use handlebars::Handlebars;
use jsonpath_rust::JsonPath;
use jsonpath_rust::parser::model::JpQuery;
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::{QueryRef, js_path_process};
use serde_json::{Map, Value, json};

/// What a path begins at.
#[derive(Clone, Copy)]
enum Root {
    Event,
    Person,
    Firm,
}

/// What a row makes of a value; what does not fit is left out.
#[derive(Clone, Copy)]
enum Cast {
    Any,
    Text,
    Short,
    Email,
    Whole,
    Moment,
    Texts,
    Flag,
}

enum Source {
    Paths(Vec<(Root, Path)>),
    Template(&'static str),
}

struct Path {
    text: &'static str,
    compiled: Option<JpQuery>,
}

struct Row {
    to: &'static str,
    source: Source,
    cast: Cast,
}

/// A table of rows with what is sent of the rest.
struct Table {
    rows: Vec<Row>,
    rest: Option<(Root, &'static str, HashSet<&'static str>)>,
}

pub(crate) struct Toy {
    handlebars: Handlebars<'static>,
    settings: Value,
    compiled: bool,
    paths: [Path; 4],
    user: Table,
    event: Table,
    email_identifier: Table,
    id_identifier: Table,
    organization: Table,
}

/// An event, and the objects in it that have names.
struct Scope<'e> {
    event: &'e Value,
    person: Option<&'e Value>,
    firm: Option<&'e Value>,
}

impl Toy {
    pub(crate) fn new(compiled: bool) -> Toy {
        let maker = Maker { compiled };
        let mut handlebars = Handlebars::new();
        if compiled {
            for template in ["{{sourceName}}", "customer", "email", "external_id"] {
                handlebars.register_template_string(template, template).expect("it is a template");
            }
        }
        Toy {
            handlebars,
            settings: json!({"sourceName": "Rudder"}),
            compiled,
            paths: ["$.type", "$.traits", "$.context.traits", "$.integrations.ZENDESK"]
                .map(|text| maker.path(text)),
            user: maker.user(),
            event: maker.event(),
            email_identifier: maker.identifier("email", Root::Person, "$.email", Cast::Email),
            id_identifier: maker.identifier("external_id", Root::Event, "$.userId", Cast::Text),
            organization: maker.organization(),
        }
    }

    /// The body; `None` when there is none before an answer.
    pub(crate) fn prepare(&self, event: &Value) -> Result<Option<Value>, Refused> {
        let [kind, traits, of_context, own] = &self.paths;
        if Self::find(own, event) == Some(&Value::Bool(false)) {
            return Err(rejected("the event's integrations exclude ZENDESK"));
        }
        let kind = Self::find(kind, event).and_then(Value::as_str).unwrap_or_default().to_lowercase();
        let [traits, of_context] = [traits, of_context].map(|path| Self::find(path, event));
        let filled = |value: Option<&Value>| {
            value.and_then(Value::as_object).is_some_and(|members| !members.is_empty())
        };
        let person = if kind == "group" || !filled(traits) { of_context } else { traits };
        let scope = Scope { event, person, firm: traits };
        let has_id = event.get("userId").is_some_and(|id| !id.is_null());
        match kind.as_str() {
            "identify" if !has_id => Err(rejected("UserId is a mandatory field for identify")),
            "identify" => {
                let user = self.table(&self.user, &scope);
                if user.pointer("/user/name").is_none() {
                    return Err(rejected("Missing required value from \"name\""));
                }
                Ok(Some(user))
            }
            "track" if !has_id => Err(rejected("UserId is a mandatory field for track")),
            "track" => {
                let mut body = self.table(&self.event, &scope);
                let identifiers =
                    [&self.email_identifier, &self.id_identifier].map(|table| self.table(table, &scope));
                let identifiers =
                    identifiers.into_iter().filter(|item| item.get("value").is_some()).collect();
                put(&mut body, "profile.identifiers", Value::Array(identifiers));
                Ok(Some(body))
            }
            "group" if !has_id => Err(rejected("UserId is a mandatory field for group")),
            "group" => {
                let body = self.table(&self.organization, &scope);
                let has_group = body.pointer("/organization/external_id").is_some();
                Ok(has_group.then_some(body))
            }
            _ => Err(rejected("Event type is not supported")),
        }
    }

    fn table(&self, table: &Table, scope: &Scope<'_>) -> Value {
        let mut body = json!({});
        for row in &table.rows {
            if let Some(value) = self.row(row, scope) {
                put(&mut body, row.to, value);
            }
        }
        if let Some((root, into, read)) = &table.rest
            && let Some(Value::Object(members)) = scope.root(*root)
        {
            let valid = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            for (key, value) in members {
                if read.contains(key.as_str()) || value.is_array() || value.is_object() {
                    continue;
                }
                let name: String = key.chars().map(|c| if valid(c) { c } else { '_' }).collect();
                if name == *key || !members.contains_key(&name) {
                    put(&mut body, &format!("{into}.{name}"), value.clone());
                }
            }
        }
        body
    }

    fn row(&self, row: &Row, scope: &Scope<'_>) -> Option<Value> {
        match &row.source {
            Source::Template(text) if self.compiled => {
                Some(self.handlebars.render(text, &self.settings).ok()?.into())
            }
            Source::Template(text) => {
                Some(self.handlebars.render_template(text, &self.settings).ok()?.into())
            }
            Source::Paths(paths) => {
                paths.iter().find_map(|(root, path)| cast(Self::find(path, scope.root(*root)?)?, row.cast))
            }
        }
    }

    fn find<'v>(path: &Path, value: &'v Value) -> Option<&'v Value> {
        let found = match &path.compiled {
            Some(query) => js_path_process(query, value).ok()?.into_iter().map(QueryRef::val).collect(),
            None => value.query(path.text).ok()?,
        };
        found.into_iter().next()
    }
}

impl<'e> Scope<'e> {
    fn root(&self, root: Root) -> Option<&'e Value> {
        match root {
            Root::Event => Some(self.event),
            Root::Person => self.person,
            Root::Firm => self.firm,
        }
    }
}

/// Writes a value to a dotted path.
fn put(body: &mut Value, path: &str, value: Value) {
    let mut here = body;
    for key in path.split('.') {
        let Value::Object(members) = here else { return };
        here = members.entry(key).or_insert_with(|| Value::Object(Map::new()));
    }
    *here = value;
}

fn cast(value: &Value, cast: Cast) -> Option<Value> {
    let is_empty = match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    if is_empty {
        return None;
    }
    let text = || match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    match cast {
        Cast::Any => Some(value.clone()),
        Cast::Text => text().map(Value::String),
        Cast::Short => text().map(|text| Value::String(text.chars().take(40).collect())),
        Cast::Email => email_of(value.as_str()?).map(Value::from),
        Cast::Whole => value.as_i64().map(Value::from),
        Cast::Moment => moment_of(value).map(|moment| Value::String(moment.into_owned())),
        Cast::Texts => value.as_array()?.iter().map(|item| self::cast(item, Cast::Text)).collect(),
        Cast::Flag => value.as_bool().map(Value::Bool),
    }
}

/// Makes the tables of `mappings/zendesk.yaml`.
struct Maker {
    compiled: bool,
}

impl Maker {
    fn path(&self, text: &'static str) -> Path {
        let compiled = self.compiled.then(|| parse_json_path(text).expect("it is a path"));
        Path { text, compiled }
    }

    fn row(&self, to: &'static str, from: &[(Root, &'static str)], cast: Cast) -> Row {
        let paths = from.iter().map(|(root, text)| (*root, self.path(text))).collect();
        Row { to, source: Source::Paths(paths), cast }
    }

    fn user(&self) -> Table {
        use Root::{Event, Person};
        let ids = [(Event, "$.userId"), (Person, "$.userId"), (Person, "$.id")];
        let rows = vec![
            self.row("user.name", &[(Person, "$.name")], Cast::Text),
            self.row("user.email", &[(Person, "$.email")], Cast::Email),
            self.row("user.external_id", &ids, Cast::Text),
            self.row(
                "user.organization_id",
                &[(Person, "$.organizationId"), (Person, "$.company.id")],
                Cast::Whole,
            ),
            self.row("user.time_zone", &[(Person, "$.timezone")], Cast::Text),
            self.row("user.phone", &[(Person, "$.phone")], Cast::Text),
            self.row("user.user_fields.id", &[(Event, "$.userId")], Cast::Text),
        ];
        let read = HashSet::from(["name", "email", "userId", "id", "organizationId", "timezone", "phone"]);
        Table { rows, rest: Some((Person, "user.user_fields", read)) }
    }

    fn event(&self) -> Table {
        use Root::Event;
        let template = |to, text| Row { to, source: Source::Template(text), cast: Cast::Text };
        let moments = [(Event, "$.timestamp"), (Event, "$.originalTimestamp")];
        let rows = vec![
            self.row("event.type", &[(Event, "$.event")], Cast::Short),
            template("event.source", "{{sourceName}}"),
            self.row("event.description", &[(Event, "$.event")], Cast::Text),
            self.row("event.properties", &[(Event, "$.properties")], Cast::Any),
            self.row("event.created_at", &moments, Cast::Moment),
            template("profile.type", "customer"),
            template("profile.source", "{{sourceName}}"),
        ];
        Table { rows, rest: None }
    }

    fn identifier(&self, kind: &'static str, root: Root, path: &'static str, cast: Cast) -> Table {
        let kind = Row { to: "type", source: Source::Template(kind), cast: Cast::Text };
        Table { rows: vec![kind, self.row("value", &[(root, path)], cast)], rest: None }
    }

    fn organization(&self) -> Table {
        use Root::{Event, Firm};
        let ids = [(Event, "$.groupId"), (Firm, "$.groupId")];
        let rows = vec![
            self.row("organization.name", &[(Firm, "$.name")], Cast::Text),
            self.row("organization.external_id", &ids, Cast::Text),
            self.row("organization.domain_names", &[(Firm, "$.domainNames")], Cast::Texts),
            self.row("organization.tags", &[(Firm, "$.tags")], Cast::Texts),
            self.row("organization.url", &[(Firm, "$.url")], Cast::Text),
            self.row("organization.deleted", &[(Firm, "$.deleted")], Cast::Flag),
            self.row("organization.organization_fields.id", &[(Firm, "$.id"), ids[0], ids[1]], Cast::Any),
        ];
        let read = HashSet::from(["name", "domainNames", "tags", "url", "deleted", "id", "groupId"]);
        Table { rows, rest: Some((Firm, "organization.organization_fields", read)) }
    }
}
