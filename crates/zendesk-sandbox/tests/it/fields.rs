//! Custom fields: statements S39, S62 to S65, S67.

use serde_json::{Value, json};

use crate::client::World;

#[test]
fn a_field_starts_with_defaults_and_is_found_by_id_or_key() {
    let world = World::new();
    let answer =
        world.post("/api/v2/user_fields.json", json!({"user_field": {"key": "plan", "title": "Plan"}}));
    assert!(answer.header("location").is_some());
    let field = answer.expect(201)["user_field"].clone();
    let keys: Vec<&String> = field.as_object().unwrap().keys().collect();
    let expected = "url id type key title description raw_title raw_description position active system \
        regexp_for_validation created_at updated_at";
    assert_eq!(keys, expected.split_whitespace().collect::<Vec<_>>());
    assert_eq!(
        (&field["type"], &field["position"], &field["active"]),
        (&json!("text"), &json!(9999), &json!(true))
    );
    for name in ["plan".to_owned(), field["id"].to_string()] {
        assert_eq!(world.get(&format!("/api/v2/user_fields/{name}.json")).expect(200)["user_field"], field);
    }
    assert_eq!(world.get("/api/v2/user_fields/other").expect(404)["error"], "RecordNotFound");
    assert_eq!(world.get("/api/v2/organization_fields").expect(200)["count"], 0);
}

#[track_caller]
fn check_refused(field: Value, key: &str, error: &str) {
    let world = World::new();
    world.field(json!({"key": "plan", "title": "Plan"}));
    let details =
        world.post("/api/v2/user_fields", json!({"user_field": field})).expect(422)["details"].clone();
    assert_eq!(details[key][0]["error"], error, "{details}");
}

#[test]
fn keys_have_a_shape_and_are_unique() {
    check_refused(json!({"key": "PLAN", "title": "x"}), "key", "DuplicateValue");
    for key in ["first name", "123", "a.b", "ключ"] {
        check_refused(json!({"key": key, "title": "x"}), "key", "InvalidValue");
    }
    check_refused(json!({"title": "x"}), "key", "BlankValue");
    check_refused(json!({"key": "a"}), "title", "BlankValue");
}

#[test]
fn types_are_checked_with_what_they_need() {
    check_refused(json!({"key": "a", "title": "x", "type": "tagger"}), "type", "InvalidValue");
    check_refused(
        json!({"key": "a", "title": "x", "type": "dropdown"}),
        "custom_field_options",
        "BlankValue",
    );
    check_refused(json!({"key": "a", "title": "x", "type": "regexp"}), "regexp_for_validation", "BlankValue");
}

#[test]
fn options_are_shown_and_bind_values() {
    let world = World::new();
    let options = json!([{"name": "Gold", "value": "gold"}]);
    let field = world
        .field(json!({"key": "plan", "type": "dropdown", "title": "P", "custom_field_options": options}));
    let option = &field["custom_field_options"][0];
    assert_eq!((&option["raw_name"], &option["value"]), (&json!("Gold"), &json!("gold")));
    let id = world.user(json!({"name": "Ada", "user_fields": {"plan": "gold"}}));
    assert_eq!(world.show(id)["user_fields"]["plan"], "gold");
    let wrong = json!({"user": {"user_fields": {"plan": "tin"}}});
    assert_eq!(world.put(&format!("/api/v2/users/{id}"), wrong).status, 422);
}

#[test]
fn key_and_type_stay() {
    let world = World::new();
    let field = world.field(json!({"key": "plan", "title": "Plan"}));
    let wish = json!({"user_field": {"key": "other", "type": "date", "title": "New"}});
    let answer = world.put(&format!("/api/v2/user_fields/{}", field["id"]), wish);
    assert!(answer.header("x-zendesk-api-warn").unwrap().contains("user_field.key"));
    let field = answer.expect(200)["user_field"].clone();
    assert_eq!(
        (&field["key"], &field["type"], &field["title"]),
        (&json!("plan"), &json!("text"), &json!("New"))
    );
    assert_eq!(field["position"], 0);
}

#[test]
fn every_user_shows_every_field_until_it_is_deleted() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada"}));
    let plan = world.field(json!({"key": "plan", "title": "Plan"}));
    world.field(json!({"key": "vip", "title": "VIP", "type": "checkbox"}));
    assert_eq!(world.show(id)["user_fields"], json!({"plan": null, "vip": false}));
    world.put(&format!("/api/v2/users/{id}"), json!({"user": {"user_fields": {"plan": "gold"}}})).expect(200);
    assert_eq!(world.delete(&format!("/api/v2/user_fields/{}", plan["id"])).status, 204);
    assert_eq!(world.show(id)["user_fields"], json!({"vip": false}));
    world.field(json!({"key": "plan", "title": "Plan"}));
    assert_eq!(world.show(id)["user_fields"]["plan"], Value::Null);
}

#[test]
fn organizations_have_fields_of_their_own() {
    let world = World::new();
    let wish = json!({"organization_field": {"key": "size", "type": "integer", "title": "Size"}});
    world.post("/api/v2/organization_fields", wish).expect(201);
    let wish = json!({"organization": {"name": "Acme", "organization_fields": {"size": 5, "id": "x"}}});
    let body = world.post("/api/v2/organizations", wish).expect(201);
    assert_eq!(body["organization"]["organization_fields"]["size"].as_i64(), Some(5));
    assert_eq!(body["organization"]["organization_fields"].get("id"), None);
}

#[test]
fn an_integer_may_be_written_as_a_whole_float() {
    let world = World::new();
    world.field(json!({"key": "seats", "type": "integer", "title": "Seats"}));
    let id = world.user(json!({"name": "Ada", "user_fields": {"seats": 12.0}}));
    assert_eq!(world.show(id)["user_fields"]["seats"], json!(12));
    world.put(&format!("/api/v2/users/{id}"), json!({"user": {"user_fields": {"seats": 12.5}}})).expect(422);
}
