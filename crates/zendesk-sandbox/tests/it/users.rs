//! Users one by one: statements S29, S30, S36 to S44, S48.

use serde_json::{Value, json};

use crate::client::World;

const KEYS: &str = "id url name email created_at updated_at time_zone iana_time_zone phone shared_phone_number \
    photo locale_id locale organization_id role verified external_id tags alias active shared shared_agent \
    last_login_at two_factor_auth_enabled signature details notes role_type custom_role_id is_billing_admin \
    moderator ticket_restriction only_private_comments restricted_agent suspended default_group_id report_csv \
    user_fields";

#[test]
fn a_user_has_exactly_the_known_keys() {
    let world = World::new();
    let id = world
        .user(json!({"name": "Ada", "email": " Ada@Acme.TEST ", "external_id": "u-1", "verified": true}));
    let user = world.show(id);
    let keys: Vec<&String> = user.as_object().unwrap().keys().collect();
    assert_eq!(keys, KEYS.split_whitespace().collect::<Vec<_>>());
    assert_eq!(user["email"], "ada@acme.test");
    assert_eq!(
        (&user["role"], &user["verified"], &user["active"]),
        (&json!("end-user"), &json!(true), &json!(true))
    );
    assert_eq!(user["user_fields"], json!({}));
}

#[test]
fn creating_refuses_what_is_taken_or_bad() {
    let world = World::new();
    world.user(json!({"name": "Ada", "email": "ada@acme.test", "external_id": "U-1"}));
    let refused =
        |user: Value| world.post("/api/v2/users.json", json!({"user": user})).expect(422)["details"].clone();
    let taken = refused(json!({"name": "B", "email": "ADA@acme.test"}));
    let description = "Email: ada@acme.test is already being used by another user";
    assert_eq!(taken, json!({"email": [{"description": description, "error": "DuplicateValue"}]}));
    assert_eq!(
        refused(json!({"name": "B", "external_id": "u-1"}))["external_id"][0]["error"],
        "DuplicateValue"
    );
    let bad = refused(json!({"name": "B", "email": "badmail"}));
    assert_eq!(bad, json!({"email": [{"description": "Email: badmail is not properly formatted"}]}));
    assert_eq!(refused(json!({"email": "b@acme.test"}))["name"][0]["error"], "BlankValue");
    assert_eq!(refused(json!({"name": " "}))["name"][0]["error"], "BlankValue");
    assert_eq!(
        refused(json!({"name": "B", "organization_id": 5}))["organization"][0]["error"],
        "InvalidValue"
    );
    assert_eq!(world.get("/api/v2/users").body["count"], 1);
}

#[test]
fn updating_moves_the_stamp_only_when_something_changes() {
    let world = World::new();
    let old =
        json!({"id": 11, "name": "Ada", "email": "ada@acme.test", "updated_at": "2020-01-01T00:00:00Z"});
    world.sandbox.seed(&json!({"users": [old]})).unwrap();
    let put = |user: Value| world.put("/api/v2/users/11", json!({"user": user})).expect(200)["user"].clone();
    let same = put(json!({"name": "Ada", "email": "Ada@acme.test"}));
    assert_eq!(same["updated_at"], "2020-01-01T00:00:00Z");
    assert_ne!(put(json!({"name": "Ada L."}))["updated_at"], "2020-01-01T00:00:00Z");
}

#[test]
fn a_new_address_becomes_secondary() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada", "email": "ada@acme.test", "verified": true}));
    let wish = json!({"user": {"email": "second@acme.test"}});
    let user = world.put(&format!("/api/v2/users/{id}"), wish).expect(200)["user"].clone();
    assert_eq!(user["email"], "ada@acme.test");
    let list = world.get(&format!("/api/v2/users/{id}/identities")).expect(200);
    let second = &list["identities"][1];
    assert_eq!((&second["value"], &second["primary"]), (&json!("second@acme.test"), &json!(false)));
    assert_eq!(second["verified"], false);
}

#[test]
fn tags_replace_and_alias_comes_back_empty() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada", "tags": ["a", "b"], "alias": "Countess"}));
    let wish = json!({"user": {"tags": ["c", "c"], "alias": null}});
    let user = world.put(&format!("/api/v2/users/{id}"), wish).expect(200)["user"].clone();
    assert_eq!((&user["tags"], &user["alias"]), (&json!(["c"]), &json!("")));
}

#[test]
fn custom_fields_merge_and_take_their_types() {
    let world = World::new();
    for (key, kind) in [("plan", "text"), ("born", "date"), ("age", "integer"), ("score", "decimal")] {
        world.field(json!({"key": key, "type": kind, "title": key}));
    }
    world.field(json!({"key": "is_vip", "type": "checkbox", "title": "VIP", "tag": "vip"}));
    let given = json!({"plan": "gold", "born": "2020-08-19T20:50:04.000Z", "age": "42", "score": 1.5, "is_vip": true,
        "unknown": "lost"});
    let id = world.user(json!({"name": "Ada", "user_fields": given}));
    let user = world.show(id);
    let fields = &user["user_fields"];
    assert_eq!(fields["born"], "2020-08-19T00:00:00+00:00");
    assert_eq!((fields["age"].as_i64(), fields["score"].as_f64()), (Some(42), Some(1.5)));
    assert_eq!(fields.get("unknown"), None);
    assert_eq!(user["tags"], json!(["vip"]));
    let wish = json!({"user": {"user_fields": {"is_vip": false, "born": null}}});
    let user = world.put(&format!("/api/v2/users/{id}"), wish).expect(200)["user"].clone();
    assert_eq!((&user["user_fields"]["plan"], &user["user_fields"]["born"]), (&json!("gold"), &Value::Null));
    assert_eq!((&user["user_fields"]["is_vip"], &user["tags"]), (&json!(false), &json!([])));
    let wrong = json!({"user": {"user_fields": {"age": "many"}}});
    let details = world.put(&format!("/api/v2/users/{id}"), wrong).expect(422)["details"].clone();
    assert_eq!(details["base"][0]["field_key"], "age");
}

#[test]
fn an_organization_drops_the_others() {
    let world = World::new();
    let (a, b, c) = (world.organization("A"), world.organization("B"), world.organization("C"));
    let id = world.user(json!({"name": "Ada", "organization_id": a}));
    world.post(
        "/api/v2/organization_memberships",
        json!({"organization_membership": {"user_id": id, "organization_id": b}}),
    );
    let memberships =
        || world.get(&format!("/api/v2/users/{id}/organization_memberships")).body["count"].clone();
    assert_eq!(memberships(), 2);
    let put = |user: Value| {
        world.put(&format!("/api/v2/users/{id}"), json!({"user": user})).expect(200)["user"].clone()
    };
    assert_eq!(put(json!({"organization_id": c}))["organization_id"], c);
    assert_eq!(memberships(), 1);
    assert_eq!(put(json!({"organization": {"name": "b"}}))["organization_id"], b);
    assert_eq!(put(json!({"organization": {"name": "unknown"}}))["organization_id"], b);
    assert_eq!(put(json!({"organization_id": null}))["organization_id"], Value::Null);
    assert_eq!(memberships(), 0);
}

#[test]
fn only_zones_of_the_list_are_taken() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada", "time_zone": "Arizona"}));
    assert_eq!(world.show(id)["iana_time_zone"], "America/Phoenix");
    let wish = json!({"user": {"time_zone": "Europe/Berlin"}});
    let user = world.put(&format!("/api/v2/users/{id}"), wish).expect(200)["user"].clone();
    assert_eq!(user["time_zone"], "Arizona");
}

#[test]
fn a_number_in_use_is_shared() {
    let world = World::new();
    let first = world.user(json!({"name": "Ada", "phone": "+15550100"}));
    let second = world.user(json!({"name": "Bob", "phone": "+15550100"}));
    let shared = |id: i64| (world.show(id)["phone"].clone(), world.show(id)["shared_phone_number"].clone());
    assert_eq!(shared(first), (json!("+15550100"), json!(false)));
    assert_eq!(shared(second), (json!("+15550100"), json!(true)));
    let identities = world.get(&format!("/api/v2/users/{first}/identities?type[]=phone_number")).expect(200);
    assert_eq!(identities["count"], 1);
    world.put(&format!("/api/v2/users/{first}"), json!({"user": {"phone": ""}})).expect(200);
    assert_eq!(shared(first), (Value::Null, Value::Null));
}

#[test]
fn deleting_is_soft_and_frees_keys() {
    let world = World::new();
    let organization = world.organization("Acme");
    let wish = json!({"name": "Ada", "email": "ada@acme.test", "external_id": "u-1", "phone": "+15550100",
        "organization_id": organization, "verified": true});
    let id = world.user(wish.clone());
    let gone = world.delete(&format!("/api/v2/users/{id}")).expect(200)["user"].clone();
    for key in ["email", "external_id", "phone", "organization_id"] {
        assert_eq!(gone[key], Value::Null, "{key}");
    }
    assert_eq!((&gone["active"], &gone["verified"]), (&json!(false), &json!(false)));
    assert_eq!(world.show(id)["active"], false);
    assert_eq!(world.get("/api/v2/users").body["count"], 0);
    assert_eq!(world.get(&format!("/api/v2/users/show_many?ids={id}")).body["count"], 0);
    assert_eq!(world.get("/api/v2/users/search?query=ada").body["count"], 0);
    assert_eq!(world.delete(&format!("/api/v2/users/{id}")).status, 404);
    assert_eq!(world.put(&format!("/api/v2/users/{id}"), json!({"user": {}})).status, 404);
    assert_ne!(world.user(wish), id);
}

#[test]
fn identities_may_come_with_the_user() {
    let world = World::new();
    let identities =
        json!([{"type": "email", "value": "second@acme.test"}, {"type": "twitter", "value": "ada"}]);
    let id = world.user(json!({"name": "Ada", "email": "ada@acme.test", "identities": identities}));
    let list = world.get(&format!("/api/v2/users/{id}/identities")).expect(200);
    assert_eq!(list["count"], 3);
    assert_eq!(world.show(id)["email"], "ada@acme.test");
}

#[test]
fn updating_refuses_what_somebody_else_has() {
    let world = World::new();
    world.user(json!({"name": "Ada", "email": "ada@acme.test", "external_id": "u-1"}));
    let id = world.user(json!({"name": "Bob", "external_id": "u-2"}));
    let put = |user: Value| world.put(&format!("/api/v2/users/{id}"), json!({"user": user}));
    assert_eq!(
        put(json!({"external_id": "U-1"})).expect(422)["details"]["external_id"][0]["error"],
        "DuplicateValue"
    );
    assert_eq!(
        put(json!({"email": "ada@acme.test"})).expect(422)["details"]["email"][0]["error"],
        "DuplicateValue"
    );
    assert_eq!(put(json!({"name": ""})).status, 422);
    assert_eq!(put(json!({"external_id": null})).expect(200)["user"]["external_id"], Value::Null);
    let suspended = put(json!({"suspended": true, "identities": []}));
    assert!(suspended.header("x-zendesk-api-warn").unwrap().contains("user.identities"));
    assert_eq!(suspended.expect(200)["user"]["suspended"], true);
}
