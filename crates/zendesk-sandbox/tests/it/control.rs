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

#[test]
fn the_page_needs_no_credentials_runs_no_foreign_script_and_is_not_logged() {
    let world = World::new();
    world.user(json!({"name": "<script>alert(1)</script>"}));
    let page = world.send("GET", "/", &[], "").unwrap();
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(
        page.header("content-security-policy").unwrap().contains("default-src 'none'; script-src 'self'")
    );
    assert!(!page.text.contains("alert"));
    for (part, content_type) in [
        ("style.css", "text/css; charset=utf-8"),
        ("script.js", "text/javascript; charset=utf-8"),
        ("data", "application/json; charset=utf-8"),
    ] {
        assert!(page.text.contains(part) || part == "data");
        let answer = control(&world, "GET", &format!("page/{part}"), &Value::Null);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(content_type)));
    }
    let data = control(&world, "GET", "page/data", &Value::Null).expect(200);
    assert_eq!(data["requests"]["total"], 1);
    assert_eq!(data["requests"]["rows"][0]["number"], 1);
    assert_eq!(data["lists"]["users"]["rows"][0]["name"], "<script>alert(1)</script>");
    assert_eq!(world.send("POST", "/", &[], "").unwrap().status, 404);
}

#[test]
fn the_page_gets_the_newest_rows_and_the_totals() {
    let world = World::new();
    let users: Vec<Value> = (0..250).map(|n| json!({"name": format!("User {n}")})).collect();
    world.sandbox.seed(&json!({"users": users})).unwrap();
    let users = control(&world, "GET", "page/data", &Value::Null).expect(200)["lists"]["users"].clone();
    assert_eq!(users["total"], 250);
    assert_eq!(users["rows"].as_array().unwrap().len(), 200);
    assert_eq!(users["rows"][0]["name"], "User 249");
}
