//! Memberships: statements S74 to S77.

use serde_json::{Value, json};

use crate::client::{Answer, World};

fn join(world: &World, user: i64, organization: i64) -> Answer {
    let wish = json!({"user_id": user, "organization_id": organization});
    world.post("/api/v2/organization_memberships.json", json!({"organization_membership": wish}))
}

#[test]
fn the_first_membership_is_the_default() {
    let world = World::new();
    let (user, a, b) = (world.user(json!({"name": "Ada"})), world.organization("A"), world.organization("B"));
    let first = join(&world, user, a).expect(201)["organization_membership"].clone();
    let keys: Vec<&String> = first.as_object().unwrap().keys().collect();
    let expected =
        "url id user_id organization_id default created_at organization_name updated_at view_tickets";
    assert_eq!(keys, expected.split_whitespace().collect::<Vec<_>>());
    assert_eq!((&first["default"], &first["organization_name"]), (&json!(true), &json!("A")));
    assert_eq!(join(&world, user, b).expect(201)["organization_membership"]["default"], false);
    assert_eq!(world.show(user)["organization_id"], a);
}

#[test]
fn refusals() {
    let world = World::new();
    let (user, a) = (world.user(json!({"name": "Ada"})), world.organization("A"));
    join(&world, user, a).expect(201);
    let again = join(&world, user, a).expect(422)["details"].clone();
    assert_eq!(again["user_id"][0]["description"], " This user is already a member of this organization.");
    assert_eq!(again["user_id"][0]["error"], "DuplicateValue");
    let unknown = join(&world, user, 5).expect(422)["details"].clone();
    assert_eq!(unknown["organization"][0]["error"], "BlankValue");
    assert_eq!(join(&world, 5, a).expect(404)["error"], "RecordNotFound");
}

#[test]
fn deleting_the_default_promotes_another() {
    let world = World::new();
    let (user, a, b) = (world.user(json!({"name": "Ada"})), world.organization("A"), world.organization("B"));
    let first = join(&world, user, a).expect(201)["organization_membership"]["id"].clone();
    join(&world, user, b).expect(201);
    assert_eq!(world.get(&format!("/api/v2/organization_memberships/{first}")).status, 200);
    assert_eq!(world.delete(&format!("/api/v2/organization_memberships/{first}")).status, 204);
    assert_eq!(world.show(user)["organization_id"], b);
    let list = world.get(&format!("/api/v2/users/{user}/organization_memberships")).expect(200);
    assert_eq!((&list["count"], &list["organization_memberships"][0]["default"]), (&json!(1), &json!(true)));
}

#[test]
fn unassigning_needs_no_membership_id() {
    let world = World::new();
    let (user, a) = (world.user(json!({"name": "Ada"})), world.organization("A"));
    let wish = json!({"organization_membership": {"organization_id": a}});
    world.post(&format!("/api/v2/users/{user}/organization_memberships"), wish).expect(201);
    let path = format!("/api/v2/users/{user}/organizations/{a}.json");
    assert_eq!(world.delete(&path).status, 204);
    assert_eq!(world.show(user)["organization_id"], Value::Null);
    assert_eq!(world.delete(&path).expect(404)["error"], "RecordNotFound");
}

#[test]
fn make_default_gives_the_list_with_the_default_first() {
    let world = World::new();
    let (user, a, b) = (world.user(json!({"name": "Ada"})), world.organization("A"), world.organization("B"));
    let first = join(&world, user, a).expect(201)["organization_membership"]["id"].clone();
    let second = join(&world, user, b).expect(201)["organization_membership"]["id"].clone();
    let base = format!("/api/v2/users/{user}");
    let list =
        world.put(&format!("{base}/organization_memberships/{second}/make_default"), json!({})).expect(200);
    assert_eq!(list["organization_memberships"][0]["id"], second);
    assert_eq!(world.show(user)["organization_id"], b);
    let list = world.put(&format!("{base}/organizations/{a}/make_default"), json!({})).expect(200);
    assert_eq!(list["organization_memberships"][0]["id"], first);
    assert_eq!(world.delete(&format!("{base}/organization_memberships/{first}")).status, 204);
    assert_eq!(world.get("/api/v2/organization_memberships").body["count"], 1);
}
