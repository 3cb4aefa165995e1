//! Options of dropdown and multiselect fields, and the order of fields.

use serde_json::{Map, Value, json};

use super::{Owner, find, set_options};
use crate::call::Call;
use crate::page::{self, Paging};
use crate::payload;
use crate::refusal;
use crate::reply::{Answer, Reply};
use crate::state::State;
use crate::store::Field;

/// `GET /user_fields/{id}/options`.
pub(crate) fn list(state: &mut State, call: &Call, owner: Owner, name: &str) -> Answer {
    let field = find(&state.account, owner, name)?;
    let ids: Vec<i64> = field.options.iter().map(|choice| choice.id).collect();
    page::reply(call, "custom_field_options", Paging::OffsetOrCursor, &ids, |id| {
        object(call, owner, field, id)
    })
}

/// `GET /user_fields/{id}/options/{id}`.
pub(crate) fn show(state: &mut State, call: &Call, owner: Owner, name: &str, id: i64) -> Answer {
    let field = find(&state.account, owner, name)?;
    let shown = object(call, owner, field, id).ok_or_else(refusal::record_not_found)?;
    Ok(Reply::ok(json!({"custom_field_option": shown})))
}

/// `POST /user_fields/{id}/options`: 201 for a new option, 200 for one whose `id` is known.
pub(crate) fn put(state: &mut State, call: &Call, owner: Owner, name: &str) -> Answer {
    let account = &mut state.account;
    let mut field = find(account, owner, name)?.clone();
    let body = payload::read_object(call, "custom_field_options")?;
    let Some(wish) = body.get("custom_field_option").and_then(Value::as_object) else {
        return Err(refusal::invalid_attribute("custom_field_option", "is required", "custom_field_options"));
    };
    let text = |key: &str| wish.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    if !field.kind.has_options() {
        return Err(refusal::one("base", "Field: has no options", "InvalidValue"));
    }
    let id = wish.get("id").and_then(Value::as_i64);
    let known = id.and_then(|id| field.options.iter().position(|choice| choice.id == id));
    let taken =
        |choice: &crate::store::Choice| Some(choice.value.as_str()) == text("value") && Some(choice.id) != id;
    if field.options.iter().any(taken) {
        return Err(refusal::duplicate("value", "Value: has already been taken"));
    }
    if known.is_none() && (text("name").is_none() || text("value").is_none()) {
        return Err(refusal::one("name", "Name: cannot be blank", "BlankValue"));
    }
    let mut rows: Vec<Map<String, Value>> = field.options.iter().map(as_row).collect();
    match known.and_then(|index| rows.get_mut(index)) {
        Some(row) => row.extend(wish.clone()),
        None => rows
            .push(wish.iter().filter(|(key, _)| *key != "id").map(|(k, v)| (k.clone(), v.clone())).collect()),
    }
    set_options(account, &mut field, rows.iter().collect());
    field.updated_at = call.at.wall;
    let changed = known.and_then(|index| field.options.get(index)).or_else(|| field.options.last());
    let shown = changed.and_then(|choice| object(call, owner, &field, choice.id));
    owner.fields_mut(account).put(field);
    Ok(Reply::json(if known.is_some() { 200 } else { 201 }, json!({"custom_field_option": shown})))
}

/// `DELETE /user_fields/{id}/options/{id}`; values that have it keep it.
pub(crate) fn delete(state: &mut State, call: &Call, owner: Owner, name: &str, id: i64) -> Answer {
    let account = &mut state.account;
    let mut field = find(account, owner, name)?.clone();
    let before = field.options.len();
    field.options.retain(|choice| choice.id != id);
    if field.options.len() == before {
        return Err(refusal::record_not_found());
    }
    field.updated_at = call.at.wall;
    owner.fields_mut(account).put(field);
    Ok(Reply::no_content())
}

/// `PUT /user_fields/reorder` with `{"user_field_ids": [..]}`: their places become their positions.
pub(crate) fn reorder(state: &mut State, call: &Call, owner: Owner) -> Answer {
    let body = payload::read_object(call, owner.plural())?;
    let key = format!("{}_ids", owner.plural().trim_end_matches('s'));
    let Some(ids) = body.get(&key).and_then(Value::as_array) else {
        return Err(refusal::invalid_attribute(&key, "must be an array of integers", owner.plural()));
    };
    let fields = owner.fields_mut(&mut state.account);
    for (position, id) in (0..).zip(ids.iter().filter_map(Value::as_i64)) {
        let field = fields.get(id).cloned().ok_or_else(refusal::record_not_found)?;
        fields.put(Field { position, ..field });
    }
    Ok(Reply::ok(json!({})))
}

fn as_row(choice: &crate::store::Choice) -> Map<String, Value> {
    Map::from_iter([
        ("id".to_owned(), json!(choice.id)),
        ("name".to_owned(), json!(choice.name)),
        ("value".to_owned(), json!(choice.value)),
    ])
}

fn object(call: &Call, owner: Owner, field: &Field, id: i64) -> Option<Value> {
    let index = field.options.iter().position(|choice| choice.id == id)?;
    let choice = field.options.get(index)?;
    let base = format!("{}/api/v2/{}/{}", call.base, owner.plural(), field.id);
    Some(json!({
        "url": format!("{base}/options/{id}.json"),
        "id": id,
        "name": choice.name,
        "raw_name": choice.name,
        "position": index,
        "value": choice.value,
    }))
}
