//! `POST /users/create_or_update`: statements S30 to S35.

use serde_json::{Value, json};

use crate::client::{Answer, World};

fn upsert(world: &World, user: Value) -> Answer {
    world.post("/api/v2/users/create_or_update.json", json!({"user": user}))
}

#[test]
fn creating_is_201_and_updating_200() {
    let world = World::new();
    let first = upsert(&world, json!({"name": "Ada", "external_id": "u-1"}));
    assert_eq!(first.status, 201);
    let second = upsert(&world, json!({"external_id": "u-1", "notes": "x"}));
    assert_eq!(second.status, 200);
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(
        upsert(&world, json!({"external_id": "u-2"})).expect(422)["details"]["name"][0]["error"],
        "BlankValue"
    );
}

#[test]
fn external_ids_ignore_case_and_take_the_new_one() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada", "external_id": "User-1"}));
    let user = upsert(&world, json!({"external_id": "uSER-1"})).expect(200)["user"].clone();
    assert_eq!((user["id"].as_i64(), &user["external_id"]), (Some(id), &json!("uSER-1")));
}

#[test]
fn a_secondary_address_finds_its_owner() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada", "email": "ada@acme.test"}));
    let identity = json!({"identity": {"type": "email", "value": "second@acme.test"}});
    world.post(&format!("/api/v2/users/{id}/identities"), identity).expect(201);
    let user = upsert(&world, json!({"email": "Second@Acme.test", "external_id": "u-9"})).expect(200)["user"]
        .clone();
    assert_eq!((user["id"].as_i64(), &user["email"]), (Some(id), &json!("ada@acme.test")));
    assert_eq!(user["external_id"], "u-9");
}

#[test]
fn a_new_address_of_a_known_external_id_is_secondary() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada", "email": "ada@acme.test", "external_id": "u-1"}));
    let wish = json!({"external_id": "u-1", "email": "new@acme.test", "verified": true});
    assert_eq!(upsert(&world, wish).expect(200)["user"]["email"], "ada@acme.test");
    let list = world.get(&format!("/api/v2/users/{id}/identities")).expect(200);
    let second = &list["identities"][1];
    assert_eq!((&second["value"], &second["verified"]), (&json!("new@acme.test"), &json!(true)));
    assert_eq!(list["identities"][0]["verified"], false);
}

#[test]
fn an_address_of_somebody_else_is_refused_and_nothing_written() {
    let world = World::new();
    world.user(json!({"name": "Ada", "external_id": "u-1"}));
    world.user(json!({"name": "Bob", "email": "bob@acme.test"}));
    let before = world.sandbox.state();
    let wish = json!({"external_id": "U-1", "email": "bob@acme.test", "name": "Changed"});
    let details = upsert(&world, wish).expect(422)["details"].clone();
    assert_eq!(details["email"][0]["error"], "DuplicateValue");
    assert_eq!(world.sandbox.state(), before);
}

#[test]
fn an_id_is_no_key() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada"}));
    let made = upsert(&world, json!({"id": id, "name": "Other"})).expect(201);
    assert_ne!(made["user"]["id"], id);
}

#[test]
fn of_many_creates_at_once_exactly_one_wins() {
    let world = World::new();
    let create =
        || world.post("/api/v2/users", json!({"user": {"name": "Ada", "email": "ada@acme.test"}})).status;
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..8).map(|_| scope.spawn(create)).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422, 422, 422, 422, 422, 422, 422]);
}
