//! Seeding the account.

use serde_json::{Value, json};

use crate::client::World;

#[test]
fn a_dump_is_a_seed() {
    let world = World::new();
    let seed = json!({
        "user_fields": [{"key": "plan", "type": "text"}, {"key": "vip", "type": "checkbox", "tag": "vip"}],
        "organizations": [{"id": 5, "name": "Acme", "external_id": "o-1"}, {"id": 6, "name": "Other"}],
        "users": [
            {"id": 8, "name": "Ada", "email": "ada@acme.test", "verified": true, "external_id": "u-1",
             "phone": "+15550100", "organization_id": 6, "user_fields": {"plan": "gold", "vip": true},
             "identities": [{"type": "email", "value": "second@acme.test"}]},
            {"name": "Bob"},
        ],
        "organization_memberships": [{"user_id": 8, "organization_id": 5}],
        "events": [{"user_id": 8, "event": {"source": "s", "type": "t", "properties": {}}, "profile": {}}],
        "deleted_users": [{"name": "Gone"}],
    });
    world.sandbox.seed(&seed).unwrap();
    let state = world.sandbox.state();
    assert_eq!(state["users"][0]["id"], 8);
    assert_eq!(state["users"][0]["organization_id"], 6);
    assert_eq!(state["organization_memberships"].as_array().unwrap().len(), 2);
    assert_eq!(state["identities"].as_array().unwrap().len(), 3);
    let copy = World::new();
    copy.sandbox.seed(&state).unwrap();
    let text = |world: &World| world.sandbox.state().to_string().replace(&world.sandbox.url(), "");
    assert_eq!(text(&copy), text(&world));
    assert_ne!(copy.user(json!({"name": "Fresh"})), 8);
}

#[track_caller]
fn check_refused(seed: Value, why: &str) {
    let world = World::new();
    let before = world.sandbox.state();
    assert_eq!(world.sandbox.seed(&seed).unwrap_err().to_string(), format!("bad seed: {why}"));
    assert_eq!(world.sandbox.state(), before);
}

#[test]
fn contradictions_are_refused_and_leave_nothing() {
    let twice = json!([{"name": "A", "email": "a@acme.test"}, {"name": "B", "email": "A@acme.test"}]);
    check_refused(json!({"users": twice}), "identities: `a@acme.test` is there already");
    check_refused(json!({"users": [{"name": "A", "organization_id": 5}]}), "users: no organization 5");
    check_refused(
        json!({"users": [{"name": "A", "user_fields": {"x": 1}}]}),
        "user_fields: no field `x`; seed it, too",
    );
    check_refused(json!({"users": {}}), "users: expected an array");
}
