//! Soft and permanent deletion: statements S48, S49.

use serde_json::{Value, json};

use crate::client::World;

fn gone(world: &World) -> i64 {
    let id =
        world.user(json!({"name": "Ada", "email": "ada@acme.test", "external_id": "u-1", "phone": "+1555"}));
    world.delete(&format!("/api/v2/users/{id}")).expect(200);
    id
}

#[test]
fn permanent_deletion_needs_the_soft_one_and_happens_once() {
    let world = World::new();
    let active = world.user(json!({"name": "Bob"}));
    assert_eq!(
        world.delete(&format!("/api/v2/deleted_users/{active}")).expect(404)["error"],
        "RecordNotFound"
    );
    let id = gone(&world);
    let path = format!("/api/v2/deleted_users/{id}.json");
    let user = world.delete(&path).expect(200)["deleted_user"].clone();
    let keys: Vec<&String> = user.as_object().unwrap().keys().collect();
    let expected = "id url name email active created_at updated_at time_zone phone shared_phone_number photo \
        locale locale_id organization_id role";
    assert_eq!(keys, expected.split_whitespace().collect::<Vec<_>>());
    assert_eq!((&user["id"], &user["name"]), (&json!(id), &json!("Permanently Deleted User")));
    assert_eq!(
        (&user["email"], &user["active"], &user["role"]),
        (&Value::Null, &json!(false), &json!("end-user"))
    );
    assert!(user["url"].as_str().unwrap().ends_with(&path));
    assert_eq!(world.delete(&path).status, 404);
    assert_eq!(world.show(id)["name"], "Permanently Deleted User");
}

#[test]
fn compliance_entries_appear_with_the_permanent_deletion() {
    let world = World::new();
    let id = gone(&world);
    let path = format!("/api/v2/users/{id}/compliance_deletion_statuses");
    assert_eq!(world.get(&path).expect(404)["error"], "RecordNotFound");
    world.delete(&format!("/api/v2/deleted_users/{id}")).expect(200);
    let body = world.get(&path).expect(200);
    let rows = body["compliance_deletion_statuses"].as_array().unwrap().clone();
    let actions: Vec<&Value> = rows.iter().map(|row| &row["action"]).collect();
    assert_eq!(actions, ["request_deletion", "started", "complete"]);
    assert!(rows.iter().all(|row| row["user_id"] == id));
    let support = world.get(&format!("{path}?application=support")).expect(200);
    assert_eq!(support["count"], 2);
}

#[test]
fn deleted_users_are_listed_shown_and_counted() {
    let world = World::new();
    let id = gone(&world);
    world.user(json!({"name": "Bob"}));
    let list = world.get("/api/v2/deleted_users.json").expect(200);
    assert_eq!((&list["count"], &list["deleted_users"][0]["id"]), (&json!(1), &json!(id)));
    let cursor = world.get("/api/v2/deleted_users?page[size]=5").expect(200);
    assert_eq!(cursor["meta"]["has_more"], false);
    assert_eq!(world.get(&format!("/api/v2/deleted_users/{id}")).expect(200)["deleted_user"]["name"], "Ada");
    assert_eq!(world.get("/api/v2/deleted_users/count").expect(200)["count"]["value"], 1);
    assert_eq!(world.get("/api/v2/users/count").expect(200)["count"]["value"], 1);
}
