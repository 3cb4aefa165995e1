//! Custom fields: statements S39, S62 to S65, S67.

use serde_json::{Value, json};
use zendesk_sandbox::UnknownValue;

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
fn options_are_added_changed_and_removed() {
    let world = World::new();
    let options = json!([{"name": "Gold", "value": "gold"}]);
    let field = world
        .field(json!({"key": "plan", "type": "dropdown", "title": "P", "custom_field_options": options}));
    let path = format!("/api/v2/user_fields/{}/options", field["id"]);
    let put = |option: Value| world.post(&path, json!({"custom_field_option": option}));
    let silver = put(json!({"name": "Silver", "value": "silver"})).expect(201)["custom_field_option"].clone();
    assert_eq!((&silver["raw_name"], &silver["position"]), (&json!("Silver"), &json!(1)));
    let renamed = put(json!({"id": silver["id"], "name": "Sterling", "value": "silver"})).expect(200);
    assert_eq!(renamed["custom_field_option"]["name"], "Sterling");
    assert_eq!(put(json!({"name": "Again", "value": "gold"})).status, 422);
    assert_eq!(world.get(&path).expect(200)["count"], 2);
    let one = format!("{path}/{}", silver["id"]);
    assert_eq!(world.get(&one).expect(200)["custom_field_option"]["name"], "Sterling");
    assert_eq!((world.delete(&one).status, world.delete(&one).status), (204, 404));
    assert_eq!(world.get(&path).expect(200)["count"], 1);
}

#[test]
fn fields_are_reordered() {
    let world = World::new();
    let ids: Vec<Value> =
        ["a", "b"].iter().map(|key| world.field(json!({"key": key, "title": key}))["id"].clone()).collect();
    world.put("/api/v2/user_fields/reorder", json!({"user_field_ids": [ids[1], ids[0]]})).expect(200);
    let position =
        |key: &str| world.get(&format!("/api/v2/user_fields/{key}")).body["user_field"]["position"].clone();
    assert_eq!((position("b"), position("a")), (json!(0), json!(1)));
    assert_eq!(world.put("/api/v2/user_fields/reorder", json!({"user_field_ids": [5]})).status, 404);
}

#[test]
fn patterns_are_enforced_unless_switched_off() {
    for (enforce, status) in [(true, 422), (false, 201)] {
        let world = World::with(|builder| builder.enforce_patterns(enforce));
        world.field(
            json!({"key": "code", "type": "regexp", "title": "C", "regexp_for_validation": r"\A[A-Z]{2}\z"}),
        );
        let date = world.field(json!({"key": "born", "type": "date", "title": "B"}));
        assert!(date["regexp_for_validation"].is_string());
        let create = |code: &str| {
            let user = json!({"name": "Ada", "user_fields": {"code": code}});
            world.post("/api/v2/users", json!({"user": user})).status
        };
        assert_eq!((create("AB"), create("abc")), (201, status));
    }
}

#[test]
fn lookups_name_a_record_and_unknown_values_may_be_ignored() {
    for (rule, status) in [(UnknownValue::Refused, 422), (UnknownValue::Ignored, 201)] {
        let world = World::with(|builder| builder.unknown_values(rule));
        let organization = world.organization("Acme");
        let target = "zen:organization";
        world.field(
            json!({"key": "home", "type": "lookup", "title": "H", "relationship_target_type": target}),
        );
        let options = json!([{"name": "Gold", "value": "gold"}]);
        world
            .field(json!({"key": "plan", "type": "dropdown", "title": "P", "custom_field_options": options}));
        let id = world.user(json!({"name": "Ada", "user_fields": {"home": organization}}));
        assert_eq!(world.show(id)["user_fields"]["home"], organization);
        for fields in [json!({"home": 5}), json!({"plan": "tin"})] {
            let user = json!({"name": "Bob", "user_fields": fields});
            assert_eq!(world.post("/api/v2/users", json!({"user": user})).status, status, "{fields}");
        }
        let stored =
            world.sandbox.state()["users"].as_array().unwrap().last().unwrap()["user_fields"].clone();
        assert_eq!(stored["plan"], Value::Null);
    }
}

#[test]
fn an_integer_may_be_written_as_a_whole_float() {
    let world = World::new();
    world.field(json!({"key": "seats", "type": "integer", "title": "Seats"}));
    let id = world.user(json!({"name": "Ada", "user_fields": {"seats": 12.0}}));
    assert_eq!(world.show(id)["user_fields"]["seats"], json!(12));
    world.put(&format!("/api/v2/users/{id}"), json!({"user": {"user_fields": {"seats": 12.5}}})).expect(422);
}
