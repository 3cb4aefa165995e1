//! Who may do what: roles, scopes, refresh tokens: S4, S6, S61, S66.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{BASIC, World};

/// `agent@acme.test/token:tok`.
const AGENT: &str = "Basic YWdlbnRAYWNtZS50ZXN0L3Rva2VuOnRvaw==";

fn granted(world: &World, form: &str) -> Value {
    world.send("POST", "/oauth/tokens", &[], form).unwrap().expect(200)
}

fn client(scope: &str) -> String {
    format!("grant_type=client_credentials&client_id=id&client_secret=s&scope={scope}")
}

/// Status of a request with a bearer token.
fn status(world: &World, token: &Value, method: &str, path: &str) -> u16 {
    let header = format!("Bearer {}", token.as_str().unwrap());
    let body = if method == "GET" { "" } else { r#"{"user":{"name":"Ada"}}"# };
    world.send(method, path, &[("Authorization", &header)], body).unwrap().status
}

#[test]
fn only_administrators_make_fields() {
    let world = World::with(|builder| {
        builder.api_token("admin@acme.test", "tok").agent_token("agent@acme.test", "tok")
    });
    let wish = json!({"user_field": {"key": "plan", "title": "Plan"}});
    let as_agent = |method: &str, path: &str, body: &str| {
        world.send(method, path, &[("Authorization", AGENT)], body).unwrap()
    };
    for path in ["/api/v2/user_fields", "/api/v2/organization_fields"] {
        assert_eq!(as_agent("POST", path, &wish.to_string()).expect(403)["error"], "Forbidden", "{path}");
    }
    assert_eq!(as_agent("GET", "/api/v2/user_fields", "").expect(200)["count"], 0);
    assert_eq!(as_agent("POST", "/api/v2/users", r#"{"user":{"name":"Ada"}}"#).status, 201);
    assert_eq!(as_agent("GET", "/api/v2/users/me", "").expect(200)["user"]["role"], "agent");
    world.post("/api/v2/user_fields", wish).expect(201);
    assert_eq!(as_agent("DELETE", "/api/v2/user_fields/plan", "").status, 403);
}

#[test]
fn the_case_of_the_address_does_not_matter() {
    let world = World::with(|builder| builder.api_token("ADMIN@acme.test", "tok"));
    assert_eq!(world.send("GET", "/api/v2/users", &[("Authorization", BASIC)], "").unwrap().status, 200);
}

#[test]
fn identities_refuse_tokens_for_users_only() {
    let world = World::with(|builder| builder.oauth_client("id", "s"));
    let all = granted(&world, &client("read+write"))["access_token"].clone();
    let users = granted(&world, &client("users:read+users:write"))["access_token"].clone();
    assert_eq!(status(&world, &users, "POST", "/api/v2/users"), 201);
    let id = world.sandbox.state()["users"][0]["id"].as_i64().unwrap();
    let path = format!("/api/v2/users/{id}/identities");
    assert_eq!((status(&world, &users, "GET", &path), status(&world, &all, "GET", &path)), (403, 200));
}

#[test]
fn scopes_cover_what_they_say() {
    let world = World::with(|builder| builder.oauth_client("id", "s"));
    let check = |scope: &str, expected: [u16; 3]| {
        let token = granted(&world, &client(scope))["access_token"].clone();
        let statuses = [
            status(&world, &token, "GET", "/api/v2/users"),
            status(&world, &token, "POST", "/api/v2/users"),
            status(&world, &token, "GET", "/api/v2/organizations"),
        ];
        assert_eq!(statuses, expected, "{scope}");
    };
    check("read", [200, 403, 200]);
    check("write", [403, 201, 403]);
    check("users:read", [200, 403, 403]);
    check("organizations:read", [403, 403, 200]);
    check("made-up", [403, 403, 403]);
}

#[test]
fn a_refresh_token_works_once_and_ends_the_old_token() {
    let world = World::with(|builder| builder.oauth_client("id", "s"));
    let first = granted(&world, &client("read"));
    let refresh = |token: &Value| {
        let token = token.as_str().unwrap();
        let form = format!("grant_type=refresh_token&client_id=id&client_secret=s&refresh_token={token}");
        world.send("POST", "/oauth/tokens", &[], &form).unwrap()
    };
    let second = refresh(&first["refresh_token"]).expect(200);
    assert_eq!(second["scope"], "read");
    assert_eq!(status(&world, &first["access_token"], "GET", "/api/v2/users"), 401);
    assert_eq!(status(&world, &second["access_token"], "GET", "/api/v2/users"), 200);
    assert_eq!(refresh(&first["refresh_token"]).expect(400)["error"], "invalid_grant");
    assert_eq!(refresh(&json!("made-up")).status, 400);
}

#[test]
fn tokens_end_with_their_time_or_when_they_are_revoked() {
    let world = World::with(|builder| builder.oauth_client("id", "s").manual_clock());
    let token = || granted(&world, &client("read+write"))["access_token"].clone();
    let (first, second) = (token(), token());
    assert_eq!(status(&world, &first, "DELETE", "/api/v2/oauth/tokens/current"), 204);
    assert_eq!(status(&world, &first, "GET", "/api/v2/users"), 401);
    world.sandbox.advance(Duration::from_secs(1799));
    assert_eq!(status(&world, &second, "GET", "/api/v2/users"), 200);
    world.sandbox.advance(Duration::from_secs(1));
    assert_eq!(status(&world, &second, "GET", "/api/v2/users"), 401);
}
