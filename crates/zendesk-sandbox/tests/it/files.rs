//! State in a file, seeds of ids, switches by name, and the clock over HTTP: S94.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use zendesk_sandbox::{SETTINGS, Sandbox};

use crate::client::World;

fn place(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("zendesk-sandbox-{}-{name}.json", std::process::id()));
    drop(std::fs::remove_file(&path));
    path
}

fn text(world: &World) -> String {
    world.sandbox.state().to_string().replace(&world.sandbox.url(), "")
}

/// An account with something of everything.
fn fill(world: &World) -> i64 {
    world.field(json!({"key": "plan", "title": "Plan"}));
    let (a, b) = (world.organization("A"), world.organization("B"));
    let id = world
        .user(json!({"name": "Ada", "email": "ada@acme.test", "external_id": "u-1", "organization_id": a,
        "user_fields": {"plan": "gold"}, "phone": "+1555", "suspended": true}));
    world.sandbox.advance(Duration::from_secs(5));
    let second = json!({"identity": {"type": "email", "value": "b@acme.test", "primary": true}});
    world.post(&format!("/api/v2/users/{id}/identities"), second).expect(201);
    let row = json!({"user_id": id, "organization_id": b, "default": true, "view_tickets": false});
    world.post("/api/v2/organization_memberships", json!({"organization_membership": row})).expect(201);
    let event = json!({"source": "shop", "type": "Seen", "properties": {}});
    let profile = json!({"source": "shop", "type": "t", "identifiers": [{"type": "cookie", "value": "c"}]});
    world
        .post(&format!("/api/v2/users/{id}/events"), json!({"event": event, "profile": profile}))
        .expect(202);
    let gone = world.user(json!({"name": "Gone"}));
    world.delete(&format!("/api/v2/users/{gone}")).expect(200);
    world.delete(&format!("/api/v2/deleted_users/{gone}")).expect(200);
    gone
}

#[test]
fn the_state_outlives_the_sandbox() {
    let path = place("outlives");
    let first = World::with(|builder| builder.state_file(&path).manual_clock());
    let gone = fill(&first);
    first.sandbox.save().unwrap();
    let (before, next) = (text(&first), first.user(json!({"name": "Next"})));
    first.stop();
    let second = World::with(|builder| builder.state_file(&path).manual_clock());
    assert_eq!(text(&second), before);
    assert_eq!(second.user(json!({"name": "Next"})), next);
    assert_eq!(second.delete(&format!("/api/v2/deleted_users/{gone}")).status, 404);
    let shown = second.get("/api/v2/user_profiles/events?identifier=shop:t:cookie:c").expect(200);
    assert_eq!(shown["events"].as_array().unwrap().len(), 1);
    assert_eq!(second.get("/api/v2/users/search?query=ada").body["count"], 1);
    std::fs::remove_file(path).unwrap();
}

#[test]
fn the_state_is_saved_over_http() {
    let path = place("http");
    let world = World::with(|builder| builder.state_file(&path));
    world.user(json!({"name": "Ada"}));
    assert_eq!(world.send("POST", "/_sandbox/save", &[], "").unwrap().status, 204);
    let saved: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(saved["users"][0]["name"], "Ada");
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_broken_file_is_refused_with_its_name() {
    let path = place("broken");
    std::fs::write(&path, "{").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(Sandbox::builder().state_file(&path).start()).unwrap_err();
    assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_seed_decides_the_ids() {
    let ids = |seed: Option<u64>| {
        let world = World::with(|builder| seed.map_or(builder.clone(), |seed| builder.seed(seed)));
        (0..5).map(|n| world.user(json!({"name": format!("U{n}")}))).collect::<Vec<_>>()
    };
    assert_eq!(ids(Some(1)), ids(Some(1)));
    assert_ne!(ids(Some(1)), ids(Some(2)));
    let distances: Vec<i64> = ids(Some(3)).windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(distances.iter().any(|distance| *distance > 1), "{distances:?}");
    for id in ids(Some(1)).into_iter().chain(ids(None)) {
        assert_eq!(id.to_string().len(), 13);
    }
}

#[test]
fn switches_are_set_by_name() {
    let set = |name: &str, value: Value| Sandbox::builder().set(name, &value);
    for setting in SETTINGS {
        let good = match setting.value {
            "BOOL" => "true",
            "N" | "SECONDS" => "7",
            "PLAN" => "suite-team",
            "ORDER" => "email_first",
            "RULE" => {
                if setting.name == "multi_org" {
                    "replaces"
                } else {
                    "refused"
                }
            }
            "TAG" => "de",
            _ => "file.json",
        };
        set(setting.name, json!(good)).unwrap();
        if setting.name != "state" {
            let error = set(setting.name, json!([])).unwrap_err().to_string();
            assert!(error.contains(setting.name) && error.contains(setting.value), "{error}");
        }
    }
    assert!(set("index-delay", json!(0.5)).is_ok());
    let unknown = set("bulk", json!(true)).unwrap_err().to_string();
    assert!(unknown.starts_with("there is no setting `bulk`; there are plan, "), "{unknown}");
}

#[test]
fn a_switch_set_by_name_takes_effect() {
    let world = World::with(|builder| builder.set("rate_limit", &json!(1)).unwrap());
    assert_eq!((world.get("/api/v2/users").status, world.get("/api/v2/users").status), (200, 429));
}

#[test]
fn the_clock_moves_over_http() {
    let world = World::with(|builder| builder.rate_limit(Some(1)).manual_clock());
    assert_eq!((world.get("/api/v2/users").status, world.get("/api/v2/users").status), (200, 429));
    assert_eq!(world.send("POST", "/_sandbox/advance", &[], r#"{"seconds":60}"#).unwrap().status, 204);
    assert_eq!(world.get("/api/v2/users").status, 200);
    assert_eq!(world.send("POST", "/_sandbox/advance", &[], r#"{"seconds":-1}"#).unwrap().status, 400);
}

#[test]
fn others_may_reach_it_only_when_that_is_wanted() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let wide = Sandbox::builder().listen("0.0.0.0:0".parse().unwrap());
    assert!(runtime.block_on(wide.clone().start()).is_err());
    let sandbox = runtime.block_on(wide.allow_remote(true).start()).unwrap();
    assert!(!sandbox.addr().ip().is_loopback());
    runtime.block_on(sandbox.stop());
}

#[test]
fn the_log_keeps_the_latest_requests() {
    let world = World::with(|builder| builder.log_limit(2));
    for n in 1..=3 {
        world.get(&format!("/api/v2/users/{n}"));
    }
    let paths: Vec<String> = world.sandbox.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/api/v2/users/2", "/api/v2/users/3"]);
}
