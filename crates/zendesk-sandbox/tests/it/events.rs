//! Events: statements S86 to S89.

use serde_json::{Value, json};

use crate::client::World;

fn event(kind: &str, identifiers: &Value) -> Value {
    json!({
        "event": {"source": "shop", "type": kind, "description": kind, "properties": {"total": 12.5},
            "created_at": "2024-05-01T10:00:00.000Z"},
        "profile": {"source": "shop", "type": "customer", "name": "Ada", "identifiers": identifiers},
    })
}

#[test]
fn an_event_of_a_user_is_accepted_with_ids_as_text() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada"}));
    let path = format!("/api/v2/users/{id}/events.json");
    let wish = event("Order Completed", &json!([{"type": "external_id", "value": "u-1"}]));
    let first = world.post(&path, wish.clone()).expect(202);
    assert_eq!((&first["status"], &first["user_id"]), (&json!("received"), &json!(id.to_string())));
    assert_eq!(first["profile_id"].as_str().unwrap().len(), 26);
    assert_eq!(world.post(&path, wish.clone()).expect(202)["profile_id"], first["profile_id"]);
    let state = world.sandbox.state();
    assert_eq!(state["events"].as_array().unwrap().len(), 2);
    assert_eq!(state["events"][0]["event"], wish["event"]);
    assert_eq!(state["events"][0]["profile"], wish["profile"]);
}

#[test]
fn a_profile_finds_its_user_by_identifier() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada", "email": "ada@acme.test", "external_id": "U-1"}));
    for identifiers in [
        json!([{"type": "email", "value": "ADA@acme.test"}]),
        json!([{"type": "external_id", "value": "u-1"}]),
        json!([{"type": "cookie", "value": "c"}, {"type": "external_id", "value": "u-1"}]),
        json!([{"type": "cookie", "value": "c"}]),
    ] {
        let answer = world.post("/api/v2/user_profiles/events", event("Seen", &identifiers)).expect(202);
        assert_eq!(answer["user_id"], id.to_string(), "{identifiers}");
    }
    assert_eq!(world.get("/api/v2/users").body["count"], 1);
}

#[test]
fn an_unknown_profile_makes_a_user() {
    let world = World::new();
    let identifiers =
        json!([{"type": "email", "value": "new@acme.test"}, {"type": "external_id", "value": "u-2"}]);
    let answer = world.post("/api/v2/user_profiles/events", event("Seen", &identifiers)).expect(202);
    let id: i64 = answer["user_id"].as_str().unwrap().parse().unwrap();
    let user = world.show(id);
    assert_eq!((&user["name"], &user["email"]), (&json!("Ada"), &json!("new@acme.test")));
    assert_eq!((&user["external_id"], &user["role"]), (&json!("u-2"), &json!("end-user")));
}

#[track_caller]
fn check_refused(change: impl Fn(&mut Value), code: &str) {
    let world = World::new();
    let mut wish = event("Seen", &json!([{"type": "email", "value": "a@acme.test"}]));
    change(&mut wish);
    let body = world.post("/api/v2/user_profiles/events", wish).expect(400);
    assert_eq!(body["errors"][0]["code"], code, "{body}");
    assert_eq!(world.sandbox.state()["events"], json!([]));
}

#[test]
fn limits_and_required_keys() {
    let long = "x".repeat(41);
    check_refused(|wish| wish["profile"]["type"] = json!(long), "InvalidProfileTypeLength");
    check_refused(|wish| wish["event"]["type"] = json!(long), "InvalidEventTypeLength");
    check_refused(|wish| wish["event"]["source"] = json!("Zendesk"), "InvalidEventSource");
    check_refused(|wish| wish["event"]["properties"] = json!("none"), "InvalidEventProperties");
    check_refused(|wish| wish["event"]["created_at"] = json!("soon"), "InvalidEventCreatedAt");
    check_refused(|wish| wish["profile"]["identifiers"] = json!([]), "MissingProfileIdentifiers");
    check_refused(|wish| drop(wish.as_object_mut().unwrap().remove("profile")), "MissingProfile");
    let many = vec![json!({"type": "cookie", "value": "c"}); 21];
    check_refused(|wish| wish["profile"]["identifiers"] = json!(many), "TooManyProfileIdentifiers");
}

#[test]
fn unknown_users_and_bad_ids() {
    let world = World::new();
    let wish = event("Seen", &json!([{"type": "email", "value": "a@acme.test"}]));
    assert_eq!(world.post("/api/v2/users/5/events", wish.clone()).expect(404)["error"], "RecordNotFound");
    assert_eq!(
        world.post("/api/v2/users/abc/events", wish).expect(400)["error"]["title"],
        "Invalid attribute"
    );
}

#[test]
fn lists_are_newest_first_filtered_and_paged() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada", "external_id": "u-1"}));
    let path = format!("/api/v2/users/{id}/events");
    for kind in ["a", "b", "a"] {
        world.post(&path, event(kind, &json!([{"type": "external_id", "value": "u-1"}]))).expect(202);
    }
    let body = world.get(&path).expect(200);
    let kinds: Vec<&Value> = body["events"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(kinds, ["a", "b", "a"]);
    assert_eq!(body["meta"]["has_more"], false);
    assert_eq!(body["events"][0]["created_at"], "2024-05-01T10:00:00.000Z");
    assert_eq!(world.get(&format!("{path}?filter[type]=b")).body["events"].as_array().unwrap().len(), 1);
    let late = world.get(&format!("{path}?filter[start_time]=2025-01-01T00:00:00Z")).expect(200);
    assert_eq!(late["events"], json!([]));
    let bad = world.get(&format!("{path}?filter[start_time]=x")).expect(400);
    assert_eq!(bad["errors"][0]["code"], "StartTimestampNotValid");
    let page = world.get(&format!("{path}?page[size]=2")).expect(200);
    let next =
        page["links"][0]["next"].as_str().unwrap().strip_prefix(&world.sandbox.url()).unwrap().to_owned();
    assert_eq!(world.get(&next).expect(200)["events"].as_array().unwrap().len(), 1);
}
