//! A mapping that a program has loaded as a library: batches, sessions, reloading, and a network of its own.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use mapwright::deliver::{Incoming, Network, Outgoing, RetryPolicy};
use mapwright::host::{Plugin, PluginOptions, Unloaded};
use serde_json::{Value, json};

use super::{Running, identify, item, settings};

/// Answers every request with a user, and keeps what it was asked.
#[derive(Debug, Default)]
struct Kept(Mutex<Vec<Outgoing>>);

impl Network for Kept {
    fn send(&self, request: Outgoing) -> Pin<Box<dyn Future<Output = Incoming> + Send + '_>> {
        self.0.lock().unwrap().push(request);
        Box::pin(async {
            let body = json!({"user": {"id": 1}, "users": []}).to_string();
            Incoming::Reply { status: 200, headers: BTreeMap::new(), body }
        })
    }
}

fn mapping() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/zendesk.yaml")).unwrap()
}

fn load(change: impl FnOnce(PluginOptions) -> PluginOptions) -> Arc<Plugin> {
    let options = PluginOptions { retry: RetryPolicy::without_waiting(2), ..PluginOptions::default() };
    Arc::new(Plugin::load(&mapping(), "zendesk.yaml", change(options)).unwrap())
}

fn read(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[tokio::test]
async fn a_batch_gets_the_answer_that_it_gets_over_http() {
    let events = [identify("ada"), json!({"type": "page", "userId": "ada"}), json!({"type": "identify"})];
    let items: Vec<Value> = events.iter().zip(1..).map(|(event, job)| item(job, "u", event)).collect();
    let (first, second) = (Running::start().await, Running::start().await);
    let plugin = load(|options| PluginOptions { endpoint: Some(second.sandbox.url()), ..options });
    let batch = json!({"input": items, "destType": "zendesk"}).to_string();
    let (_, _, over_http) = first.post("/routerTransform", batch.clone()).await;
    let here = plugin.route(batch.as_bytes(), true).await.unwrap();
    assert_eq!(read(&here), read(over_http.as_bytes()));
    let list = json!(items).to_string();
    let (_, _, over_http) = first.post("/v0/destinations/zendesk", list.clone()).await;
    assert_eq!(read(&plugin.process(list.as_bytes()).await.unwrap()), read(over_http.as_bytes()));
}

#[tokio::test]
async fn a_session_says_what_became_of_each_event() {
    let running = Running::start().await;
    let plugin = load(|options| PluginOptions { endpoint: Some(running.sandbox.url()), ..options });
    let session = plugin.open(&settings().to_string()).unwrap();
    let events =
        json!([identify("ada"), {"type": "page"}, {"type": "identify", "integrations": {"All": false}}, 1]);
    let told = read(&session.transform(events.to_string().as_bytes()).await.unwrap());
    assert_eq!(told[0], json!({"outcome": "delivered", "statusCode": 299}));
    assert_eq!(
        told[1],
        json!({"outcome": "rejected", "why": "Event type page is not supported", "statusCode": 400})
    );
    assert_eq!((&told[2]["outcome"], &told[2]["statusCode"]), (&json!("skipped"), &json!(298)));
    assert_eq!(told[3]["outcome"], "rejected");
    assert_eq!(running.sandbox.state()["users"][0]["external_id"], "ada");
}

#[tokio::test]
async fn settings_are_checked_when_a_session_is_opened() {
    let plugin = load(|options| options);
    let why = plugin.open(r#"{"domain": "canary/evil"}"#).unwrap_err();
    assert!(why.contains("domain") && !why.contains("canary"), "{why}");
    assert!(plugin.open("[]").is_err());
}

#[tokio::test]
async fn a_program_may_own_the_network() {
    let kept = Arc::new(Kept::default());
    let plugin = load(|options| PluginOptions { network: Some(kept.clone()), ..options });
    let session = plugin.open(&settings().to_string()).unwrap();
    let told = session.transform(json!([identify("ada")]).to_string().as_bytes()).await.unwrap();
    assert_eq!(read(&told)[0]["outcome"], "delivered", "{}", read(&told));
    let requests = kept.0.lock().unwrap();
    let write = requests.iter().find(|request| request.method == "POST").unwrap();
    assert!(write.url.starts_with("https://acme.zendesk.com/api/v2/"), "{}", write.url);
    assert!(write.headers["authorization"].starts_with("Basic "));
    assert_eq!(write.headers["content-type"], "application/json");
    assert!(write.body.as_deref().unwrap().contains("ada@acme.test"));
}

#[tokio::test]
async fn a_mapping_with_errors_does_not_replace_a_good_one() {
    let plugin = load(|options| options);
    let before = plugin.hash();
    let Unloaded::Errors { diagnostics, text } = plugin.reload("format: 1\n", "new.yaml").unwrap_err() else {
        panic!("it has errors")
    };
    assert_eq!(diagnostics[0]["file"], "new.yaml");
    assert!(text.contains("new.yaml:1"), "{text}");
    assert_eq!(plugin.hash(), before);
    let other = mapping().replacen("destination: zendesk", "destination: other", 1);
    assert!(
        matches!(plugin.reload(&other, "other.yaml"), Err(Unloaded::OtherDestination(name)) if name == "other")
    );
    let changed = mapping().replacen("default: Rudder", "default: Changed", 1);
    plugin.reload(&changed, "zendesk.yaml").unwrap();
    assert_ne!(plugin.hash(), before);
}
