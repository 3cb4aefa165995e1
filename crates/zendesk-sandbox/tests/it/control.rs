//! The control routes and their twins in the library: statement S94.

use serde_json::{Value, json};

use crate::client::{Answer, World};

fn control(world: &World, method: &str, route: &str, body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    world.send(method, &format!("/_sandbox/{route}"), &[], &body).unwrap()
}

#[test]
fn requests_are_logged_without_credentials() {
    let world = World::new();
    world.post("/api/v2//users.json?x=1", json!({"user": {"name": "Ada"}})).expect(201);
    world.get("/api/v2/users/5");
    control(&world, "GET", "state", &Value::Null).expect(200);
    let body = control(&world, "GET", "requests", &Value::Null).expect(200);
    let first = json!({"method": "POST", "path": "/api/v2//users.json", "query": "x=1",
        "body": {"user": {"name": "Ada"}}, "status": 201});
    let second =
        json!({"method": "GET", "path": "/api/v2/users/5", "query": "", "body": null, "status": 404});
    let expected = json!([first, second]);
    assert_eq!(body, expected);
    let here: Vec<Value> =
        world.sandbox.requests().iter().map(zendesk_sandbox::RequestLog::to_json).collect();
    assert_eq!(json!(here), expected);
    assert_eq!(control(&world, "DELETE", "requests", &Value::Null).status, 204);
    assert!(world.sandbox.requests().is_empty());
}

#[test]
fn seeding_and_dumping_over_http() {
    let world = World::new();
    let seed = json!({"users": [{"name": "Ada", "email": "ada@acme.test"}]});
    assert_eq!(control(&world, "POST", "state", &seed).status, 204);
    let state = control(&world, "GET", "state", &Value::Null).expect(200);
    assert_eq!(state, world.sandbox.state());
    assert_eq!(state["users"][0]["email"], "ada@acme.test");
    let bad = control(&world, "POST", "state", &json!({"cars": []})).expect(400);
    assert_eq!(bad["error"], "bad seed: cars: no such list");
}

#[test]
fn reset_empties_everything_and_starts_ids_anew() {
    let world = World::new();
    let first = world.user(json!({"name": "Ada", "email": "ada@acme.test"}));
    assert_eq!(control(&world, "POST", "reset", &Value::Null).status, 204);
    assert_eq!(world.sandbox.state()["identities"], json!([]));
    assert!(world.sandbox.requests().is_empty());
    assert_eq!(world.user(json!({"name": "Ada", "email": "ada@acme.test"})), first);
}

#[test]
fn tokens_are_revoked_over_http() {
    let world = World::new();
    let form = "grant_type=client_credentials&client_id=a&client_secret=b";
    let token = world.send("POST", "/oauth/tokens", &[], form).unwrap().expect(200)["access_token"].clone();
    assert_eq!(control(&world, "POST", "revoke_tokens", &Value::Null).status, 204);
    let header = format!("Bearer {}", token.as_str().unwrap());
    let refused = world.send("GET", "/api/v2/users", &[("Authorization", &header)], "").unwrap();
    assert_eq!(refused.expect(401)["error"], "invalid_token");
}

#[test]
fn other_control_routes_do_not_exist() {
    let world = World::new();
    assert_eq!(control(&world, "GET", "nothing", &Value::Null).status, 404);
}
