//! What becomes of the others when one account's destination hangs or asks for a pause.

use std::collections::BTreeMap;
use std::future::pending;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use mapwright::deliver::{Incoming, Network, Outgoing, RetryPolicy};
use mapwright::host::Options;
use sandbox::Sandbox;
use serde_json::{Value, json};

use super::{Running, identify, item, statuses};

/// The destinations of two accounts: `good` is answered at once, `bad` as is told.
#[derive(Debug)]
struct Two {
    /// `None` never answers.
    bad: Mutex<Option<Incoming>>,
    asked_of_bad: AtomicUsize,
}

fn reply(status: u16, headers: &[(&str, &str)]) -> Incoming {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Incoming::Reply { status, headers, body: r#"{"user_fields": [], "user": {"id": 1}}"#.to_owned() }
}

impl Network for Two {
    fn send(&self, request: Outgoing) -> Pin<Box<dyn Future<Output = Incoming> + Send + '_>> {
        if request.url.starts_with("https://good.") {
            return Box::pin(async { reply(200, &[]) });
        }
        self.asked_of_bad.fetch_add(1, Ordering::SeqCst);
        let answer = self.bad.lock().unwrap().clone();
        Box::pin(async {
            match answer {
                Some(answer) => answer,
                None => pending().await,
            }
        })
    }
}

impl Two {
    fn asked(&self) -> usize {
        self.asked_of_bad.load(Ordering::SeqCst)
    }
}

async fn start(bad: Option<Incoming>, calls: usize) -> (Running, Arc<Two>) {
    let two = Arc::new(Two { bad: Mutex::new(bad), asked_of_bad: AtomicUsize::new(0) });
    let network = Some(two.clone() as Arc<dyn Network>);
    let retry = RetryPolicy { attempts: 1, ..RetryPolicy::default() };
    let call_time = Duration::from_secs(30);
    let change =
        |options| Options { calls, call_time, network, retry, endpoints: BTreeMap::new(), ..options };
    (Running::with(Sandbox::builder(), change).await, two)
}

/// Whether so many calls are under way by the counts of a host.
fn is_at_work(counts: &str, calls: usize) -> bool {
    let mut lines = counts.lines().filter(|line| line.starts_with("transformer_http_concurrent_requests"));
    lines.any(|line| line.ends_with(&format!(" {calls}")))
}

fn event(account: &str, user: &str) -> Value {
    let mut item = item(1, user, &identify(user));
    item["destination"]["Config"]["domain"] = json!(account);
    item
}

/// What a host of five calls says to `call` while three of a hanging account are under way.
async fn told_beside_hanging_calls<T>(call: impl AsyncFnOnce(&Running) -> T) -> T {
    let (running, _) = start(None, 5).await;
    let hanging = async {
        let calls = ["a", "b", "c"].map(|user| [event("bad", user)]);
        join_all(calls.iter().map(|call| running.route(call))).await;
    };
    let told = async {
        while !is_at_work(&running.counts.text().await, 3) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        call(&running).await
    };
    tokio::select! {
        () = hanging => unreachable!("nobody answers them"),
        told = told => told,
    }
}

const TOO_MANY: &str = "too many calls with events of this account are under way";

#[tokio::test]
async fn an_account_that_hangs_leaves_places_for_the_others() {
    let call = [event("bad", "d"), event("good", "e")];
    let elements = told_beside_hanging_calls(async |running| running.route(&call).await).await;
    assert_eq!(statuses(&elements), [500, 299]);
    assert_eq!(elements[0]["error"], TOO_MANY);
}

#[tokio::test]
async fn requests_for_the_caller_have_no_places_beside() {
    let call = json!({
        "type": "REST", "method": "GET", "endpoint": "https://bad.zendesk.com/api/v2/users/me", "headers": {},
        "params": {}, "body": {"JSON": {}}, "metadata": [{"jobId": 1}], "destinationConfig": event("bad", "d")["destination"]["Config"],
    });
    let proxied =
        async |running: &Running| running.post("/v1/destinations/zendesk/proxy", call.to_string()).await;
    let (_, _, text) = told_beside_hanging_calls(proxied).await;
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["output"]["response"][0]["statusCode"], 500, "{text}");
    assert!(answer["output"]["response"][0]["error"].as_str().unwrap().contains(TOO_MANY), "{text}");
}

#[tokio::test]
async fn deletions_have_no_places_beside() {
    let job = |account: &str| {
        let config = &event(account, "d")["destination"]["Config"];
        json!({"jobId": account, "destType": "zendesk", "config": config, "userAttributes": [{"userId": "d"}]})
    };
    let jobs = json!([job("bad")]);
    let delete = async |running: &Running| running.post("/deleteUsers", jobs.to_string()).await;
    let (status, _, text) = told_beside_hanging_calls(delete).await;
    assert!(status == 500 && text.contains(TOO_MANY), "{status} {text}");
}

#[tokio::test]
async fn a_call_of_many_does_not_wait_for_an_account_that_is_asked_to() {
    let (running, two) = start(Some(reply(429, &[("retry-after", "20")])), 500).await;
    assert_eq!(statuses(&running.route(&[event("bad", "a")]).await), [429]);
    let asked = two.asked();
    let elements = running.route(&[event("bad", "b"), event("good", "c"), event("bad", "b")]).await;
    assert_eq!(statuses(&elements), [429, 299, 500]);
    assert_eq!(elements[0]["error"], "the destination asked for a pause");
    assert_eq!(elements[0]["statTags"]["errorType"], "throttled");
    assert_eq!(two.asked(), asked);
}

#[tokio::test]
async fn a_call_of_many_does_not_wait_for_a_destination_that_does_not_answer() {
    let (running, two) = start(Some(Incoming::Timeout { timeout: true }), 500).await;
    for _ in 0..5 {
        assert_eq!(statuses(&running.route(&[event("bad", "a")]).await), [500]);
    }
    let asked = two.asked();
    let elements = running.route(&[event("bad", "b"), event("good", "c")]).await;
    assert_eq!(statuses(&elements), [503, 299]);
    assert_eq!(elements[0]["error"], "the destination does not answer");
    assert_eq!(two.asked(), asked);
    *two.bad.lock().unwrap() = Some(reply(200, &[]));
    let alone = running.route(&[event("bad", "b")]).await;
    assert_eq!(statuses(&alone), [299], "a call of its own finds out");
    assert_eq!(statuses(&running.route(&[event("bad", "b"), event("good", "c")]).await), [299, 299]);
}
