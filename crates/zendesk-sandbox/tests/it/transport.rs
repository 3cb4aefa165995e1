//! Paths, credentials, headers, dropped keys and broken bodies: statements S1 to S15.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zendesk_sandbox::Sandbox;

use crate::client::{BASIC, World};

#[test]
fn suffix_and_double_slashes_make_no_difference() {
    let world = World::new();
    for path in ["/api/v2/users", "/api/v2/users.json", "/api/v2//users.json", "//api//v2///users/"] {
        assert_eq!(world.get(path).expect(200)["count"], 0, "{path}");
    }
    assert_eq!(world.get("/api/v2/users.json.json").expect(404)["error"], "InvalidEndpoint");
}

#[test]
fn unknown_routes_and_records_differ() {
    let world = World::new();
    for path in ["/api/v2/nothing", "/api/v2/users/12a", "/api/v2/tickets", "/elsewhere"] {
        let body = world.get(path).expect(404);
        assert_eq!(body, json!({"error": "InvalidEndpoint", "description": "Not found"}), "{path}");
    }
    let body = world.get("/api/v2/users/9223372036854775807.json").expect(404);
    assert_eq!(body, json!({"error": "RecordNotFound", "description": "Not found"}));
    assert_eq!(world.post("/api/v2/organizations/create_or_update_many", json!({})).status, 404);
}

#[test]
fn credentials_are_checked_when_configured() {
    let world = World::with(|builder| builder.api_token("Admin@Acme.test", "tok"));
    let with = |header: &str| world.send("GET", "/api/v2/users", &[("Authorization", header)], "").unwrap();
    assert_eq!(with(BASIC).status, 200);
    let wrong = with("Basic YWRtaW5AYWNtZS50ZXN0L3Rva2VuOm5vcGU=");
    assert_eq!(wrong.expect(401), json!({"error": "Couldn't authenticate you"}));
    assert_eq!(with("Basic !!!").status, 401);
    assert_eq!(with("Bearer unknown").expect(401)["error"], "invalid_token");
    let none = world.send("GET", "/api/v2/users", &[], "").unwrap();
    assert_eq!(none.expect(401)["error"], "Couldn't authenticate you");
}

#[test]
fn any_credential_will_do_without_configuration() {
    let world = World::new();
    let with =
        |header: &str| world.send("GET", "/api/v2/users", &[("Authorization", header)], "").unwrap().status;
    assert_eq!((with("Bearer x"), with("Basic x"), with("Basic"), with("Bearer ")), (200, 200, 401, 401));
}

#[test]
fn me_is_the_agent_or_anonymous() {
    let world = World::with(|builder| builder.api_token("admin@acme.test", "tok"));
    let anonymous = world.send("GET", "/api/v2/users/me.json", &[], "").unwrap().expect(200);
    assert_eq!(anonymous["user"]["id"], Value::Null);
    assert_eq!(anonymous["user"]["name"], "Anonymous user");
    let me = world.get("/api/v2/users/me").expect(200);
    assert_eq!(me["user"]["email"], "admin@acme.test");
    assert_eq!(me["user"]["role"], "admin");
    let keys: Vec<&String> = me["user"].as_object().unwrap().keys().collect();
    let place = keys.iter().position(|key| *key == "verified").unwrap();
    assert_eq!(keys[place + 1], "authenticity_token");
}

#[test]
fn answers_carry_type_version_and_standing() {
    let world = World::with(|builder| builder.rate_limit(Some(100)));
    let answer = world.get("/api/v2/users");
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(answer.header("x-zendesk-api-version"), Some("v2"));
    assert_eq!(answer.header("x-rate-limit"), Some("100"));
    assert_eq!(answer.header("ratelimit-remaining"), Some("99"));
    assert_eq!(world.get("/api/v2/users").header("x-rate-limit-remaining"), Some("98"));
    assert_eq!(World::new().get("/api/v2/users").header("x-rate-limit"), None, "no limit, nothing to tell");
    let organization = world.organization("Acme");
    let gone = world.delete(&format!("/api/v2/organizations/{organization}"));
    assert_eq!((gone.status, gone.header("content-type"), gone.text.as_str()), (204, None, ""));
}

#[test]
fn addresses_name_the_host_that_was_called() {
    let world = World::new();
    let headers = [("Authorization", BASIC), ("Host", "acme.test:81")];
    let answer = world.send("POST", "/api/v2/users", &headers, r#"{"user":{"name":"Ada"}}"#).unwrap();
    let id = answer.body["user"]["id"].as_i64().unwrap();
    assert_eq!(id.to_string().len(), 13);
    let address = format!("http://acme.test:81/api/v2/users/{id}.json");
    assert_eq!(answer.header("location"), Some(address.as_str()));
    assert_eq!(answer.body["user"]["url"], address.as_str());
}

#[test]
fn unknown_keys_are_dropped_with_a_warning() {
    let world = World::new();
    let user = json!({"name": "Ada", "id": 5, "nonsense": 1, "url": "x"});
    let answer = world.post("/api/v2/users", json!({"user": user, "more": true}));
    assert_eq!(answer.status, 201);
    let warning = answer.header("x-zendesk-api-warn").unwrap();
    assert!(warning.contains(r#":controller=>"users", :action=>"create""#), "{warning}");
    let keys = r#":unpermitted_keys=>["user.nonsense", "user.url", "more", "user.id"]"#;
    assert!(warning.contains(keys), "{warning}");
}

#[test]
fn a_body_on_delete_is_ignored_with_a_warning() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada"}));
    let path = format!("/api/v2/users/{id}");
    let answer = world.send("DELETE", &path, &[("Authorization", BASIC)], r#"{"user":{"id":1}}"#).unwrap();
    assert_eq!(answer.status, 200);
    let warning = answer.header("x-zendesk-api-warn").unwrap();
    assert!(warning.contains(r#":action=>"destroy", :unpermitted_keys=>["user.id", "user"]"#), "{warning}");
}

#[test]
fn marketplace_and_idempotency_headers_have_no_effect() {
    let world = World::new();
    let headers = [
        ("Authorization", BASIC),
        ("X-Zendesk-Marketplace-Name", "Mapwright"),
        ("X-Zendesk-Marketplace-App-Id", "263241"),
        ("Idempotency-Key", "same"),
    ];
    for _ in 0..2 {
        let answer = world.send("POST", "/api/v2/users", &headers, r#"{"user":{"name":"Ada"}}"#).unwrap();
        assert_eq!((answer.status, answer.header("x-idempotency-lookup")), (201, None));
    }
    assert_eq!(world.get("/api/v2/users").body["count"], 2);
}

#[test]
fn wrong_types_and_broken_bodies_are_400() {
    let world = World::new();
    let body = world.post("/api/v2/users", json!({"user": {"name": ["x"]}})).expect(400);
    let message = body["error"]["message"].as_str().unwrap();
    assert!(message.contains("user.name must be a string from api/v2/users/create"), "{message}");
    assert_eq!(world.post("/api/v2/users", json!({"user": {"name": "A", "verified": 7}})).status, 400);
    assert_eq!(world.post("/api/v2/users", json!({"user": {"name": "A", "user_fields": []}})).status, 400);
    assert_eq!(
        world.post("/api/v2/users", json!({"user": {"name": "A", "organization_id": "x"}})).status,
        400
    );
    assert_eq!(
        world.post("/api/v2/users", json!({"other": {}})).expect(400)["error"]["title"],
        "Invalid attribute"
    );
    let broken = world.send("POST", "/api/v2/users", &[("Authorization", BASIC)], "{\"user\":").unwrap();
    assert_eq!(broken.status, 400);
    assert_eq!(world.get("/api/v2/users").body["count"], 0);
}

#[test]
fn only_loopback_is_listened_on() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let wide = Sandbox::builder().listen("0.0.0.0:0".parse().unwrap());
    let error = runtime.block_on(wide.start()).unwrap_err();
    assert_eq!(error.to_string(), "the sandbox listens on loopback only, not on 0.0.0.0:0");
}

#[test]
fn a_stopped_sandbox_is_gone() {
    let world = World::new();
    let addr = world.sandbox.addr();
    world.get("/api/v2/users").expect(200);
    world.stop();
    assert!(TcpStream::connect(addr).is_err());
}

#[test]
fn idle_connections_do_not_hold_up_the_end() {
    let world = World::new();
    let silent = TcpStream::connect(world.sandbox.addr()).unwrap();
    let mut idle = TcpStream::connect(world.sandbox.addr()).unwrap();
    idle.write_all(b"GET /api/v2/users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n").unwrap();
    assert!(idle.read(&mut [0; 64]).unwrap() > 0);
    let start = Instant::now();
    world.stop();
    assert!(start.elapsed() < Duration::from_secs(1));
    drop((silent, idle));
}
