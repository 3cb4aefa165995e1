//! The lesser routes: tags, merging, related records, counts, autocomplete, unified search, sideloading: S45, S46, S71.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{BASIC, World, emails};

#[test]
fn tags_are_set_added_and_removed() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada", "tags": ["a"]}));
    let path = format!("/api/v2/users/{id}/tags.json");
    assert_eq!(world.get(&path).expect(200), json!({"tags": ["a"]}));
    assert_eq!(world.put(&path, json!({"tags": ["b", "a"]})).expect(200), json!({"tags": ["a", "b"]}));
    assert_eq!(world.post(&path, json!({"tags": ["c", "d"]})).expect(201), json!({"tags": ["c", "d"]}));
    let gone = world.send("DELETE", &path, &[("Authorization", BASIC)], r#"{"tags":["c"]}"#).unwrap();
    assert_eq!((gone.status, gone.header("x-zendesk-api-warn")), (204, None));
    assert_eq!(world.show(id)["tags"], json!(["d"]));
    assert_eq!(world.get("/api/v2/users/5/tags").status, 404);
}

#[test]
fn the_winner_of_a_merge_takes_over() {
    let world = World::new();
    let organization = world.organization("Acme");
    let loser = world.user(json!({"name": "Old", "email": "old@acme.test", "external_id": "u-1", "organization_id": organization}));
    let winner = world.user(json!({"name": "New", "email": "new@acme.test"}));
    let path = format!("/api/v2/users/{loser}/merge");
    let user = world.put(&path, json!({"user": {"id": winner}})).expect(200)["user"].clone();
    assert_eq!((&user["id"], &user["email"]), (&json!(winner), &json!("new@acme.test")));
    assert_eq!((&user["organization_id"], &user["external_id"]), (&json!(organization), &json!("u-1")));
    let identities = world.get(&format!("/api/v2/users/{winner}/identities")).expect(200);
    assert_eq!(identities["identities"][1]["value"], "old@acme.test");
    assert_eq!(world.show(loser)["active"], false);
    assert_eq!(emails(&world.get("/api/v2/users/search?query=old@acme.test").body), ["new@acme.test"]);
    let agent = world.user(json!({"name": "Agent", "role": "agent"}));
    assert_eq!(
        world.put(&format!("/api/v2/users/{agent}/merge"), json!({"user": {"id": winner}})).status,
        403
    );
}

#[test]
fn related_records_and_counts() {
    let world = World::new();
    let organization = world.organization("Acme");
    let user = world.user(json!({"name": "Ada", "organization_id": organization}));
    let related = world.get(&format!("/api/v2/users/{user}/related")).expect(200);
    assert_eq!(related["user_related"]["requested_tickets"], 0);
    let related = world.get(&format!("/api/v2/organizations/{organization}/related")).expect(200);
    assert_eq!(related["organization_related"]["users_count"], 1);
    for path in ["users", "organizations"] {
        let count = world.get(&format!("/api/v2/{path}/count.json")).expect(200);
        assert_eq!(count["count"]["value"], 1, "{path}");
        assert!(count["count"]["refreshed_at"].as_str().unwrap().ends_with('Z'));
    }
}

#[test]
fn autocompletion_knows_beginnings_and_lags() {
    let world = World::with(|builder| builder.index_delay(Duration::from_secs(2)).manual_clock());
    world.user(json!({"name": "Ada Lovelace", "email": "countess@acme.test"}));
    world.organization("Acme Ltd");
    let count = |path: &str| world.get(&format!("/api/v2/{path}")).expect(200)["count"].clone();
    assert_eq!(
        (count("users/autocomplete?name=ad"), count("organizations/autocomplete?name=ac")),
        (json!(0), json!(0))
    );
    world.sandbox.advance(Duration::from_secs(2));
    for (path, expected) in [
        ("users/autocomplete?name=AD", 1),
        ("users/autocomplete?name=countess", 1),
        ("users/autocomplete?name=love", 0),
        ("organizations/autocomplete?name=acme%20l", 1),
        ("organizations/autocomplete?name=ltd", 0),
    ] {
        assert_eq!(count(path), expected, "{path}");
    }
    assert_eq!(world.get("/api/v2/users/autocomplete?name=a").status, 400);
    assert_eq!(world.get("/api/v2/organizations/autocomplete").status, 400);
}

#[test]
fn one_search_finds_users_and_organizations() {
    let world = World::new();
    let organization = world.organization("Acme Ltd");
    let user = world.user(json!({"name": "Acme Fan", "tags": ["vip"]}));
    let found = |query: &str| {
        let body = world.get(&format!("/api/v2/search.json?query={query}")).expect(200);
        let row =
            |row: &Value| (row["result_type"].as_str().unwrap().to_owned(), row["id"].as_i64().unwrap());
        body["results"].as_array().unwrap().iter().map(row).collect::<Vec<_>>()
    };
    let (a, b) = (("user".to_owned(), user), ("organization".to_owned(), organization));
    assert_eq!(found("acme"), [a.clone(), b.clone()]);
    assert_eq!(found("type:user%20acme"), std::slice::from_ref(&a));
    assert_eq!(found("type:organization%20acme"), [b]);
    assert_eq!(found("tags:vip"), [a]);
    assert_eq!(found("type:ticket"), []);
    assert_eq!(world.get("/api/v2/search/count?query=acme").expect(200)["count"], 2);
    assert_eq!(world.get("/api/v2/search?query=acme&page[size]=5").status, 400);
    assert_eq!(world.get("/api/v2/search?query=acme&page=11").status, 422);
    assert_eq!(world.get("/api/v2/search?query=acme&page=10").status, 200);
}

#[test]
fn stale_hits_stay_until_the_index_notices() {
    let world = World::with(|builder| builder.index_delay(Duration::from_secs(3)).manual_clock());
    let id = world.user(json!({"name": "Ada", "external_id": "u-1"}));
    world.sandbox.advance(Duration::from_secs(3));
    world.put(&format!("/api/v2/users/{id}"), json!({"user": {"name": "Zoe"}})).expect(200);
    let count = |query: &str| world.get(&format!("/api/v2/users/search?{query}")).body["count"].clone();
    assert_eq!((count("query=ada"), count("query=zoe")), (json!(1), json!(0)));
    assert_eq!(world.get("/api/v2/users/search?external_id=u-1").body["users"][0]["name"], "Zoe");
    world.sandbox.advance(Duration::from_secs(3));
    assert_eq!((count("query=ada"), count("query=zoe")), (json!(0), json!(1)));
}

#[test]
fn records_come_beside_those_that_refer_to_them() {
    let world = World::new();
    let organization = world.organization("Acme");
    let user = world.user(json!({"name": "Ada", "email": "ada@acme.test", "organization_id": organization}));
    let body = world.get("/api/v2/users?include=organizations,identities,roles").expect(200);
    assert_eq!(body["organizations"][0]["name"], "Acme");
    assert_eq!((&body["identities"][0]["value"], body.get("roles")), (&json!("ada@acme.test"), None));
    let one = world.get(&format!("/api/v2/users/{user}?include=organizations")).expect(200);
    assert_eq!((&one["organizations"][0]["id"], one.get("identities")), (&json!(organization), None));
    let rows = world.get("/api/v2/organization_memberships?include=users").expect(200);
    assert_eq!(rows["users"][0]["name"], "Ada");
}

#[test]
fn deleted_users_are_shown_among_many_when_asked_for() {
    let world = World::new();
    let id = world.user(json!({"name": "Ada"}));
    world.delete(&format!("/api/v2/users/{id}")).expect(200);
    let path = format!("/api/v2/users/show_many?ids={id}");
    assert_eq!(world.get(&path).body["count"], 0);
    assert_eq!(world.get(&format!("{path}&include_deleted=true")).body["users"][0]["active"], false);
}
