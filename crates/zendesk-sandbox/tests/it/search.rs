//! `GET /users/search`, `show_many` and `GET /users`: statements S28, S31, S45 to S47.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{World, emails};

fn people() -> World {
    let world = World::new();
    let users = json!([
        {"name": "Ada Lovelace", "email": "ada@acme.test", "external_id": "U-1", "notes": "likes engines",
         "tags": ["math"], "user_fields": {"plan": "Gold"}, "phone": "+15550100"},
        {"name": "Adam Smith", "email": "adam@acme.test", "role": "agent", "organization_id": 7},
        {"name": "Grace Hopper", "email": "grace@navy.test",
         "identities": [{"type": "email", "value": "ada.fan@navy.test"}]},
    ]);
    let seed = json!({
        "users": users,
        "organizations": [{"id": 7, "name": "Acme"}],
        "user_fields": [{"key": "plan", "type": "text"}],
    });
    world.sandbox.seed(&seed).unwrap();
    world
}

#[track_caller]
fn check(query: &str, expected: &[&str]) {
    let world = people();
    let body = world.get(&format!("/api/v2/users/search.json?query={query}")).expect(200);
    assert_eq!(emails(&body), expected, "{query}");
    assert_eq!(body["count"], expected.len());
}

const ADA: &str = "ada@acme.test";
const ADAM: &str = "adam@acme.test";
const GRACE: &str = "grace@navy.test";

#[test]
fn bare_words_are_prefixes_of_name_email_notes_and_phone() {
    check("ada", &[ADA, ADAM, GRACE]);
    check("love", &[ADA]);
    check("engine", &[ADA]);
    check("%2B1555", &[ADA]);
    check("ada@acme.test", &[ADA]);
    check("ada%20smith", &[ADAM]);
    check("nobody", &[]);
}

#[test]
fn phrases_are_exact() {
    check("%22ada%20lovelace%22", &[ADA]);
    check("%22lovelace%20ada%22", &[]);
}

#[test]
fn keywords_are_exact() {
    check("email:ADA@acme.test", &[ADA]);
    check("email:ada", &[]);
    check("external_id:u-1", &[ADA]);
    check("role:agent", &[ADAM]);
    check("tags:math", &[ADA]);
    check("organization:acme", &[ADAM]);
    check("plan:gold", &[ADA]);
    check("name:grace", &[GRACE]);
    check("type:user%20grace", &[GRACE]);
    check("type:ticket", &[]);
    check("unheard_of:x", &[]);
    check("ada%20-role:agent", &[ADA, GRACE]);
}

#[test]
fn a_secondary_address_finds_its_owner_with_the_primary_shown() {
    check("email:ada.fan@navy.test", &[GRACE]);
}

#[test]
fn queries_lag_and_external_ids_do_not() {
    let delay = Duration::from_millis(50);
    let world = World::with(|builder| builder.index_delay(delay));
    let start = Instant::now();
    world.user(json!({"name": "Ada", "email": "ada@acme.test", "external_id": "u-1"}));
    assert_eq!(world.get("/api/v2/users/search?external_id=U-1").body["count"], 1);
    let count = || world.get("/api/v2/users/search?query=ada").body["count"].clone();
    let early = count();
    assert!(early == 0 || start.elapsed() >= delay);
    std::thread::sleep(delay);
    assert_eq!(count(), 1);
}

#[test]
fn show_many_sorts_skips_and_shows_once() {
    let world = World::new();
    let a = world.user(json!({"name": "A", "external_id": "A"}));
    let b = world.user(json!({"name": "B", "external_id": "B"}));
    let body = world.get(&format!("/api/v2/users/show_many?ids={b},5,{a},{b}")).expect(200);
    let ids: Vec<i64> =
        body["users"].as_array().unwrap().iter().map(|user| user["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [a, b]);
    assert_eq!((&body["count"], &body["next_page"]), (&json!(2), &json!(null)));
    assert_eq!(world.get("/api/v2/users/show_many?external_ids=b,zz").expect(200)["users"][0]["id"], b);
    let many = vec!["1"; 101].join(",");
    let refused = world.get(&format!("/api/v2/users/show_many?ids={many}")).expect(400);
    assert_eq!((&refused["error"], &refused["max_count"]), (&json!("TooManyValues"), &json!(100)));
}

#[test]
fn lists_filter_by_role_and_external_id() {
    let world = people();
    assert_eq!(emails(&world.get("/api/v2/users?role=agent").body), [ADAM]);
    assert_eq!(world.get("/api/v2/users?role[]=agent&role[]=end-user").body["count"], 3);
    assert_eq!(emails(&world.get("/api/v2/users?external_id=u-1").body), [ADA]);
}
