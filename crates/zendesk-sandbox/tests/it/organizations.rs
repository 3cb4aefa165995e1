//! Organizations: statements S68 to S73.

use serde_json::{Value, json};

use crate::client::{Answer, World};

fn upsert(world: &World, organization: Value) -> Answer {
    world.post("/api/v2/organizations/create_or_update.json", json!({"organization": organization}))
}

#[test]
fn an_organization_has_exactly_the_known_keys() {
    let world = World::new();
    let id = world.organization("Acme");
    let body = world.get(&format!("/api/v2/organizations/{id}.json")).expect(200);
    let keys: Vec<&String> = body["organization"].as_object().unwrap().keys().collect();
    let expected = "url id name shared_tickets shared_comments external_id created_at updated_at domain_names \
        details notes group_id tags organization_fields";
    assert_eq!(keys, expected.split_whitespace().collect::<Vec<_>>());
}

#[test]
fn names_are_needed_and_unique() {
    let world = World::new();
    world.organization("Acme");
    let refused =
        |wish: Value| world.post("/api/v2/organizations", json!({"organization": wish})).expect(422);
    let taken = refused(json!({"name": "ACME"}));
    assert_eq!(taken["details"]["name"][0]["error"], "DuplicateValue");
    assert_eq!(refused(json!({"external_id": "o"}))["details"]["name"][0]["error"], "BlankValue");
}

#[test]
fn upserts_match_by_id_or_external_id_but_not_by_name() {
    let world = World::new();
    let made = upsert(&world, json!({"name": "Acme", "external_id": "O-1"}));
    assert!(made.header("location").is_some());
    let id = made.expect(201)["organization"]["id"].as_i64().unwrap();
    let updated = upsert(&world, json!({"external_id": "o-1", "notes": "x"})).expect(200);
    assert_eq!(updated["organization"]["external_id"], "o-1");
    let by_id = upsert(&world, json!({"id": id, "name": "Acme Ltd"})).expect(200);
    assert_eq!(by_id["organization"]["name"], "Acme Ltd");
    let collision = upsert(&world, json!({"external_id": "o-2", "name": "acme ltd"})).expect(422);
    assert_eq!(collision["details"]["name"][0]["error"], "DuplicateValue");
    upsert(&world, json!({"name": "Other"})).expect(201);
}

#[test]
fn lists_of_a_record_are_replaced() {
    let world = World::new();
    let id = world.organization("Acme");
    let put = |wish: Value| {
        let body =
            world.put(&format!("/api/v2/organizations/{id}"), json!({"organization": wish})).expect(200);
        body["organization"].clone()
    };
    assert_eq!(
        put(json!({"domain_names": "acme.test", "tags": ["a", "b"]}))["domain_names"],
        json!(["acme.test"])
    );
    let after = put(json!({"domain_names": ["b.test", "c.test"], "tags": ["c"]}));
    assert_eq!((&after["domain_names"], &after["tags"]), (&json!(["b.test", "c.test"]), &json!(["c"])));
    assert_eq!(world.put("/api/v2/organizations/5", json!({"organization": {}})).status, 404);
}

#[test]
fn searches_are_exact_and_take_one_parameter() {
    let world = World::new();
    upsert(&world, json!({"name": "Acme Ltd", "external_id": "O-1"})).expect(201);
    let count = |query: &str| {
        world.get(&format!("/api/v2/organizations/search?{query}")).expect(200)["count"].clone()
    };
    assert_eq!(
        (count("external_id=o-1"), count("name=acme%20ltd"), count("name=acme")),
        (json!(1), json!(1), json!(0))
    );
    assert_eq!(world.get("/api/v2/organizations/search").status, 400);
    assert_eq!(world.get("/api/v2/organizations/search?name=a&external_id=b").status, 400);
    let many = world.get("/api/v2/organizations/show_many?external_ids=o-1,zz").expect(200);
    assert_eq!(many["count"], 1);
}

#[test]
fn deleting_takes_the_memberships_along() {
    let world = World::new();
    let (a, b) = (world.organization("A"), world.organization("B"));
    let user = world.user(json!({"name": "Ada", "organization_id": a}));
    let wish = json!({"organization_membership": {"user_id": user, "organization_id": b}});
    world.post("/api/v2/organization_memberships", wish).expect(201);
    assert_eq!(world.get(&format!("/api/v2/organizations/{a}/users")).body["users"][0]["id"], user);
    assert_eq!(world.get(&format!("/api/v2/organizations/{b}/organization_memberships")).body["count"], 1);
    assert_eq!(world.delete(&format!("/api/v2/organizations/{a}")).status, 204);
    assert_eq!(world.show(user)["organization_id"], b);
    assert_eq!(world.delete(&format!("/api/v2/organizations/{b}")).status, 204);
    assert_eq!(world.show(user)["organization_id"], Value::Null);
    assert_eq!(world.delete(&format!("/api/v2/organizations/{b}")).expect(404)["error"], "RecordNotFound");
}

#[test]
fn external_ids_are_unique_whatever_their_case() {
    let world = World::new();
    upsert(&world, json!({"name": "Acme", "external_id": "O-1"})).expect(201);
    let wish = json!({"organization": {"name": "Other", "external_id": "o-1"}});
    let details = world.post("/api/v2/organizations", wish).expect(422)["details"].clone();
    assert_eq!(details["external_id"][0]["error"], "DuplicateValue");
}

#[test]
fn fields_of_organizations_merge() {
    let world = World::new();
    for (key, kind) in [("plan", "text"), ("since", "date"), ("vip", "checkbox")] {
        let field = json!({"key": key, "type": kind, "title": key, "tag": "vip"});
        world.post("/api/v2/organization_fields", json!({"organization_field": field})).expect(201);
    }
    let id = world.organization("Acme");
    let put = |fields: Value| {
        let wish = json!({"organization": {"organization_fields": fields}});
        world.put(&format!("/api/v2/organizations/{id}"), wish).expect(200)["organization"].clone()
    };
    put(json!({"plan": "gold", "since": "2020-08-19T20:50:04.000Z", "vip": true}));
    let after = put(json!({"plan": null, "unknown": 1}));
    let expected = json!({"plan": null, "since": "2020-08-19T00:00:00+00:00", "vip": true});
    assert_eq!((&after["organization_fields"], &after["tags"]), (&expected, &json!(["vip"])));
}

#[test]
fn there_is_no_bulk_upsert() {
    let world = World::new();
    for path in ["create_or_update_many", "create_or_update_many.json"] {
        let body =
            world.post(&format!("/api/v2/organizations/{path}"), json!({"organizations": []})).expect(404);
        assert_eq!(body["error"], "InvalidEndpoint");
    }
}
