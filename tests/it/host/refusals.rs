//! Where a host does not go, whatever settings, replies and callers say.

use std::path::PathBuf;
use std::sync::Arc;

use mapwright::deliver::{RetryPolicy, Stop};
use mapwright::host::{Host, Listening, Mappings, Options, serve};
use sandbox::Sandbox;
use serde_json::{Value, json};

use super::destination::Destination;
use super::{Running, identify, item, settings, statuses};
use crate::cli::Folder;

/// The elements of a router's answer to events of destinations with these values of `host`.
async fn answers(name: &str, base_url: &str, hosts: &[&str], endpoint: Option<String>) -> Vec<Value> {
    let folder = Folder::new(name);
    let mapping = format!(
        "format: 1\ndestination: example\nconfig: {{host: {{type: string, required: true, pattern: '[A-Za-z0-9:.\\[\\]]+'}}, token: {{type: secret}}}}\n\
         service: {{base_url: {{text: \"{base_url}\", with: {{host: $config.host}}}}, auth: {{bearer: $config.token}}}}\n\
         tables: {{person: {{rows: {{id: $.userId}}}}}}\n\
         flows: {{identify: {{event: identify, steps: [{{put: {{post: /people, body: person}}}}]}}}}\n"
    );
    let file = PathBuf::from(folder.file("example.yaml", &mapping));
    let (mappings, unserved) = Mappings::read(&[file]).unwrap();
    assert_eq!(unserved, []);
    let options = Options {
        endpoints: endpoint.map(|endpoint| ("example".to_owned(), endpoint)).into_iter().collect(),
        retry: RetryPolicy::without_waiting(2),
        ..Options::default()
    };
    let host = Arc::new(Host::new(mappings, options).unwrap());
    let listening = Listening::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let url = format!("http://{}/routerTransform", listening.address());
    let stop = Stop::default();
    let wish = stop.clone();
    tokio::spawn(async move { serve(listening, host, &wish).await });
    let input: Vec<Value> = hosts
        .iter()
        .enumerate()
        .map(|(job, host)| {
            let config = json!({"host": host, "token": "canary-token"});
            json!({"message": identify("ada"), "metadata": {"jobId": job}, "destination": {"Config": config}})
        })
        .collect();
    let body = json!({"input": input, "destType": "example"}).to_string();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.post(url).body(body).send().await.unwrap().text().await.unwrap();
    stop.stop();
    let mut answer: Value = serde_json::from_str(&answer).unwrap();
    serde_json::from_value(answer["output"].take()).unwrap()
}

#[track_caller]
fn are_refused(hosts: &[&str], elements: &[Value], why: &str) {
    assert_eq!(elements.len(), hosts.len());
    for (host, element) in hosts.iter().zip(elements) {
        let error = element["error"].as_str().unwrap_or_default();
        assert!(error.contains(why), "{host}: {element}");
        assert_eq!(
            (&element["statusCode"], &element["statTags"]["errorType"]),
            (&json!(400), &json!("configuration"))
        );
    }
}

#[tokio::test]
async fn private_addresses_in_every_spelling() {
    let hosts = [
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.254",
        "192.168.1.1",
        "169.254.1.1",
        "169.254.169.254",
        "127.0.0.1",
        "[fc00::1]",
        "[fd12::1]",
        "[fe80::1]",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::169.254.169.254]",
        "localhost",
        "LocalHost.",
        "db.localhost",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "10.1",
        "0x0a.0.0.1",
    ];
    let elements = answers("refused-private", "https://{{host}}/api", &hosts, None).await;
    are_refused(&hosts, &elements, "inside a private network; to send there, give it as --endpoint");
}

#[tokio::test]
async fn plain_http_in_settings_leads_nowhere() {
    let hosts = ["api.example.com", "93.184.216.34", "10.0.0.1"];
    let elements = answers("refused-plain", "http://{{host}}/api", &hosts, None).await;
    are_refused(&hosts, &elements, "must begin with https://: plain http goes to this machine only");
    let hosts = ["127.0.0.1", "localhost", "[::1]"];
    let elements = answers("refused-here", "http://{{host}}/api", &hosts, None).await;
    are_refused(&hosts, &elements, "inside a private network");
}

#[tokio::test]
async fn an_endpoint_may_lead_inside() {
    let destination = Destination::start().await;
    let hosts = ["10.0.0.1"];
    let elements = answers("allowed", "https://{{host}}/api", &hosts, Some(destination.url.clone())).await;
    assert_eq!(statuses(&elements), [299]);
    assert_eq!(destination.asked()[0].request, "POST /api/people");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Destination::start().await;
    let first = Destination::redirecting(format!("{}/api/people", other.url)).await;
    let hosts = ["api.example.com"];
    let elements = answers("refused-redirect", "https://{{host}}/api", &hosts, Some(first.url.clone())).await;
    assert!(elements[0]["error"].as_str().unwrap().contains("answered 307"), "{}", elements[0]);
    assert_ne!(first.asked().len(), 0);
    assert_eq!(other.asked().len(), 0, "the other host is asked");
}

#[tokio::test]
async fn a_subdomain_is_no_more_than_that() {
    let running = Running::start().await;
    let domains = [
        "acme/",
        "evil.example/x",
        "acme@evil.example",
        "evil.example#",
        "evil.example?",
        "evil.example:443",
        "evil.example\\",
        "acme\r\nX-Evil: 1",
        "acme%2f",
        "",
    ];
    let items: Vec<Value> = domains
        .iter()
        .zip(1..)
        .map(|(domain, job)| {
            let mut item = item(job, "r-1", &identify("ada"));
            item["destination"]["Config"]["domain"] = json!(domain);
            item
        })
        .collect();
    let elements = running.route(&items).await;
    are_refused(&domains, &elements, "setting `domain`: ");
    assert_eq!(running.sandbox.requests().len(), 0);
}

#[tokio::test]
async fn the_proxy_goes_to_the_destination_alone() {
    let running = Running::with(Sandbox::builder(), |options| options).await;
    for endpoint in [
        "https://other.example/api/v2/users.json",
        "https://acme.zendesk.com@other.example/api/v2/users.json",
        "https://acme.zendesk.com.other.example/api/v2/users.json",
        "https://acme.zendesk.com/api/v2@other.example/users.json",
        "https://acme.zendesk.com:8443/api/v2/users.json",
        "http://acme.zendesk.com/api/v2/users.json",
        "https://acme.zendesk.com/api/v2/../../admin",
        "https://acme.zendesk.com/api/v2/%2e%2e/admin",
        "http://169.254.169.254/latest/meta-data",
        "//other.example/api/v2/users.json",
    ] {
        let delivery = json!({
            "type": "REST", "method": "GET", "endpoint": endpoint, "headers": {"Authorization": "Basic canary"},
            "metadata": [{"jobId": 1}], "destinationConfig": settings(),
        });
        let (status, _, text) = running.post("/v1/destinations/zendesk/proxy", delivery.to_string()).await;
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (status, &answer["output"]["response"][0]["statusCode"]),
            (200, &json!(400)),
            "{endpoint}: {text}"
        );
    }
    assert_eq!(running.sandbox.requests().len(), 0);
}
