//! A transformer host over real HTTP, in front of a sandbox: what it answers, in which order it works, how it ends.

mod bulkheads;
mod command;
mod counts;
mod deletion;
mod destination;
mod documented;
mod finishing;
mod limits;
#[cfg(unix)]
mod log;
mod operation;
mod plugin;
mod refusals;
mod reload;
mod shadow;
#[cfg(all(unix, feature = "otel"))]
mod traces;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mapwright::deliver::{RetryPolicy, Stop};
use mapwright::host::{Host, Listening, Mappings, Options, serve, serve_metrics};
use sandbox::Sandbox;
use serde_json::{Value, json};

/// The counts of a host.
struct Counts {
    url: String,
    client: reqwest::Client,
}

impl Counts {
    async fn text(&self) -> String {
        self.client.get(format!("{}/metrics", self.url)).send().await.unwrap().text().await.unwrap()
    }
}

/// A host and what stands behind it.
struct Running {
    sandbox: Sandbox,
    counts: Counts,
    url: String,
    stop: Stop,
    client: reqwest::Client,
}

/// An answer: status, the header `apiVersion`, the body.
type Answer = (u16, Option<String>, String);

impl Running {
    async fn start() -> Self {
        Self::with(Sandbox::builder(), |options| options).await
    }

    async fn with(sandbox: sandbox::Builder, change: impl FnOnce(Options) -> Options) -> Self {
        Self::of("zendesk.yaml", sandbox, change).await
    }

    /// A host with one of the shipped mappings.
    async fn of(mapping: &str, sandbox: sandbox::Builder, change: impl FnOnce(Options) -> Options) -> Self {
        let sandbox = sandbox.start().await.unwrap();
        let mapping = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("mappings").join(mapping);
        let (mappings, unserved) = Mappings::read(&[mapping]).unwrap();
        assert_eq!(unserved, []);
        let options = change(Options {
            endpoints: [("zendesk".to_owned(), sandbox.url())].into(),
            retry: RetryPolicy::without_waiting(2),
            ..Options::default()
        });
        let listening = Listening::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let url = format!("http://{}", listening.address());
        let stop = Stop::default();
        let wish = stop.clone();
        let host = Arc::new(Host::new(mappings, options).unwrap());
        let counting = Listening::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let counts_url = format!("http://{}", counting.address());
        tokio::spawn(serve_metrics(counting, host.clone()));
        tokio::spawn(async move { serve(listening, host, &wish).await });
        // Fails when a provider is there already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Running { sandbox, counts: Counts { url: counts_url, client: client.clone() }, url, stop, client }
    }

    async fn send(&self, builder: reqwest::RequestBuilder) -> Answer {
        let response = builder.send().await.unwrap();
        let version = response.headers().get("apiversion").map(|value| value.to_str().unwrap().to_owned());
        (response.status().as_u16(), version, response.text().await.unwrap())
    }

    async fn post(&self, path: &str, body: impl Into<String>) -> Answer {
        let request = self.client.post(format!("{}{path}", self.url)).body(body.into());
        self.send(request.header("X-Feature-Filter-Code", "?1")).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(format!("{}{path}", self.url))).await
    }

    /// Sends events to the router; gives the elements of the answer.
    async fn route(&self, items: &[Value]) -> Vec<Value> {
        let (status, version, text) =
            self.post("/routerTransform", json!({"input": items, "destType": "zendesk"}).to_string()).await;
        assert_eq!((status, version.as_deref()), (200, Some("2")), "{text}");
        let mut answer: Value = serde_json::from_str(&text).unwrap();
        serde_json::from_value(answer["output"].take()).unwrap()
    }
}

fn settings() -> Value {
    json!({"domain": "acme", "email": "admin@acme.test", "apiToken": "canary-token", "sourceName": "", "other": 1})
}

fn item(job: u64, user: &str, message: &Value) -> Value {
    json!({
        "message": message,
        "metadata": {"userId": user, "jobId": job, "destinationId": "d-1", "workspaceId": "w-1"},
        "destination": {"ID": "d-1", "Config": settings()},
    })
}

fn identify(user: &str) -> Value {
    json!({"type": "identify", "userId": user, "traits": {"name": user, "email": format!("{user}@acme.test")}})
}

fn statuses(elements: &[Value]) -> Vec<u64> {
    elements.iter().map(|element| element["statusCode"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn the_router_learns_the_end_of_each_event() {
    let running = Running::start().await;
    let page = json!({"type": "page", "userId": "ada"});
    let off = json!({"type": "identify", "userId": "ada", "integrations": {"All": false}});
    let elements =
        running.route(&[item(1, "r-1", &identify("ada")), item(2, "r-2", &page), item(3, "r-3", &off)]).await;
    assert_eq!(statuses(&elements), [299, 400, 298]);
    assert_eq!(elements[1]["error"], "Event type page is not supported");
    assert_eq!(
        elements[1]["statTags"],
        json!({
            "errorCategory": "dataValidation", "errorType": "instrumentation", "destType": "ZENDESK",
            "module": "destination", "implementation": "native", "feature": "router",
            "destinationId": "d-1", "workspaceId": "w-1",
        })
    );
    assert_eq!(elements[0].get("error"), None);
    assert_eq!(running.sandbox.state()["users"][0]["external_id"], "ada");
}

#[tokio::test]
async fn what_is_echoed_keeps_its_bytes() {
    let running = Running::start().await;
    let metadata = r#"{"jobId": 1.0,  "unknown":{"b":1,"a":"é"},"attemptNum":1e2}"#;
    let destination = r#"{"ID": "d-1", "Config": {}, "x": 12345678901234567890123}"#;
    let body = format!(
        r#"{{"input":[{{"message":{{"type":"page"}},"metadata":{metadata},"destination":{destination}}}],"destType":"ZENDESK"}}"#
    );
    let (_, _, text) = running.post("/routerTransform/", body).await;
    assert!(text.contains(metadata) && text.contains(destination), "{text}");
}

#[tokio::test]
async fn a_compacted_and_packed_batch_is_read() {
    let running = Running::start().await;
    let body = json!({
        "input": [{"message": identify("ada"), "metadata": {"userId": "r", "jobId": 1, "destinationId": "d-1"}}],
        "destType": "zendesk", "destinations": {"d-1": {"ID": "d-1", "Config": settings()}}, "connections": {},
    });
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(body.to_string().as_bytes()).unwrap();
    let request = running.client.post(format!("{}/routerTransform", running.url));
    let request = request.header("Content-Encoding", "gzip").header("X-Content-Format", "json+compactedv1");
    let (status, _, text) = running.send(request.body(packed.finish().unwrap())).await;
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &answer["output"][0]["statusCode"]), (200, &json!(299)), "{text}");
    assert_eq!(answer["output"][0]["destination"]["ID"], "d-1");
}

#[tokio::test]
async fn later_events_of_a_user_wait_for_the_one_that_comes_again() {
    let running = Running::start().await;
    let fault =
        json!({"method": "POST", "path": "/api/v2/users/create_or_update", "times": 2, "status": 503});
    running.sandbox.fault(&fault).unwrap();
    let first = running.route(&[item(1, "r-1", &identify("ada")), item(2, "r-1", &identify("ada"))]).await;
    assert_eq!(statuses(&first), [503, 500]);
    assert_eq!(first[0]["statTags"]["errorType"], "retryable");
    assert_eq!(first[1]["error"], "an earlier event of this user has to be delivered first");
    let again = running.route(&[item(1, "r-1", &identify("ada")), item(2, "r-1", &identify("ada"))]).await;
    assert_eq!(statuses(&again), [299, 299]);
}

#[tokio::test]
async fn a_bad_event_spoils_nothing_but_itself() {
    let running = Running::start().await;
    let mut bad_settings = item(2, "r-2", &identify("bob"));
    bad_settings["destination"]["Config"]["domain"] = json!("ac me");
    let mut no_destination = item(3, "r-3", &identify("eve"));
    no_destination.as_object_mut().unwrap().remove("destination");
    let no_message = json!({"metadata": {"jobId": 4}, "destination": {"ID": "d-1", "Config": settings()}});
    let items = [item(1, "r-1", &identify("ada")), bad_settings, no_destination, no_message];
    let elements = running.route(&items).await;
    assert_eq!(statuses(&elements), [299, 400, 500, 400]);
    assert_eq!(elements[1]["statTags"]["errorType"], "configuration");
    assert_eq!(elements[2]["statTags"]["errorCategory"], "platform");
}

#[tokio::test]
async fn what_was_transformed_before_goes_back() {
    let running = Running::start().await;
    let message = json!({"statusCode": 200, "output": {"type": "REST"}});
    let elements = running.route(&[item(1, "r-1", &message)]).await;
    assert_eq!((&elements[0]["statusCode"], &elements[0]["batchedRequest"]), (&json!(200), &message));
    assert_eq!(running.sandbox.requests().len(), 0);
}

#[tokio::test]
async fn settings_come_from_the_event() {
    let running = Running::start().await;
    let mut message = identify("ada");
    message["traits"]["tenant"] = json!("acme");
    let mut item = item(1, "r-1", &message);
    item["destination"]["Config"]["domain"] = json!("{{ message.traits.tenant || other }}");
    let elements = running.route(&[item]).await;
    assert_eq!(statuses(&elements), [299]);
    assert_eq!(elements[0]["destination"]["Config"]["domain"], "acme");
    let fields = running.sandbox.state()["user_fields"].to_string();
    assert!(!fields.contains("tenant"), "it is taken out of the event: {fields}");
}

#[tokio::test]
async fn the_processor_has_nothing_to_send_again() {
    let running = Running::start().await;
    let list = json!([item(1, "r-1", &identify("ada")), item(2, "r-2", &json!({"type": "page"}))]);
    let (status, version, text) = running.post("/v0/destinations/Zendesk", list.to_string()).await;
    let elements: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!((status, version.as_deref()), (200, Some("2")));
    assert_eq!(statuses(&elements), [298, 400]);
    assert_eq!(elements[1]["statTags"]["feature"], "processor");
    assert_eq!(elements[0]["metadata"]["jobId"], 1);
}

#[tokio::test]
async fn whole_calls_fail_as_the_protocol_says() {
    let running = Running::with(Sandbox::builder(), |options| Options { body_bytes: 1000, ..options }).await;
    let unknown = r#"{"error":"Unknown destination: nosuch"}"#;
    let post = |path: &'static str, body: &'static str| running.post(path, body);
    let router = post("/routerTransform", r#"{"input":[{}],"destType":"nosuch"}"#).await;
    assert_eq!(router, (404, None, unknown.into()));
    assert_eq!(post("/v0/destinations/nosuch", "[]").await, (404, None, unknown.into()));
    assert_eq!(post("/deleteUsers", r#"[{"destType":"nosuch"}]"#).await, (404, None, unknown.into()));
    assert_eq!(post("/routerTransform", "{").await.0, 400);
    assert_eq!(post("/nowhere", "").await, (404, None, "Not Found".into()));
    assert_eq!(running.post("/routerTransform", " ".repeat(2000)).await.0, 413);
    let (status, version, text) = post("/routerTransform", r#"{"destType":"zendesk"}"#).await;
    assert_eq!((status, version.as_deref(), text.contains("Invalid event array")), (200, Some("2"), true));
    let (status, _, text) =
        post("/batch", r#"{"input":[{"metadata":{"jobId":1}}],"destType":"zendesk"}"#).await;
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (status, &answer[0]["statusCode"], &answer[0]["metadata"][0]["jobId"]),
        (200, &json!(500), &json!(1))
    );
}

#[tokio::test]
async fn it_says_what_it_is() {
    let running = Running::start().await;
    let (status, version, text) = running.get("/features").await;
    let features: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, version, &features["routerTransform"]), (200, None, &json!({"ZENDESK": true})));
    let (status, _, text) = running.get("/health").await;
    let health: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &health["service"]), (200, &json!("UP")));
    assert!(health["mappings"]["zendesk"]["hash"].is_string());
    assert_eq!(running.get("/ready").await.0, 200);
    for path in ["/version", "/buildVersion", "/transformerBuildVersion/"] {
        assert_eq!(running.get(path).await.2, env!("CARGO_PKG_VERSION"));
    }
}

#[tokio::test]
async fn it_finishes_what_is_under_way() {
    let running = Running::start().await;
    let fault =
        json!({"method": "POST", "path": "/api/v2/users/create_or_update", "times": 1, "delay_ms": 400});
    running.sandbox.fault(&fault).unwrap();
    let (elements, ()) =
        tokio::join!(async { running.route(&[item(1, "r-1", &identify("ada"))]).await }, async {
            tokio::time::sleep(Duration::from_millis(150)).await;
            running.stop.stop();
        });
    assert_eq!(statuses(&elements), [299]);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(
        running.client.get(format!("{}/health", running.url)).send().await.is_err(),
        "it no longer listens"
    );
}

/// A user that the sandbox has, and its id.
async fn known_user(running: &Running) -> u64 {
    let elements = running.route(&[item(1, "r-1", &identify("ada"))]).await;
    assert_eq!(statuses(&elements), [299]);
    running.sandbox.state()["users"].as_array().unwrap().last().unwrap()["id"].as_u64().unwrap()
}

#[tokio::test]
async fn a_request_is_made_for_the_caller() {
    let running = Running::start().await;
    let user = known_user(&running).await;
    let delivery = |endpoint: &str, metadata: Value| {
        json!({
            "type": "REST", "method": "PUT", "endpoint": endpoint, "params": {}, "files": {}, "userId": "",
            "headers": {"Authorization": "Basic YWRtaW5AYWNtZS50ZXN0L3Rva2VuOmNhbmFyeS10b2tlbg==", "Content-Type": "application/json"},
            "body": {"JSON": {"user": {"name": "Ada L."}}, "JSON_ARRAY": {}, "XML": {}, "FORM": {}},
            "metadata": metadata, "destinationConfig": settings(),
        })
        .to_string()
    };
    let endpoint = format!("https://acme.zendesk.com/api/v2/users/{user}.json");
    let jobs = json!([{"jobId": 1, "destinationId": "d-1"}, {"jobId": 2}]);
    let (status, version, text) =
        running.post("/v1/destinations/zendesk/proxy", delivery(&endpoint, jobs.clone())).await;
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (status, version.as_deref(), &answer["output"]["status"]),
        (200, Some("2"), &json!(200)),
        "{text}"
    );
    let response = answer["output"]["response"].as_array().unwrap();
    assert_eq!((response.len(), &response[1]["metadata"]["jobId"]), (2, &json!(2)));
    assert_eq!(running.sandbox.state()["users"][0]["name"], "Ada L.");

    let missing = endpoint.replace(&user.to_string(), "1");
    let (status, _, text) =
        running.post("/v0/destinations/zendesk/proxy", delivery(&missing, json!({}))).await;
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &answer["output"]["status"]), (400, &json!(404)), "{text}");
    assert_eq!(answer["output"]["statTags"]["errorType"], "aborted");

    let elsewhere = delivery("https://other.example/api/v2/users", jobs);
    let (_, _, text) = running.post("/v1/destinations/zendesk/proxy", elsewhere).await;
    assert!(text.contains("the endpoint is not below the base URL of the destination"), "{text}");
}
