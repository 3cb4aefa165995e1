//! The cases of the reference's own tests, through a host with `zendesk-classic.yaml` and a scripted destination.
//!
//! The cases are not part of the project; without them the test says so and passes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{Request, Response, StatusCode};
use mapwright::deliver::{RetryPolicy, Stop};
use mapwright::host::{Host, Listening, Mappings, Options, serve};
use serde_json::Value;
use tokio::net::TcpListener;

/// A call as cases compare it: method, decoded path and query, body.
pub(crate) type Call = (String, String, Value);

/// What the destination answers, and what it was asked.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) exchanges: Vec<Value>,
    pub(crate) calls: Vec<Call>,
}

type Shared = Arc<Mutex<Script>>;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance");
    let mut files: Vec<PathBuf> = ["processor", "router"]
        .iter()
        .flat_map(|kind| fs::read_dir(folder.join(kind)).into_iter().flatten().flatten())
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
}

/// Path and query of a URL below the API's root, without escapes and double slashes.
pub(crate) fn decoded(url: &str) -> String {
    let path = url.split_once("/api/v2/").map_or(url, |(_, path)| path);
    let text = percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
    text.trim_start_matches('/').replace("//", "/")
}

async fn answer(State(script): State<Shared>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let call = (head.method.to_string(), decoded(&head.uri.to_string()), body);
    let mut script = script.lock().unwrap();
    let reply = script.exchanges.iter().find(|exchange| fits(&exchange["request"], &call));
    let (status, body) = reply.map_or((404, Value::Null), |exchange| {
        let reply = &exchange["response"];
        (reply["status"].as_u64().unwrap(), reply["body"].clone())
    });
    script.calls.push(call);
    let body = match body {
        Value::Null => Body::empty(),
        Value::String(text) => Body::from(text),
        other => Body::from(other.to_string()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(u16::try_from(status).unwrap()).unwrap();
    response
}

/// Whether a scripted request is this call; bodies count for writes that have one.
fn fits(request: &Value, (method, target, body): &Call) -> bool {
    let is_same = request["method"] == **method && decoded(request["url"].as_str().unwrap()) == *target;
    is_same && (method == "GET" || request["body"].is_null() || request["body"] == *body)
}

/// How often each write was made.
pub(crate) fn writes(calls: impl Iterator<Item = Call>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (method, target, body) in calls.filter(|(method, ..)| method != "GET") {
        *counts.entry(format!("{method} {target} {body}")).or_default() += 1;
    }
    counts
}

/// A host with the mapping, in front of a destination that answers by a script.
pub(crate) struct Running {
    url: String,
    pub(crate) script: Shared,
    stop: Stop,
    client: reqwest::Client,
}

impl Running {
    pub(crate) async fn start() -> Self {
        let script = Shared::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let app: Router = Router::new().fallback(answer).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let mapping = Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings/zendesk-classic.yaml");
        let (mappings, unserved) = Mappings::read(&[mapping]).unwrap();
        assert_eq!(unserved, []);
        let options = Options {
            endpoints: [("zendesk".to_owned(), endpoint)].into(),
            retry: RetryPolicy::without_waiting(1),
            ..Options::default()
        };
        let listening = Listening::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let url = format!("http://{}", listening.address());
        let stop = Stop::default();
        let wish = stop.clone();
        tokio::spawn(async move {
            serve(listening, Arc::new(Host::new(mappings, options).unwrap()), &wish).await
        });
        // Fails when a provider is there already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Running { url, script, stop, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// What the host answers to a body: status, the header `apiVersion`, the text.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Option<String>, String) {
        let request = self.client.post(format!("{}{path}", self.url)).body(body.to_string());
        let request =
            request.header("Content-Type", "application/json").header("X-Feature-Filter-Code", "?1");
        let response = request.send().await.unwrap();
        let version = response.headers().get("apiversion").map(|value| value.to_str().unwrap().to_owned());
        (response.status().as_u16(), version, response.text().await.unwrap())
    }

    /// Runs a case; gives what differs.
    async fn run(&self, case: &Value) -> Vec<String> {
        let exchanges: Vec<Value> = serde_json::from_value(case["exchanges"].clone()).unwrap();
        *self.script.lock().unwrap() = Script { exchanges: exchanges.clone(), calls: Vec::new() };
        let path = case["endpoint"].as_str().unwrap().strip_prefix("POST ").unwrap();
        let (status, version, text) = self.post(path, &case["input"]).await;
        let mut differences = Vec::new();
        if (status, version.as_deref()) != (200, Some("2")) {
            differences.push(format!("status {status} without `apiVersion: 2`: {text}"));
        }
        let given: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        if given != case["expected"] {
            differences.push(format!("expected {:#}\ngot      {given:#}", case["expected"]));
        }
        let made = writes(self.script.lock().unwrap().calls.drain(..));
        let wanted = writes(exchanges.iter().map(|exchange| {
            let request = &exchange["request"];
            let method = request["method"].as_str().unwrap().to_owned();
            (method, decoded(request["url"].as_str().unwrap()), request["body"].clone())
        }));
        if made != wanted {
            differences.push(format!("expected writes {wanted:#?}\ngot {made:#?}"));
        }
        differences
    }
}

#[tokio::test]
async fn the_cases_of_the_reference_hold() {
    let cases = cases();
    if cases.is_empty() {
        println!("skipped the cases of the reference: ../shared/conformance is not there");
        return;
    }
    let mut wrong = Vec::new();
    for file in &cases {
        // A host for each: nothing is kept from the case before.
        let running = Running::start().await;
        let case: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let differences = running.run(&case).await;
        if !differences.is_empty() {
            wrong.push(format!("{}: {}", case["name"], differences.join("\n")));
        }
        running.stop.stop();
    }
    println!("{} of {} cases of the reference hold", cases.len() - wrong.len(), cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn an_event_that_fails_behind_a_write_shows_no_request() {
    let running = Running::start().await;
    let api = "https://acme.zendesk.com/api/v2";
    let reply = |status: u16, body: Value| serde_json::json!({"status": status, "body": body});
    let exchange = |method: &str, path: &str, response: Value| serde_json::json!({"request": {"method": method, "url": format!("{api}/{path}"), "body": null}, "response": response});
    let identity = serde_json::json!({"id": 5, "type": "email", "value": "ada@acme.test", "primary": false});
    running.script.lock().unwrap().exchanges = vec![
        exchange("GET", "user_fields.json", reply(200, serde_json::json!({"user_fields": []}))),
        exchange("POST", "users/create_or_update.json", reply(200, serde_json::json!({"user": {"id": 7}}))),
        exchange("GET", "users/7/identities", reply(200, serde_json::json!({"identities": [identity]}))),
        exchange("DELETE", "users/7/identities/5", reply(422, serde_json::json!({"error": "no"}))),
    ];
    let config = serde_json::json!({"domain": "acme", "email": "a@acme.test", "apiToken": "t", "searchByExternalId": true});
    let body = serde_json::json!([{
        "message": {"type": "identify", "userId": "u", "traits": {"name": "Ada", "email": "ada@acme.test"}},
        "metadata": {"jobId": 1}, "destination": {"Config": config},
    }]);
    let (_, _, text) = running.post("/v0/destinations/zendesk", &body).await;
    let elements: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (elements.len(), &elements[0]["statusCode"], elements[0].get("output")),
        (1, &Value::from(422), None)
    );
    let error =
        r#"{"message":"[Zendesk]: unable to remove email from user","destinationResponse":{"error":"no"}}"#;
    assert_eq!(elements[0]["error"], error);
    running.stop.stop();
}
