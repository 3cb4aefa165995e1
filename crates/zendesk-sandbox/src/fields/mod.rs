//! Custom fields: the routes under `/user_fields` and `/organization_fields`, which differ in names only.

pub(crate) mod options;
pub(crate) mod values;

use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::call::Call;
use crate::clock;
use crate::page::{self, Paging};
use crate::payload::{Given, Kind, Payload, Shape};
use crate::refusal::{self, Problems};
use crate::reply::{Answer, Reply};
use crate::state::State;
use crate::store::fields::Fields;
use crate::store::{Choice, Field, FieldType};

const KEYS: &[(&str, Kind)] = &[
    ("key", Kind::Text),
    ("type", Kind::Text),
    ("title", Kind::Text),
    ("description", Kind::Text),
    ("active", Kind::Flag),
    ("position", Kind::Id),
    ("tag", Kind::Text),
    ("regexp_for_validation", Kind::Text),
    ("custom_field_options", Kind::Objects),
    ("relationship_target_type", Kind::Text),
];

/// The position of a new field, whatever is asked for.
const NEW_POSITION: i64 = 9999;
/// Guess: the vendor shows some pattern for dates; which one is not recorded in full.
const DATE_PATTERN: &str = r"\A[1-2][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[1-2][0-9]|3[0-1])\z";

/// Whose fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Fields of users.
    User,
    /// Fields of organizations.
    Organization,
}

impl Owner {
    /// The key of a list of fields, which is also the path.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::User => "user_fields",
            Self::Organization => "organization_fields",
        }
    }

    fn shape(self) -> Shape {
        let wrapper = match self {
            Self::User => "user_field",
            Self::Organization => "organization_field",
        };
        Shape { wrapper, keys: KEYS }
    }

    fn action(self, creating: bool) -> &'static str {
        match (self, creating) {
            (Self::User, true) => "user_fields/create",
            (Self::User, false) => "user_fields/update",
            (Self::Organization, true) => "organization_fields/create",
            (Self::Organization, false) => "organization_fields/update",
        }
    }

    /// The fields of this owner.
    pub(crate) fn fields(self, account: &Account) -> &Fields {
        match self {
            Self::User => &account.user_fields,
            Self::Organization => &account.organization_fields,
        }
    }

    /// The fields of this owner, to be changed.
    pub(crate) fn fields_mut(self, account: &mut Account) -> &mut Fields {
        match self {
            Self::User => &mut account.user_fields,
            Self::Organization => &mut account.organization_fields,
        }
    }
}

/// `GET /user_fields`.
pub(crate) fn list(state: &mut State, call: &Call, owner: Owner) -> Answer {
    let fields = owner.fields(&state.account);
    let ids: Vec<i64> = fields.iter().map(|field| field.id).collect();
    page::reply(call, owner.plural(), Paging::OffsetOrCursor, &ids, |id| {
        fields.get(id).map(|field| object(&call.base, owner, field))
    })
}

/// `GET /user_fields/{id or key}`.
pub(crate) fn show(state: &mut State, call: &Call, owner: Owner, name: &str) -> Answer {
    find(&state.account, owner, name).map(|field| Reply::ok(wrapped(call, owner, field)))
}

/// `POST /user_fields`.
pub(crate) fn create(state: &mut State, call: &Call, owner: Owner) -> Answer {
    let account = &mut state.account;
    let payload = Payload::read(call, &owner.shape(), owner.action(true))?;
    let kind = check(owner.fields(account), &payload)?;
    let text = |key: &str| payload.text(key).value();
    let mut field = Field {
        id: account.next_id(),
        key: text("key").unwrap_or_default(),
        kind,
        title: text("title").unwrap_or_default(),
        description: text("description"),
        position: NEW_POSITION,
        active: payload.flag("active").unwrap_or(true),
        regexp_for_validation: text("regexp_for_validation"),
        tag: text("tag").filter(|_| kind == FieldType::Checkbox),
        options: Vec::new(),
        relationship_target_type: text("relationship_target_type"),
        created_at: call.at.wall,
        updated_at: call.at.wall,
    };
    set_options(account, &mut field, payload.objects("custom_field_options").unwrap_or_default());
    let body = wrapped(call, owner, &field);
    let location = url(&call.base, owner, field.id);
    owner.fields_mut(account).put(field);
    Ok(Reply::created(location, body).warning(&payload))
}

/// `PUT /user_fields/{id}`; key and type stay what they are.
pub(crate) fn update(state: &mut State, call: &Call, owner: Owner, name: &str) -> Answer {
    let account = &mut state.account;
    let mut field = find(account, owner, name)?.clone();
    let mut payload = Payload::read(call, &owner.shape(), owner.action(false))?;
    payload.drop_key(owner.shape().wrapper, "key");
    payload.drop_key(owner.shape().wrapper, "type");
    match payload.text("title") {
        Given::Absent => {}
        Given::Value(title) if !title.trim().is_empty() => field.title = title,
        Given::Null | Given::Value(_) => {
            return Err(refusal::one("title", "Title: cannot be blank", "BlankValue"));
        }
    }
    payload.text("description").assign(&mut field.description);
    payload.text("regexp_for_validation").assign(&mut field.regexp_for_validation);
    if field.kind == FieldType::Checkbox {
        payload.text("tag").assign(&mut field.tag);
    }
    field.active = payload.flag("active").unwrap_or(field.active);
    // Recorded: the first update answers position 0 unless one is given.
    field.position = payload.id("position").value().unwrap_or(0);
    field.updated_at = call.at.wall;
    if let Some(options) = payload.objects("custom_field_options") {
        set_options(account, &mut field, options);
    }
    let body = wrapped(call, owner, &field);
    owner.fields_mut(account).put(field);
    Ok(Reply::ok(body).warning(&payload))
}

/// `DELETE /user_fields/{id}`: the field and its values everywhere.
pub(crate) fn delete(state: &mut State, _: &Call, owner: Owner, name: &str) -> Answer {
    let account = &mut state.account;
    let (id, key) = find(account, owner, name).map(|field| (field.id, field.key.clone()))?;
    owner.fields_mut(account).remove(id);
    match owner {
        Owner::User => account.users.drop_field(&key),
        Owner::Organization => account.organizations.drop_field(&key),
    }
    Ok(Reply::no_content())
}

/// True for ASCII letters, digits, `_` and `-`, not only digits.
pub(crate) fn is_key(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !text.is_empty() && text.bytes().all(allowed) && !text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Sets the options of a field; those without an id get one.
pub(crate) fn set_options(account: &mut Account, field: &mut Field, options: Vec<&Map<String, Value>>) {
    if !field.kind.has_options() {
        return;
    }
    let text = |option: &Map<String, Value>, key: &str| option.get(key)?.as_str().map(str::to_owned);
    let mut choices = Vec::new();
    for option in options {
        let Some(value) = text(option, "value").or_else(|| text(option, "name")) else { continue };
        let id = option.get("id").and_then(Value::as_i64);
        choices.push(Choice {
            id: id.unwrap_or_else(|| account.next_id()),
            name: text(option, "name").unwrap_or_else(|| value.clone()),
            value,
        });
    }
    field.options = choices;
}

/// The object of a field.
pub(crate) fn object(base: &str, owner: Owner, field: &Field) -> Value {
    let pattern = field.regexp_for_validation.as_deref();
    let pattern = if field.kind == FieldType::Date { Some(DATE_PATTERN) } else { pattern };
    let object = json!({
        "url": url(base, owner, field.id),
        "id": field.id,
        "type": field.kind.name(),
        "key": field.key,
        "title": field.title,
        "description": field.description,
        "raw_title": field.title,
        "raw_description": field.description,
        "position": field.position,
        "active": field.active,
        "system": false,
        "regexp_for_validation": pattern,
        "created_at": clock::seconds(field.created_at),
        "updated_at": clock::seconds(field.updated_at),
    });
    match object {
        Value::Object(mut keys) => {
            keys.extend(extra_keys(field));
            Value::Object(keys)
        }
        other => other,
    }
}

/// The keys that only some types have.
fn extra_keys(field: &Field) -> Vec<(String, Value)> {
    match field.kind {
        FieldType::Checkbox => vec![("tag".to_owned(), json!(field.tag))],
        FieldType::Dropdown | FieldType::Multiselect => {
            vec![("custom_field_options".to_owned(), field.options.iter().map(option).collect())]
        }
        FieldType::Lookup => vec![
            ("relationship_target_type".to_owned(), json!(field.relationship_target_type)),
            ("relationship_filter".to_owned(), json!({"all": [], "any": []})),
        ],
        _ => Vec::new(),
    }
}

fn option(choice: &Choice) -> Value {
    json!({"id": choice.id, "name": choice.name, "raw_name": choice.name, "value": choice.value})
}

/// Checks a new field and gives its type.
fn check(fields: &Fields, payload: &Payload) -> Result<FieldType, Reply> {
    let mut problems = Problems::default();
    let text = |key: &str| payload.text(key).value().filter(|text| !text.trim().is_empty());
    match text("key") {
        None => problems.blank("key", "Key:"),
        Some(key) if !is_key(&key) => {
            problems.add("key", &format!("Key: {key} is not valid"), Some("InvalidValue"));
        }
        Some(key) if fields.is_taken(&key) => {
            problems.duplicate("key", &format!("Key: {key} has already been taken"));
        }
        Some(_) => {}
    }
    if text("title").is_none() {
        problems.blank("title", "Title:");
    }
    let name = text("type").unwrap_or_else(|| "text".to_owned());
    let kind = FieldType::parse(&name);
    let needed = match kind {
        None => {
            problems.add("type", &format!("Type: {name} is not valid"), Some("InvalidValue"));
            None
        }
        Some(FieldType::Regexp) => Some("regexp_for_validation"),
        Some(FieldType::Lookup) => Some("relationship_target_type"),
        Some(_) => None,
    };
    if let Some(needed) = needed.filter(|needed| text(needed).is_none()) {
        problems.blank(needed, needed);
    }
    let has_options = payload.objects("custom_field_options").is_some_and(|options| !options.is_empty());
    if kind.is_some_and(FieldType::has_options) && !has_options {
        problems.blank("custom_field_options", "Custom field options:");
    }
    problems.finish()?;
    Ok(kind.unwrap_or(FieldType::Text))
}

fn find<'a>(account: &'a Account, owner: Owner, name: &str) -> Result<&'a Field, Reply> {
    let fields = owner.fields(account);
    let found = match name.parse::<i64>() {
        Ok(id) => fields.get(id),
        Err(_) => fields.by_key(name),
    };
    found.ok_or_else(refusal::record_not_found)
}

fn url(base: &str, owner: Owner, id: i64) -> String {
    format!("{base}/api/v2/{}/{id}.json", owner.plural())
}

fn wrapped(call: &Call, owner: Owner, field: &Field) -> Value {
    json!({owner.shape().wrapper: object(&call.base, owner, field)})
}
