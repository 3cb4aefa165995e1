//! Who makes the last request of an event: the host, or whoever called it.

use mapwright::host::{Finish, Options};
use sandbox::Sandbox;
use serde_json::{Value, json};

use super::{Running, identify, item, statuses};

/// A host that leaves the last requests to its caller, before a sandbox with Ada and Acme.
async fn leaving() -> Running {
    let finish = [("zendesk".to_owned(), Finish::Host)];
    let running = Running::with(Sandbox::builder(), |options| Options { finish: finish.into(), ..options });
    let running = running.await;
    running.sandbox.seed(&seed()).unwrap();
    running
}

fn seed() -> Value {
    json!({
        "users": [{"id": 11, "external_id": "ada", "name": "Ada", "email": "ada@acme.test"}],
        "organizations": [{"id": 77, "external_id": "acme", "name": "Acme"}],
    })
}

fn track() -> Value {
    json!({"type": "track", "userId": "ada", "anonymousId": "anon", "event": "Seen", "properties": {"page": 1}})
}

fn group() -> Value {
    json!({"type": "group", "userId": "ada", "groupId": "acme", "traits": {"name": "Acme"}})
}

/// Events, and memberships, that the sandbox has.
fn made(running: &Running) -> (usize, usize) {
    let state = running.sandbox.state();
    let count = |key: &str| state[key].as_array().unwrap().len();
    (count("events"), count("organization_memberships"))
}

/// Sends a request that was left, as a platform does.
async fn send(running: &Running, rest: &Value) -> u16 {
    let (_, path) = rest["endpoint"].as_str().unwrap().split_once(".com").unwrap();
    let request = running.client.post(format!("{}{path}", running.sandbox.url()));
    let request = request.header("Authorization", rest["headers"]["Authorization"].as_str().unwrap());
    let request = request.header("Content-Type", "application/json").body(rest["body"]["JSON"].to_string());
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn the_router_gets_the_last_request_and_nobody_has_made_it() {
    let running = leaving().await;
    let elements = running.route(&[item(1, "r-1", &track()), item(2, "r-2", &group())]).await;
    assert_eq!(statuses(&elements), [200, 200]);
    assert_eq!(made(&running), (0, 0));
    let (event, membership) = (&elements[0]["batchedRequest"], &elements[1]["batchedRequest"]);
    assert_eq!(event["endpoint"], "https://acme.zendesk.com/api/v2/users/11/events");
    assert_eq!((&event["userId"], membership.get("userId")), (&json!("anon"), None));
    assert_eq!(event["body"]["JSON"]["event"]["type"], "Seen");
    assert_eq!(membership["endpoint"], "https://acme.zendesk.com/api/v2/organization_memberships");
    let body = json!({"organization_membership": {"user_id": 11, "organization_id": 77}});
    assert_eq!(membership["body"]["JSON"], body);
    assert_eq!((send(&running, event).await, send(&running, membership).await), (202, 201));
    assert_eq!(made(&running), (1, 1));
}

#[tokio::test]
async fn the_processor_gets_only_what_was_not_made() {
    let running = leaving().await;
    let list = json!([item(1, "r-1", &identify("eve")), item(2, "r-2", &track()), item(3, "r-3", &group())]);
    let (_, _, text) = running.post("/v0/destinations/zendesk", list.to_string()).await;
    let elements: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(statuses(&elements), [298, 200, 200]);
    assert_eq!(elements[0].get("output"), None, "the upsert was made, so nobody must make it again");
    assert_eq!(
        (&elements[1]["output"]["userId"], &elements[2]["output"]["userId"]),
        (&json!("anon"), &json!(""))
    );
    assert_eq!(made(&running), (0, 0));
    for element in elements.get(1..).unwrap() {
        send(&running, &element["output"]).await;
    }
    assert_eq!(made(&running), (1, 1));
    assert_eq!(running.sandbox.state()["users"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_has_no_request_to_leave_is_finished_here() {
    let running = leaving().await;
    let mut no_user = group();
    no_user.as_object_mut().unwrap().remove("userId");
    let mut without_user = item(2, "r-2", &no_user);
    without_user["destination"]["Config"]["sendGroupCallsWithoutUserId"] = json!(true);
    let elements = running.route(&[item(1, "r-1", &identify("eve")), without_user]).await;
    assert_eq!(statuses(&elements), [299, 299]);
    assert!(elements.iter().all(|element| element.get("batchedRequest").is_none()));
}

#[tokio::test]
async fn everything_is_done_here_unless_somebody_says_otherwise() {
    let running = Running::start().await;
    running.sandbox.seed(&seed()).unwrap();
    let elements = running.route(&[item(1, "r-1", &track()), item(2, "r-2", &group())]).await;
    assert_eq!((statuses(&elements), made(&running)), (vec![299, 299], (1, 1)));
}
