//! Switches of the data's rules, and the lesser routes of users: S35, S42, S51, S54, S58, S75, S78, S92, S93.

use serde_json::{Value, json};
use zendesk_sandbox::{Builder, DeleteRule, MatchOrder, MultiOrg};

use crate::client::{Answer, World};

fn upsert(world: &World, user: Value) -> Answer {
    world.post("/api/v2/users/create_or_update", json!({"user": user}))
}

fn join(world: &World, user: i64, organization: i64) -> Answer {
    let wish = json!({"user_id": user, "organization_id": organization});
    world.post("/api/v2/organization_memberships", json!({"organization_membership": wish}))
}

#[test]
fn the_address_may_decide_an_upsert() {
    let people = |world: &World| {
        let a = world.user(json!({"name": "Ada", "external_id": "u-1"}));
        (a, world.user(json!({"name": "Bob", "email": "bob@acme.test"})))
    };
    let wish = json!({"external_id": "u-1", "email": "bob@acme.test", "notes": "x"});
    let world = World::with(|builder| builder.match_order(MatchOrder::EmailFirst));
    people(&world);
    let before = world.sandbox.state();
    let details = upsert(&world, wish.clone()).expect(422)["details"].clone();
    assert_eq!(details["external_id"][0]["error"], "DuplicateValue");
    assert_eq!(world.sandbox.state(), before);
    let world = World::new();
    people(&world);
    assert_eq!(upsert(&world, wish).expect(422)["details"]["email"][0]["error"], "DuplicateValue");
}

#[test]
fn a_matching_address_takes_the_new_external_id() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada", "email": "ada@acme.test", "external_id": "old"}));
    let user =
        upsert(&world, json!({"email": "ada@acme.test", "external_id": "new"})).expect(200)["user"].clone();
    assert_eq!((user["id"].as_i64(), &user["external_id"]), (Some(id), &json!("new")));
    assert_eq!(world.get("/api/v2/users/search?external_id=old").body["count"], 0);
}

#[test]
fn unknown_zones_may_be_refused() {
    let world = World::with(|builder| builder.refuse_time_zones(true));
    let id = world.user(json!({"name": "Ada", "time_zone": "Arizona"}));
    let wish = json!({"user": {"time_zone": "Nowhere"}});
    let details = world.put(&format!("/api/v2/users/{id}"), wish).expect(422)["details"].clone();
    assert_eq!(details["time_zone"][0]["error"], "InvalidValue");
}

#[test]
fn zones_are_listed_without_credentials() {
    let world = World::with(|builder| builder.api_token("a@acme.test", "t"));
    let body = world.send("GET", "/api/v2/time_zones.json", &[], "").unwrap().expect(200);
    let zones = body["time_zones"].as_array().unwrap();
    let arizona = zones.iter().find(|zone| zone["name"] == "Arizona").unwrap();
    let expected = json!({"name": "Arizona", "translated_name": "Arizona", "iana_name": "America/Phoenix",
        "offset": -420, "formatted_offset": "GMT-07:00"});
    assert_eq!(*arizona, expected);
    let world = World::new();
    for zone in zones {
        let id = world.user(json!({"name": "Ada", "time_zone": zone["name"]}));
        assert_eq!(world.show(id)["iana_time_zone"], zone["iana_name"]);
    }
}

#[test]
fn suspending_can_be_taken_back() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada"}));
    for suspended in [true, false] {
        let wish = json!({"user": {"suspended": suspended}});
        let user = world.put(&format!("/api/v2/users/{id}"), wish).expect(200)["user"].clone();
        assert_eq!(user["suspended"], suspended);
        assert_eq!(world.show(id)["suspended"], suspended);
    }
}

#[test]
fn shared_users_cannot_be_changed() {
    let world = World::new();
    world
        .sandbox
        .seed(&json!({"users": [{"id": 8, "name": "Ada", "external_id": "u-1", "shared": true}]}))
        .unwrap();
    assert_eq!(world.show(8)["shared"], true);
    assert_eq!(
        world.put("/api/v2/users/8", json!({"user": {"notes": "x"}})).expect(403)["error"],
        "Forbidden"
    );
    assert_eq!(world.delete("/api/v2/users/8").status, 403);
    assert_eq!(upsert(&world, json!({"external_id": "u-1", "notes": "x"})).status, 403);
    assert_eq!(world.show(8)["notes"], Value::Null);
}

/// A user with two addresses; gives the ids of the user and of the primary identity.
fn two_addresses(settings: impl FnOnce(Builder) -> Builder) -> (World, i64, i64) {
    let world = World::with(settings);
    let id = world.user(json!({"name": "Ada", "email": "a@acme.test"}));
    let path = format!("/api/v2/users/{id}/identities");
    let second = json!({"identity": {"type": "email", "value": "b@acme.test", "primary": true}});
    world.post(&path, second).expect(201);
    let first = world.get(&path).body["identities"][0]["id"].as_i64().unwrap();
    (world, id, first)
}

#[test]
fn primary_on_create_may_be_without_effect() {
    let (world, id, _) = two_addresses(|builder| builder.identity_primary_on_create(false));
    assert_eq!(world.show(id)["email"], "a@acme.test");
    let (world, id, _) = two_addresses(|builder| builder);
    assert_eq!(world.show(id)["email"], "b@acme.test");
}

#[test]
fn deleting_a_primary_identity_follows_the_rule() {
    let check = |rule: DeleteRule, status: u16, email: Value| {
        let (world, id, primary) = two_addresses(|builder| builder.identity_delete_rule(rule));
        let answer = world.delete(&format!("/api/v2/users/{id}/identities/{primary}"));
        assert_eq!((answer.status, &world.show(id)["email"]), (status, &email), "{rule:?}");
    };
    check(DeleteRule::Allowed, 204, Value::Null);
    check(DeleteRule::Promotes, 204, json!("a@acme.test"));
    check(DeleteRule::Refused, 422, json!("b@acme.test"));
}

#[test]
fn one_organization_for_a_user_where_several_are_off() {
    for (rule, status, count) in
        [(MultiOrg::Replaces, 201, 1), (MultiOrg::Refused, 422, 1), (MultiOrg::Allowed, 201, 2)]
    {
        let world = World::with(|builder| builder.multi_org(rule));
        let (user, a, b) =
            (world.user(json!({"name": "Ada"})), world.organization("A"), world.organization("B"));
        join(&world, user, a).expect(201);
        assert_eq!(join(&world, user, b).status, status, "{rule:?}");
        let list = world.get(&format!("/api/v2/users/{user}/organization_memberships")).expect(200);
        assert_eq!(list["count"], count, "{rule:?}");
        let expected = if rule == MultiOrg::Replaces { b } else { a };
        assert_eq!(world.show(user)["organization_id"], expected, "{rule:?}");
    }
}

#[test]
fn three_hundred_organizations_are_enough_for_one_user() {
    let world = World::new();
    let organizations: Vec<Value> = (1..=301).map(|n| json!({"id": n, "name": format!("O{n}")})).collect();
    let rows: Vec<Value> = (1..=300).map(|n| json!({"user_id": 8, "organization_id": n})).collect();
    let users = json!([{"id": 8, "name": "Ada"}]);
    let seed = json!({"organizations": organizations, "users": users, "organization_memberships": rows});
    world.sandbox.seed(&seed).unwrap();
    assert_eq!(join(&world, 8, 301).expect(422)["details"]["user_id"][0]["error"], "InvalidValue");
}

#[test]
fn memberships_may_say_null() {
    for (null, expected) in [(true, Value::Null), (false, json!(false))] {
        let world = World::with(|builder| builder.membership_default_null(null));
        let (user, a, b) =
            (world.user(json!({"name": "Ada"})), world.organization("A"), world.organization("B"));
        assert_eq!(join(&world, user, a).expect(201)["organization_membership"]["default"], true);
        assert_eq!(join(&world, user, b).expect(201)["organization_membership"]["default"], expected);
    }
}

#[test]
fn descriptions_are_in_the_language_of_the_agent_and_codes_are_not() {
    let answer = |tag: &str| {
        let world = World::with(|builder| builder.agent_locale(tag));
        world.user(json!({"name": "Ada", "email": "ada@acme.test"}));
        world.post("/api/v2/users", json!({"user": {"name": "B", "email": "ada@acme.test"}})).expect(422)
    };
    let (german, french, english) = (answer("de"), answer("fr-CA"), answer("en-US"));
    let text = |body: &Value| body["details"]["email"][0]["description"].as_str().unwrap().to_owned();
    assert_eq!(text(&german), "Email: ada@acme.test wird bereits von einem anderen Benutzer verwendet");
    assert_eq!(text(&french), "Email: ada@acme.test est déjà utilisé par un autre utilisateur");
    assert_eq!(text(&english), "Email: ada@acme.test is already being used by another user");
    assert_ne!(german["description"], english["description"]);
    for body in [german, french, english] {
        assert_eq!(
            (&body["error"], &body["details"]["email"][0]["error"]),
            (&json!("RecordInvalid"), &json!("DuplicateValue"))
        );
    }
}

/// The statuses of 64 creates at once, sorted.
fn at_once(world: &World, create: impl Fn(&World, usize) -> u16 + Sync) -> Vec<u16> {
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let create = &create;
        let calls: Vec<_> = (0..64).map(|n| scope.spawn(move || create(world, n))).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    statuses.sort_unstable();
    statuses
}

#[test]
fn of_64_creates_at_once_exactly_one_wins() {
    let world = World::new();
    let by_email = at_once(&world, |world, n| {
        let user = json!({"name": format!("U{n}"), "email": "ada@acme.test"});
        world.post("/api/v2/users", json!({"user": user})).status
    });
    let by_external_id = at_once(&world, |world, n| {
        let user = json!({"name": format!("U{n}"), "external_id": "u-1"});
        world.post("/api/v2/users", json!({"user": user})).status
    });
    for statuses in [by_email, by_external_id] {
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
        assert!(statuses.iter().skip(1).all(|status| matches!(status, 409 | 422)), "{statuses:?}");
    }
    assert_eq!(world.get("/api/v2/users/count").body["count"]["value"], 2);
}
