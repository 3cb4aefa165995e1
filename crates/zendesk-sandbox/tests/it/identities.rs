//! Identities: statements S52 to S60.

use serde_json::{Value, json};

use crate::client::World;

struct Ada {
    world: World,
    base: String,
    id: i64,
}

fn ada() -> Ada {
    let world = World::new();
    let id = world.user(json!({"name": "Ada", "email": "ada@acme.test", "verified": true}));
    Ada { world, base: format!("/api/v2/users/{id}/identities"), id }
}

impl Ada {
    fn add(&self, identity: Value) -> Value {
        self.world.post(&self.base, json!({"identity": identity})).expect(201)["identity"].clone()
    }

    fn values(&self) -> Vec<String> {
        let list = self.world.get(&self.base).expect(200);
        let rows = list["identities"].as_array().unwrap();
        rows.iter().map(|row| row["value"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn the_address_of_a_new_user_is_primary() {
    let ada = ada();
    let list = ada.world.get(&ada.base).expect(200);
    let row = &list["identities"][0];
    let keys: Vec<&String> = row.as_object().unwrap().keys().collect();
    let expected = "url id user_id type value verified primary created_at updated_at undeliverable_count \
        deliverable_state verification_method verified_at";
    assert_eq!(keys, expected.split_whitespace().collect::<Vec<_>>());
    assert_eq!((&row["primary"], &row["verified"], &list["count"]), (&json!(true), &json!(true), &json!(1)));
}

#[test]
fn a_second_address_may_become_primary_on_create() {
    let ada = ada();
    let second = ada.add(json!({"type": "email", "value": "Second@Acme.test", "primary": true}));
    assert_eq!((&second["value"], &second["primary"]), (&json!("second@acme.test"), &json!(true)));
    assert_eq!(ada.values(), ["second@acme.test", "ada@acme.test"]);
    assert_eq!(ada.world.show(ada.id)["email"], "second@acme.test");
}

#[test]
fn values_are_unique_even_within_one_user() {
    let ada = ada();
    let identity = json!({"identity": {"type": "email", "value": "ADA@acme.test"}});
    let details = ada.world.post(&ada.base, identity).expect(422)["details"].clone();
    assert_eq!(details["value"][0]["error"], "DuplicateValue");
    let bad = json!({"identity": {"type": "email", "value": "bad"}});
    assert_eq!(ada.world.post(&ada.base, bad).status, 422);
    assert_eq!(ada.world.post(&ada.base, json!({"identity": {"type": "pigeon", "value": "x"}})).status, 422);
}

#[test]
fn a_changed_primary_value_is_the_users_address() {
    let ada = ada();
    let id = ada.world.get(&ada.base).body["identities"][0]["id"].clone();
    let wish = json!({"identity": {"value": "new@acme.test", "primary": false}});
    let answer = ada.world.put(&format!("{}/{id}", ada.base), wish);
    assert!(answer.header("x-zendesk-api-warn").unwrap().contains("identity.primary"));
    let row = answer.expect(200)["identity"].clone();
    assert_eq!((&row["primary"], &row["verified"]), (&json!(true), &json!(false)));
    assert_eq!(ada.world.show(ada.id)["email"], "new@acme.test");
    assert_eq!(ada.world.get("/api/v2/users/search?query=email:ada@acme.test").body["count"], 0);
}

#[test]
fn make_primary_gives_the_list_and_can_be_repeated() {
    let ada = ada();
    let second = ada.add(json!({"type": "email", "value": "second@acme.test"}))["id"].clone();
    for _ in 0..2 {
        let list = ada.world.put(&format!("{}/{second}/make_primary.json", ada.base), json!({})).expect(200);
        assert_eq!(list["identities"][0]["id"], second);
        assert_eq!(list["count"], 2);
    }
    assert_eq!(ada.world.show(ada.id)["email"], "second@acme.test");
}

#[test]
fn verify_and_show() {
    let ada = ada();
    let second = ada.add(json!({"type": "email", "value": "second@example.com"}));
    assert_eq!(
        (&second["verified"], &second["deliverable_state"]),
        (&json!(false), &json!("reserved_example"))
    );
    let path = format!("{}/{}", ada.base, second["id"]);
    assert_eq!(ada.world.put(&format!("{path}/verify"), json!({})).expect(200)["identity"]["verified"], true);
    assert_eq!(ada.world.get(&path).expect(200)["identity"]["verified"], true);
}

#[test]
fn without_a_primary_there_is_no_address_until_one_is_promoted() {
    let ada = ada();
    let first = ada.world.get(&ada.base).body["identities"][0]["id"].clone();
    let second = ada.add(json!({"type": "email", "value": "second@acme.test"}))["id"].clone();
    assert_eq!(ada.world.delete(&format!("{}/{first}", ada.base)).status, 204);
    assert_eq!(ada.world.show(ada.id)["email"], Value::Null);
    ada.world.put(&format!("{}/{second}/make_primary", ada.base), json!({})).expect(200);
    assert_eq!(ada.world.show(ada.id)["email"], "second@acme.test");
    assert_eq!(ada.world.get(&format!("{}/{first}", ada.base)).status, 404);
}

#[test]
fn primary_is_per_type_and_lists_filter() {
    let ada = ada();
    let phone = ada.add(json!({"type": "phone_number", "value": "+15550100"}));
    assert_eq!(phone["primary"], true);
    assert_eq!(ada.world.show(ada.id)["email"], "ada@acme.test");
    let list = ada.world.get(&format!("{}?type[]=phone_number", ada.base)).expect(200);
    assert_eq!((&list["count"], &list["identities"][0]["value"]), (&json!(1), &json!("+15550100")));
}

#[test]
fn some_methods_of_verification_are_not_for_clients() {
    let ada = ada();
    let wish = json!({"identity": {"type": "email", "value": "s@acme.test", "verification_method": "sso"}});
    assert_eq!(ada.world.post(&ada.base, wish).expect(400)["error"]["title"], "Invalid attribute");
}

#[test]
fn a_new_primary_address_moves_the_stamp_of_the_user() {
    let world = World::new();
    let identities = json!([{"id": 21, "type": "email", "value": "second@acme.test"}]);
    let user = json!({"id": 11, "name": "Ada", "email": "ada@acme.test", "updated_at": "2020-01-01T00:00:00Z",
        "identities": identities});
    world.sandbox.seed(&json!({"users": [user]})).unwrap();
    world.put("/api/v2/users/11/identities/21/make_primary", json!({})).expect(200);
    assert_ne!(world.show(11)["updated_at"], "2020-01-01T00:00:00Z");
}

#[test]
fn lists_come_in_both_shapes_with_the_primary_first() {
    let ada = ada();
    ada.add(json!({"type": "email", "value": "second@acme.test", "primary": true}));
    let offset = ada.world.get(&format!("{}?per_page=1", ada.base)).expect(200);
    assert_eq!(
        (&offset["count"], &offset["identities"][0]["value"]),
        (&json!(2), &json!("second@acme.test"))
    );
    assert!(offset["next_page"].is_string());
    let cursor = ada.world.get(&format!("{}?page[size]=1", ada.base)).expect(200);
    assert_eq!((&cursor["meta"]["has_more"], cursor.get("count")), (&json!(true), None));
    assert_eq!(cursor["identities"][0]["value"], "second@acme.test");
    let next = cursor["links"]["next"].as_str().unwrap().replace(&ada.world.sandbox.url(), "");
    assert_eq!(ada.world.get(&next).expect(200)["identities"][0]["value"], "ada@acme.test");
}

#[test]
fn asking_for_verification_is_answered_without_a_body() {
    let ada = ada();
    let id = ada.add(json!({"type": "email", "value": "s@acme.test"}))["id"].clone();
    let answer = ada.world.put(&format!("{}/{id}/request_verification", ada.base), json!({}));
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    assert_eq!(ada.world.put(&format!("{}/5/request_verification", ada.base), json!({})).status, 404);
}
