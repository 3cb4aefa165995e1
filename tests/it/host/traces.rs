//! Traces of a host that runs as a process, as a collector gets them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use sandbox::Sandbox;
use serde_json::json;
use tokio::net::TcpListener;

use super::command::Process;
use super::{identify, item, statuses};

/// A collector: its address, and the spans that it got.
async fn collector() -> (String, Arc<Mutex<Vec<Span>>>) {
    let spans = Arc::new(Mutex::new(Vec::new()));
    let got = spans.clone();
    let take = move |body: Bytes| {
        let request = ExportTraceServiceRequest::decode(body).unwrap();
        let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        got.lock().unwrap().extend(scopes.flat_map(|scope| scope.spans));
        std::future::ready("")
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app: Router = Router::new().route("/v1/traces", post(take));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, spans)
}

/// An attribute as text; empty when it is not there.
fn attribute(span: &Span, key: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key == key);
    match found.and_then(|attribute| attribute.value.clone()?.value) {
        Some(Any::StringValue(text)) => text,
        Some(Any::IntValue(number)) => number.to_string(),
        _ => String::new(),
    }
}

const OF_CALL: &str = "00-11111111111111111111111111111111-2222222222222222-01";
const OF_EVENT: &str = "00-33333333333333333333333333333333-4444444444444444-01";

#[tokio::test(flavor = "multi_thread")]
async fn calls_events_and_requests_are_traced() {
    let (url, spans) = collector().await;
    let sandbox = Sandbox::builder().start().await.unwrap();
    let fault =
        json!({"method": "POST", "path": "/api/v2/users/create_or_update", "times": 1, "status": 503});
    sandbox.fault(&fault).unwrap();
    let host = Process::start(&sandbox, &["--log", "off", "--otlp", &url]);
    let mut with_parent = item(1, "r-1", &identify("ada"));
    with_parent["metadata"]["traceparent"] = json!(OF_EVENT);
    let page = item(2, "r-2", &json!({"type": "page"}));
    let eve = item(3, "r-1", &identify("eve"));
    let elements = host.route(&[with_parent, page, eve], ("traceparent", OF_CALL)).await;
    assert_eq!(statuses(&elements), [299, 400, 299]);
    let (status, told) = host.end();
    assert_eq!((status.code(), told.as_str()), (Some(0), ""));

    let spans = spans.lock().unwrap().clone();
    let all = |name: &str| spans.iter().filter(|span| span.name == name).cloned().collect::<Vec<_>>();
    let [call] = all("call").try_into().unwrap();
    assert_eq!((call.trace_id.as_slice(), call.parent_span_id.as_slice()), (&[0x11; 16][..], &[0x22; 8][..]));
    assert_eq!(attribute(&call, "http.route"), "/routerTransform");
    assert_eq!(attribute(&call, "http.response.status_code"), "200");

    let events = all("event");
    let event = |job: &str| events.iter().find(|event| attribute(event, "jobId") == job).unwrap();
    let (ada, eve) = (event("1"), event("3"));
    assert_eq!((ada.trace_id.as_slice(), ada.parent_span_id.as_slice()), (&[0x33; 16][..], &[0x44; 8][..]));
    assert_eq!((&eve.trace_id, &eve.parent_span_id), (&call.trace_id, &call.span_id));
    assert_eq!((attribute(eve, "status"), attribute(eve, "destinationId")), ("299".into(), "d-1".into()));

    let requests = all("request");
    let of_ada: Vec<&Span> =
        requests.iter().filter(|request| request.parent_span_id == ada.span_id).collect();
    let made = |request: &&Span| {
        let of = ["http.request.method", "step", "attempt", "http.response.status_code"];
        of.map(|key| attribute(request, key)).join(" ")
    };
    let made: Vec<String> = of_ada.iter().map(made).collect();
    assert!(
        made.contains(&"POST user 1 503".to_owned())
            && made.iter().any(|made| made.starts_with("POST user 2 20")),
        "{made:?}"
    );
    assert!(requests.iter().any(|request| request.parent_span_id == eve.span_id));
    assert!(!format!("{spans:?}").contains("acme.test"), "no addresses");
}

#[tokio::test]
async fn a_collector_that_is_no_url_is_wrong_usage() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_mapwright"))
        .args(["serve", "--otlp", "collector:4318"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("`--otlp`: the address is no URL of a host"), "{told}");
}
