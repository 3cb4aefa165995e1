//! A saved mapping beside the served one: what is compared, and when it is served.

use mapwright::host::Change;
use serde_json::{Value, json};

use super::destination::Watched;

/// A mapping that looks a person up and writes it.
const MAPPING: &str = r#"
format: 1
destination: example
config: {team: {type: string, default: a, pattern: "[a-z]+"}}
service: {base_url: {value: "https://api.example.com"}}
tables: {person: {rows: {name: $.traits.name, team: $config.team}}}
flows:
  identify:
    event: identify
    steps:
      - look: {get: "/people/:id", with: {id: $.userId}, give: {id: $.id}}
      - put: {put: "/people/:id", with: {id: $steps.look.id}, body: person}
"#;

fn identify(user: u64) -> Value {
    json!({"type": "identify", "userId": format!("u-{user}"), "traits": {"name": "canary"}})
}

/// Saves a mapping while another one is served, and waits until it is compared.
async fn compared(name: &str, change: impl Fn(&str) -> String, events: u64) -> Watched {
    let mut watched = Watched::start(name, MAPPING, events).await;
    watched.save(&change(MAPPING));
    let told = watched.changes.recv().await.unwrap();
    assert!(matches!(&told, Change::Compared { events: told, .. } if *told == events), "{told:?}");
    watched
}

/// What is told of a saved mapping that does something else with two events.
async fn refusal(name: &str, change: impl Fn(&str) -> String) -> (Watched, String) {
    let mut watched = compared(name, change, 2).await;
    assert_eq!(watched.route(&[identify(1), identify(2)]).await, [299, 299]);
    let told = watched.changes.recv().await.unwrap().to_string();
    assert!(told.contains("is not served, for it differs with 2 of 2 events"), "{told}");
    assert!(!told.contains("canary"), "a value is told: {told}");
    (watched, told)
}

#[tokio::test]
async fn what_does_the_same_is_served_after_so_many_events() {
    let mut watched = compared("shadow-same", |mapping| format!("# better\n{mapping}"), 3).await;
    let before = watched.health().await;
    assert_eq!(watched.route(&[identify(1), identify(2)]).await, [299, 299]);
    let health = watched.health().await;
    assert_eq!(health["hash"], before["hash"]);
    assert_eq!((&health["shadow"]["events"], &health["shadow"]["of"]), (&json!(2), &json!(3)));
    assert_eq!(health["shadow"]["state"], "compared");
    assert_eq!(watched.route(&[identify(3), identify(4)]).await, [299, 299]);
    let told = watched.changes.recv().await.unwrap();
    let Change::Active { hash, .. } = told else { panic!("{told:?}") };
    let health = watched.health().await;
    assert_eq!((&health["hash"], health.get("shadow")), (&json!(hash), None));
    assert_eq!(watched.destination.asked().len(), 8, "nothing is sent twice");
}

#[tokio::test]
async fn what_does_something_else_is_not_served_until_it_is_saved_once_more() {
    let (mut watched, told) = refusal("shadow-differs", |mapping| mapping.replace("name:", "title:")).await;
    assert!(told.contains("2 events: `put` (PUT /people/:id) differs in `name`, `title`"), "{told}");
    assert!(told.contains("example.yaml once more to serve it all the same"), "{told}");
    let health = watched.health().await;
    assert_eq!((&health["shadow"]["state"], &health["shadow"]["different"]), (&json!("refused"), &json!(2)));
    watched.route(&[identify(3)]).await;
    assert!(watched.destination.asked().iter().all(|asked| asked.body.get("title").is_none()));

    // Another file is no word about this one.
    watched.folder.file("other.yaml", &MAPPING.replace("example\n", "other\n"));
    assert!(matches!(watched.changes.recv().await.unwrap(), Change::Active { name, .. } if name == "other"));
    watched.save(&MAPPING.replace("name:", "title:"));
    let told = watched.changes.recv().await.unwrap();
    assert!(matches!(&told, Change::Active { name, .. } if name == "example"), "{told:?}");
    watched.route(&[identify(4)]).await;
    assert_eq!(watched.destination.asked().last().unwrap().body["title"], "canary");
}

#[tokio::test]
async fn a_request_that_only_the_saved_one_makes_is_not_made() {
    let more = |mapping: &str| format!("{mapping}      - more: {{post: /more}}\n");
    let (watched, told) = refusal("shadow-more", more).await;
    assert!(told.contains("2 events: makes `more` (POST /more) too"), "{told}");
    assert_eq!(watched.destination.asked().len(), 4);
}

#[tokio::test]
async fn the_end_and_what_all_requests_have_count() {
    let never = |mapping: &str| mapping.replace("    event: identify", "    event: track");
    let (_, told) = refusal("shadow-end", never).await;
    assert!(told.contains("ends as rejected instead of delivered"), "{told}");
    let elsewhere = |mapping: &str| mapping.replace("api.example.com", "new.example.com");
    let (_, told) = refusal("shadow-base", elsewhere).await;
    assert!(told.contains("2 events: every event: base URL"), "{told}");
    let strict = |mapping: &str| mapping.replace("default: a", "required: true");
    let (_, told) = refusal("shadow-settings", strict).await;
    assert!(told.contains("every event: setting `team`: is missing"), "{told}");
}

#[tokio::test]
async fn a_later_save_takes_the_place_of_an_earlier_one() {
    let mut watched = compared("shadow-later", |mapping| mapping.replace("name:", "title:"), 2).await;
    watched.save(&MAPPING.replace("name:", "nick:").replace("rows", "rouws"));
    assert!(matches!(watched.changes.recv().await.unwrap(), Change::Refused(_)));
    watched.save(&format!("# better\n{MAPPING}"));
    assert!(matches!(watched.changes.recv().await.unwrap(), Change::Compared { .. }));
    watched.route(&[identify(1), identify(2)]).await;
    assert!(matches!(watched.changes.recv().await.unwrap(), Change::Active { .. }));
}

#[tokio::test]
async fn a_request_that_is_left_to_the_caller_is_compared_too() {
    let left = MAPPING
        .replace("config:", "finish: host\nconfig:")
        .replace("    event: identify\n", "    event: identify\n    host: {user: $.userId, sends: put}\n");
    let mut watched = Watched::start("shadow-left", &left, 2).await;
    for (changed, expected) in [
        (left.replace("name:", "title:"), "2 events: `put` (PUT /people/:id) differs in `name`, `title`"),
        (left.replace("finish: host", "finish: engine"), "2 events: every event: who makes the last request"),
    ] {
        watched.save(&changed);
        assert!(matches!(watched.changes.recv().await.unwrap(), Change::Compared { .. }));
        assert_eq!(watched.route(&[identify(1), identify(2)]).await, [200, 200]);
        let told = watched.changes.recv().await.unwrap().to_string();
        assert!(told.contains(expected), "{told}");
    }
    assert!(watched.destination.asked().iter().all(|asked| asked.request.starts_with("GET ")));
}
