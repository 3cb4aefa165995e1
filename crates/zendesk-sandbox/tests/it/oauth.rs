//! Access tokens and bearer checks: statement S4, S6.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::World;

const FORM: &str = "grant_type=client_credentials&client_id=id&client_secret=s%20t&scope=read%20write";

fn world() -> World {
    World::with(|builder| builder.oauth_client("id", "s t"))
}

fn bearer(world: &World, token: &Value) -> u16 {
    let header = format!("Bearer {}", token.as_str().unwrap());
    world.send("GET", "/api/v2/users", &[("Authorization", &header)], "").unwrap().status
}

#[test]
fn a_token_is_issued_and_accepted() {
    let world = world();
    let form = world.send("POST", "/oauth/tokens", &[], FORM).unwrap().expect(200);
    assert_eq!((&form["token_type"], &form["expires_in"]), (&json!("bearer"), &json!(1800)));
    assert_eq!(form["scope"], "read write");
    assert_eq!(bearer(&world, &form["access_token"]), 200);
    let wish = json!({"grant_type": "client_credentials", "client_id": "id", "client_secret": "s t"});
    let second = world.post("/oauth/tokens", wish).expect(200);
    assert_ne!(second["access_token"], form["access_token"]);
    assert_eq!(bearer(&world, &json!("made-up")), 401);
    assert_eq!(world.get("/api/v2/users").status, 401);
}

#[test]
fn wrong_clients_and_grants_are_refused() {
    let world = world();
    let wrong = world.send("POST", "/oauth/tokens", &[], &FORM.replace("s%20t", "no")).unwrap();
    assert_eq!(wrong.expect(401)["error"], "invalid_client");
    let grant =
        world.send("POST", "/oauth/tokens", &[], &FORM.replace("client_credentials", "password")).unwrap();
    assert_eq!(grant.expect(400)["error"], "unsupported_grant_type");
}

#[test]
fn tokens_expire() {
    let world = World::with(|builder| builder.oauth_client("id", "s t").token_lifetime(Duration::ZERO));
    let token = world.send("POST", "/oauth/tokens", &[], FORM).unwrap().expect(200)["access_token"].clone();
    assert_eq!(bearer(&world, &token), 401);
}

#[test]
fn revoked_tokens_are_refused_and_new_ones_work() {
    let world = World::new();
    let token =
        || world.send("POST", "/oauth/tokens", &[], FORM).unwrap().expect(200)["access_token"].clone();
    let first = token();
    assert_eq!(bearer(&world, &first), 200);
    world.sandbox.revoke_tokens();
    assert_eq!(bearer(&world, &first), 401);
    assert_eq!(bearer(&world, &token()), 200);
}
