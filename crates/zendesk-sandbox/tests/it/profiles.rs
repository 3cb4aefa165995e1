//! Profiles, the third route of events, and the limits of events: S86 to S88, S90, S91.

use serde_json::{Value, json};
use zendesk_sandbox::Plan;

use crate::client::World;

fn event(kind: &str) -> Value {
    json!({"source": "shop", "type": kind, "properties": {}})
}

fn profile(name: &str, cookie: &str) -> Value {
    json!({"source": "shop", "type": "customer", "name": name, "identifiers": [{"type": "cookie", "value": cookie}]})
}

#[test]
fn all_three_routes_accept_with_ids_as_text() {
    let world = World::new();
    let user = world.user(json!({"name": "Ada"}));
    let both = json!({"event": event("Seen"), "profile": profile("Ada", "c-1")});
    let first = world.post(&format!("/api/v2/users/{user}/events"), both.clone()).expect(202);
    let second = world.post("/api/v2/user_profiles/events", both).expect(202);
    let id = first["profile_id"].as_str().unwrap().to_owned();
    let path = format!("/api/v2/user_profiles/{id}/events");
    let third = world.post(&path, json!({"event": event("Bought")})).expect(202);
    for answer in [&first, &second, &third] {
        assert_eq!(*answer, json!({"profile_id": id, "status": "received", "user_id": user.to_string()}));
    }
    assert_eq!(world.get(&path).expect(200)["events"][0]["type"], "Bought");
    let by_identifier =
        world.get("/api/v2/user_profiles/events?identifier=shop:customer:cookie:c-1").expect(200);
    assert_eq!(by_identifier["events"].as_array().unwrap().len(), 3);
    assert_eq!(world.post("/api/v2/user_profiles/unknown/events", json!({"event": event("x")})).status, 404);
}

#[test]
fn a_matching_profile_is_replaced() {
    let world = World::new();
    let user = world.user(json!({"name": "Ada"}));
    let path = "/api/v2/user_profiles?identifier=shop:customer:cookie:c-1";
    let of_user = format!("/api/v2/users/{user}/profiles?identifier=shop:customer:cookie:c-1");
    let mut first = profile("Ada", "c-1");
    first["attributes"] = json!({"size": "L"});
    let made = world.put(&of_user, json!({"profile": first})).expect(201)["profile"].clone();
    assert_eq!((&made["user_id"], &made["attributes"]["size"]), (&json!(user.to_string()), &json!("L")));
    let again = world.put(path, json!({"profile": {"name": "Ada L."}})).expect(200)["profile"].clone();
    assert_eq!(
        (&again["id"], &again["name"], &again["attributes"]),
        (&made["id"], &json!("Ada L."), &Value::Null)
    );
    let list = world.get(&format!("/api/v2/users/{user}/profiles")).expect(200);
    assert_eq!(list["profiles"].as_array().unwrap().len(), 1);
    let shown = world.get(&format!("/api/v2/user_profiles/{}", made["id"].as_str().unwrap())).expect(200);
    assert_eq!(shown["profile"], again);
    assert_eq!(world.get(path).expect(200)["profile"], again);
    assert_eq!(world.put("/api/v2/user_profiles?identifier=x", json!({"profile": {}})).status, 400);
    assert_eq!(world.delete(&format!("/api/v2/user_profiles/{}", made["id"].as_str().unwrap())).status, 204);
    assert_eq!(world.get(path).status, 404);
}

#[test]
fn an_event_replaces_the_profile_too() {
    let world = World::new();
    let send = |name: &str| {
        let body = json!({"event": event("Seen"), "profile": profile(name, "c-1")});
        world.post("/api/v2/user_profiles/events", body).expect(202)["profile_id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (first, second) = (send("Ada"), send("Zoe"));
    assert_eq!(first, second);
    assert_eq!(world.get(&format!("/api/v2/user_profiles/{first}")).expect(200)["profile"]["name"], "Zoe");
    assert_eq!(world.get("/api/v2/users").body["count"], 1);
    assert_eq!(world.get("/api/v2/users").body["users"][0]["name"], "Ada");
}

#[test]
fn events_have_a_bucket_of_their_own() {
    let world = World::with(|builder| builder.plan(Plan::SuiteTeam).manual_clock());
    let user = world.user(json!({"name": "Ada"}));
    let send = || {
        let body = json!({"event": event("Seen"), "profile": profile("Ada", "c-1")});
        world.post(&format!("/api/v2/users/{user}/events"), body)
    };
    for _ in 0..250 {
        assert_eq!(send().status, 202);
    }
    let refused = send();
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert_eq!(refused.expect(429)["errors"][0]["code"], "TooManyRequests");
    assert_eq!(world.get("/api/v2/users").header("x-rate-limit-remaining"), Some("198"));
    world.sandbox.advance(std::time::Duration::from_mins(1));
    assert_eq!(send().status, 202);
}

#[test]
fn support_plans_have_no_events() {
    let world = World::with(|builder| builder.plan(Plan::SupportTeam));
    let body = json!({"event": event("Seen"), "profile": profile("Ada", "c-1")});
    let refused = world.post("/api/v2/user_profiles/events", body).expect(403);
    assert_eq!(refused["errors"][0]["code"], "PermissionDenied");
    assert_eq!(world.get("/api/v2/users").body["count"], 0);
}

#[track_caller]
fn check_room(events: Vec<Value>, one_more: Value, code: &str) {
    let world = World::new();
    let events: Vec<Value> = events.into_iter().map(|event| json!({"user_id": 8, "event": event})).collect();
    world.sandbox.seed(&json!({"users": [{"id": 8, "name": "Ada"}], "events": events})).unwrap();
    let send = |event: Value| {
        world.post("/api/v2/users/8/events", json!({"event": event, "profile": profile("Ada", "c-1")}))
    };
    assert_eq!(send(event("customer")).status, 202);
    assert_eq!(send(one_more).expect(400)["errors"][0]["code"], code);
}

#[test]
fn the_51st_source_and_the_2501st_type_are_refused() {
    let source = |n: usize| json!({"source": format!("s{n}"), "type": "t", "properties": {}});
    check_room((0..49).map(source).collect(), source(50), "TooManySources");
    let typed = |n: usize| json!({"source": "shop", "type": format!("t{n}"), "properties": {}});
    check_room((0..2499).map(typed).collect(), typed(2500), "TooManyTypes");
}
