//! Rate limits: statements S8, S16 to S19.

use std::time::Duration;

use serde_json::json;
use zendesk_sandbox::Plan;

use crate::client::World;

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[test]
fn the_account_limit_is_enforced_when_set() {
    let world = World::with(|builder| builder.rate_limit(Some(2)).manual_clock());
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
    let world = World::with(|builder| builder.strict_limits(true).manual_clock());
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
    let world = World::with(|builder| builder.strict_limits(true).manual_clock());
    let id = world.organization("Acme");
    let statuses: Vec<u16> = (0..6)
        .map(|_| world.put(&format!("/api/v2/organizations/{id}"), json!({"organization": {}})).status)
        .collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
}

#[test]
fn the_plan_decides_the_account_limit_which_refills_each_minute() {
    let world = World::with(|builder| builder.plan(Plan::SupportEssential).manual_clock());
    world.sandbox.advance(seconds(20));
    for n in 1..=10 {
        let answer = world.get("/api/v2/users");
        let standing = ["x-rate-limit", "x-rate-limit-remaining", "ratelimit-limit", "ratelimit-remaining"];
        let standing: Vec<&str> = standing.iter().filter_map(|name| answer.header(name)).collect();
        let left = (10 - n).to_string();
        assert_eq!(standing, ["10", &left, "10", &left]);
        assert_eq!((answer.status, answer.header("ratelimit-reset")), (200, Some("40")));
    }
    let refused = world.get("/api/v2/users");
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("40")));
    assert!(refused.text.contains("exceeded"));
    world.sandbox.advance(seconds(40));
    assert_eq!(world.get("/api/v2/users").header("x-rate-limit-remaining"), Some("9"));
}

#[test]
fn the_sixth_update_is_refused_until_the_clock_minute_ends() {
    let world = World::with(|builder| builder.strict_limits(true).manual_clock());
    let id = world.user(json!({"name": "Ada", "email": "a@acme.test"}));
    let second = json!({"identity": {"type": "email", "value": "b@acme.test"}});
    let second = world.post(&format!("/api/v2/users/{id}/identities"), second).expect(201);
    let second = second["identity"]["id"].as_i64().unwrap();
    let update = || world.put(&format!("/api/v2/users/{id}"), json!({"user": {"notes": "x"}}));
    world.sandbox.advance(seconds(16));
    for left in (0..5).rev() {
        let answer = update();
        let expected = format!("total=5; remaining={left}; resets=44");
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("zendesk-ratelimit-create-update-user"), Some(expected.as_str()));
    }
    world.sandbox.advance(seconds(17));
    let refused = update();
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("27")));
    assert!(refused.header("content-type").unwrap().starts_with("text/plain"));
    let sentence =
        "You have exceeded the rate limit for updating a single unique user. user email:  id:  external_id: ";
    assert_eq!(refused.text, sentence);
    let promote = format!("/api/v2/users/{id}/identities/{second}/make_primary");
    assert_eq!(world.put(&promote, json!({})).status, 200);
    world.sandbox.advance(seconds(27));
    assert_eq!(update().status, 200);
}

#[test]
fn one_user_write_a_second_when_strict() {
    let world = World::with(|builder| builder.strict_1rps(true).manual_clock());
    let upsert = |n: u32| {
        let user = json!({"name": "Ada", "external_id": format!("u-{n}")});
        world.post("/api/v2/users/create_or_update", json!({"user": user}))
    };
    assert_eq!(upsert(1).status, 201);
    let refused = upsert(2);
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
    world.sandbox.advance(seconds(1));
    assert_eq!(upsert(2).status, 201);
    assert_eq!(World::new().get("/api/v2/users").status, 200);
}

#[test]
fn searches_tell_their_standing() {
    let world = World::with(zendesk_sandbox::Builder::manual_clock);
    let answer = world.get("/api/v2/users/search?query=ada");
    assert_eq!(
        answer.header("zendesk-ratelimit-search-index"),
        Some("total=2500; remaining=2499; resets=60")
    );
}
