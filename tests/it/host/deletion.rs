//! Persons who ask to be forgotten, through `/deleteUsers`.

use mapwright::host::Options;
use sandbox::Sandbox;
use serde_json::{Value, json};

use super::{Running, settings};

/// A job that deletes these users.
fn job(id: u64, config: &Value, users: &Value) -> Value {
    json!({"jobId": id.to_string(), "destType": "zendesk", "config": config, "userAttributes": users})
}

fn permanently() -> Value {
    let mut config = settings();
    config["deleteUsersPermanently"] = json!(true);
    config
}

async fn delete(running: &Running, jobs: &[Value]) -> (u16, Vec<Value>) {
    let (status, version, text) = running.post("/deleteUsers", json!(jobs).to_string()).await;
    assert_eq!(version.as_deref(), (status == 200).then_some("2"));
    (status, serde_json::from_str(&text).unwrap())
}

/// A host before a sandbox with Ada and Eve.
async fn with_two_users() -> Running {
    let running = Running::start().await;
    let users = json!([
        {"id": 11, "external_id": "ada", "name": "Ada", "email": "ada@acme.test"},
        {"id": 12, "name": "Eve", "email": "eve@acme.test"},
    ]);
    running.sandbox.seed(&json!({ "users": users })).unwrap();
    running
}

/// Ids of the users under a key of the sandbox's state.
fn ids(running: &Running, key: &str) -> Vec<u64> {
    let state = running.sandbox.state();
    state[key].as_array().unwrap().iter().map(|user| user["id"].as_u64().unwrap()).collect()
}

fn successful() -> Value {
    json!({"statusCode": 200, "status": "successful"})
}

#[tokio::test]
async fn all_users_of_all_jobs_are_deleted_softly() {
    let running = with_two_users().await;
    let jobs = [
        job(1, &settings(), &json!([{"userId": "ada"}])),
        job(2, &settings(), &json!([{"userId": "nobody"}, {"userId": "e-1", "email": "EVE@acme.test"}])),
    ];
    assert_eq!(delete(&running, &jobs).await, (200, vec![successful(), successful()]));
    assert_eq!((ids(&running, "users"), ids(&running, "deleted_users")), (vec![], vec![11, 12]));
    assert_eq!(running.sandbox.state()["deleted_users"][0]["name"], "Ada", "not for good");
}

#[tokio::test]
async fn a_deletion_for_good_may_be_asked_for_again() {
    let running = with_two_users().await;
    let jobs = [job(1, &permanently(), &json!([{"userId": "ada"}]))];
    for _ in 0..2 {
        assert_eq!(delete(&running, &jobs).await, (200, vec![successful()]));
    }
    let state = running.sandbox.state();
    assert_eq!(ids(&running, "users"), [12]);
    assert_eq!(state["deleted_users"][0]["name"], "Permanently Deleted User");
}

#[tokio::test]
async fn a_user_who_cannot_be_deleted_fails_the_job_and_no_other() {
    let running = with_two_users().await;
    let fault = json!({"method": "DELETE", "path": "/api/v2/users/11", "times": 9, "status": 503});
    running.sandbox.fault(&fault).unwrap();
    let jobs = [
        job(1, &settings(), &json!([{"userId": "ada"}])),
        job(2, &settings(), &json!([{"email": "eve@acme.test"}])),
    ];
    let (status, answers) = delete(&running, &jobs).await;
    assert_eq!((status, &answers[0]["statusCode"]), (503, &json!(503)));
    assert!(answers[0]["error"].as_str().unwrap().starts_with("DELETE /users/:user answered 503"));
    assert_eq!(answers[1], successful());
    assert_eq!(ids(&running, "users"), [11]);
}

#[tokio::test]
async fn bad_jobs_say_why_and_delete_nobody() {
    let running = with_two_users().await;
    let mut config = settings();
    config["domain"] = json!("ac me");
    let (status, answers) = delete(&running, &[job(1, &config, &json!([{"userId": "ada"}]))]).await;
    assert_eq!((status, answers[0]["error"].is_string()), (400, true));
    let (status, answers) = delete(&running, &[job(1, &settings(), &json!([{"phone": "1"}]))]).await;
    assert_eq!(
        (status, &answers[0]["error"]),
        (400, &json!("A deletion needs a userId or an e-mail address"))
    );
    assert_eq!(ids(&running, "users"), [11, 12]);
}

#[tokio::test]
async fn an_account_that_is_not_there_does_not_end_the_wish() {
    let running = with_two_users().await;
    let fault = json!({"method": "GET", "path": "/api/v2/users/search", "times": 9, "status": 404});
    running.sandbox.fault(&fault).unwrap();
    let (status, answers) = delete(&running, &[job(1, &settings(), &json!([{"userId": "ada"}]))]).await;
    assert_eq!((status, &answers[0]["statusCode"]), (400, &json!(400)));
}

#[tokio::test]
async fn only_a_mapping_with_a_flow_for_it_deletes() {
    let able = Running::start().await;
    let unable = Running::of("zendesk-classic.yaml", Sandbox::builder(), |options: Options| options).await;
    for (running, regulations) in [(&able, json!(["ZENDESK"])), (&unable, json!([]))] {
        let (_, _, text) = running.get("/features").await;
        let features: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(features["regulations"], regulations);
    }
    let (status, answers) = delete(&unable, &[job(1, &settings(), &json!([{"userId": "ada"}]))]).await;
    let error = "zendesk: Doesn't support deletion of users";
    assert_eq!((status, &answers[0]), (404, &json!({"statusCode": 404, "error": error})));
    assert_eq!(unable.sandbox.requests().len(), 0);
}
