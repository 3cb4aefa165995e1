//! Rate limits: statements S8, S16, S17, S19.

use serde_json::json;

use crate::client::World;

#[test]
fn the_account_limit_is_enforced_when_set() {
    let world = World::with(|builder| builder.rate_limit(Some(2)));
    assert_eq!(world.get("/api/v2/users").header("x-rate-limit-remaining"), Some("1"));
    assert_eq!(world.get("/api/v2/users").header("ratelimit-remaining"), Some("0"));
    let refused = world.get("/api/v2/users");
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("content-type"), Some("text/plain; charset=utf-8"));
    assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
    let control = world.send("GET", "/_sandbox/requests", &[], "").unwrap();
    assert_eq!(control.status, 200);
    world.sandbox.reset();
    assert_eq!(world.get("/api/v2/users").status, 200);
}

#[test]
fn the_sixth_update_of_a_user_is_refused_when_strict() {
    let world = World::with(|builder| builder.strict_limits(true));
    let upsert = |notes: usize| {
        let user = json!({"name": "Ada", "external_id": "u-1", "notes": notes.to_string()});
        world.post("/api/v2/users/create_or_update", json!({"user": user}))
    };
    assert_eq!(upsert(0).status, 201);
    for n in 1..=5 {
        assert_eq!(upsert(n).status, 200, "update {n}");
    }
    let refused = upsert(6);
    assert_eq!(refused.status, 429);
    assert!(refused.text.starts_with("You have exceeded the rate limit for updating a single unique user."));
    assert!(refused.header("retry-after").is_some());
    let other = world.user(json!({"name": "Bob"}));
    assert_eq!(world.put(&format!("/api/v2/users/{other}"), json!({"user": {"notes": "x"}})).status, 200);
    assert_eq!(world.sandbox.state()["users"][0]["notes"], "5");
}

#[test]
fn organizations_have_the_same_limit_when_strict() {
    let world = World::with(|builder| builder.strict_limits(true));
    let id = world.organization("Acme");
    let statuses: Vec<u16> = (0..6)
        .map(|_| world.put(&format!("/api/v2/organizations/{id}"), json!({"organization": {}})).status)
        .collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
}
