//! Pages of lists: statements S10, S24 to S27.

use serde_json::{Value, json};

use crate::client::World;

fn crowd(n: usize) -> World {
    let world = World::new();
    let users: Vec<Value> = (1..=n).map(|id| json!({"id": id, "name": format!("User {id}")})).collect();
    world.sandbox.seed(&json!({"users": users})).unwrap();
    world
}

fn ids(body: &Value) -> Vec<i64> {
    body["users"].as_array().unwrap().iter().map(|user| user["id"].as_i64().unwrap()).collect()
}

fn follow(world: &World, link: &Value) -> Value {
    let path = link.as_str().unwrap().strip_prefix(&world.sandbox.url()).unwrap().to_owned();
    world.get(&path).expect(200)
}

#[test]
fn offset_pages_have_a_count_and_links() {
    let world = crowd(250);
    let first = world.get("/api/v2/users.json").expect(200);
    assert_eq!(
        (ids(&first).len(), &first["count"], &first["previous_page"]),
        (100, &json!(250), &Value::Null)
    );
    let second = follow(&world, &first["next_page"]);
    let third = follow(&world, &second["next_page"]);
    assert_eq!(ids(&third), (201..=250).collect::<Vec<_>>());
    assert_eq!(third["next_page"], Value::Null);
    assert_eq!(ids(&follow(&world, &third["previous_page"])), ids(&second));
    let keys: Vec<&String> = first.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["users", "next_page", "previous_page", "count"]);
}

#[test]
fn offset_pages_end_at_ten_thousand() {
    let world = crowd(1);
    assert_eq!(world.get("/api/v2/users?page=100").status, 200);
    let refused = world.get("/api/v2/users?page=101").expect(400);
    assert_eq!(refused["errors"][0]["code"], "InvalidPaginationDepth");
}

#[test]
fn cursors_lead_through_the_list_and_back() {
    let world = crowd(5);
    let first = world.get("/api/v2/users?page[size]=2").expect(200);
    assert_eq!(ids(&first), [1, 2]);
    assert_eq!(first.get("count"), None);
    assert_eq!((&first["meta"]["has_more"], &first["links"]["prev"]), (&json!(true), &Value::Null));
    let second = follow(&world, &first["links"]["next"]);
    let third = follow(&world, &second["links"]["next"]);
    assert_eq!((ids(&second), ids(&third)), (vec![3, 4], vec![5]));
    assert_eq!((&third["meta"]["has_more"], &third["links"]["next"]), (&json!(false), &Value::Null));
    assert_eq!(ids(&follow(&world, &third["links"]["prev"])), [3, 4]);
    assert_eq!(ids(&world.get("/api/v2/users?page[size]=2&sort=-id").body), [5, 4]);
}

#[test]
fn cursors_survive_changes_of_the_list() {
    let world = crowd(5);
    let first = world.get("/api/v2/users?page[size]=2").expect(200);
    world.delete("/api/v2/users/2").expect(200);
    world.user(json!({"name": "New"}));
    assert_eq!(ids(&follow(&world, &first["links"]["next"])), [3, 4]);
}

#[test]
fn bad_parameters_are_refused() {
    let world = crowd(1);
    for query in ["page[size]=0", "page[size]=x", "page[size]=2&sort=shoe_size", "page[after]=zzz"] {
        let body = world.get(&format!("/api/v2/users?{query}")).expect(400);
        assert_eq!(body["errors"][0]["code"], "InvalidPaginationParameter", "{query}");
    }
}

#[test]
fn searches_have_offset_pages_only() {
    let world = crowd(3);
    let body = world.get("/api/v2/users/search?query=user&page[size]=1&per_page=2").expect(200);
    assert_eq!((ids(&body), &body["count"]), (vec![1, 2], &json!(3)));
    assert_eq!(ids(&follow(&world, &body["next_page"])), [3]);
}

#[test]
fn pages_have_a_hundred_records_at_most() {
    let world = crowd(120);
    for query in ["page[size]=101", "per_page=101", "page[size]=1000"] {
        assert_eq!(ids(&world.get(&format!("/api/v2/users?{query}")).expect(200)).len(), 100, "{query}");
    }
}
