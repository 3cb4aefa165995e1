//! Beside another transformer, and while mappings are saved.

use std::sync::Arc;

use mapwright::deliver::Stop;
use mapwright::host::{Change, Host, Listening, Mappings, Options, Watch, serve};
use sandbox::Sandbox;
use serde_json::{Value, json};

use super::{Running, identify, item, statuses};

#[tokio::test]
async fn what_is_not_ours_goes_to_the_upstream() {
    let behind = Running::start().await;
    let upstream = behind.url.clone();
    // The host in front has another destination, so that all of Zendesk is behind it.
    let folder = crate::cli::Folder::new("upstream");
    let mapping =
        include_str!("../../../mappings/zendesk.yaml").replace("destination: zendesk", "destination: other");
    let file = folder.file("other.yaml", &mapping);
    let (mappings, _) = Mappings::read(&[file.into()]).unwrap();
    let options = Options { upstream: Some(upstream), ..Options::default() };
    let listening = Listening::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let url = format!("http://{}", listening.address());
    let stop = behind.stop.clone();
    let host = Arc::new(Host::new(mappings, options).unwrap());
    tokio::spawn(async move { serve(listening, host, &stop).await });
    let front = Running { url, sandbox: Sandbox::builder().start().await.unwrap(), ..behind };

    let elements = front.route(&[item(1, "r-1", &identify("ada"))]).await;
    assert_eq!(statuses(&elements), [299]);
    assert_eq!(front.post("/v0/destinations/zendesk", "[]").await, (200, Some("2".into()), "[]".into()));
    assert_eq!(front.get("/nowhere").await, (404, None, "Not Found".into()));
    let (_, _, text) = front.get("/features").await;
    let features: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(features["routerTransform"], json!({"ZENDESK": true, "OTHER": true}));
    let (status, _, text) = front.post("/routerTransform", r#"{"input":[{}],"destType":"other"}"#).await;
    assert_eq!(status, 200, "{text}");
}

#[tokio::test]
async fn a_saved_mapping_is_served_at_once_and_a_broken_one_never() {
    let folder = crate::cli::Folder::new("reload");
    let good = "format: 1\ndestination: example\nservice: {base_url: {value: \"https://api.example.com\"}}\n\
                flows: {identify: {event: identify, steps: [{reject: {error: one}}]}}\n";
    let file = folder.file("example.yaml", good);
    let paths = vec![folder.0.clone()];
    let (mappings, _) = Mappings::read(&paths).unwrap();
    let host = Arc::new(Host::new(mappings, Options::default()).unwrap());
    let (sender, mut changes) = tokio::sync::mpsc::unbounded_channel();
    let watch = Watch::new(&paths).unwrap();
    let watched = host.clone();
    tokio::spawn(async move { watch.follow(&watched, |change| drop(sender.send(change.clone()))).await });
    let listening = Listening::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let url = format!("http://{}", listening.address());
    let stop = Stop::default();
    let wish = stop.clone();
    tokio::spawn(async move { serve(listening, host, &wish).await });
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = async || {
        let body = r#"[{"message":{"type":"identify"},"metadata":{"jobId":1},"destination":{"Config":{}}}]"#;
        let request = client.post(format!("{url}/v0/destinations/example")).body(body);
        let text = request.send().await.unwrap().text().await.unwrap();
        serde_json::from_str::<Value>(&text).unwrap()[0]["error"].clone()
    };
    assert_eq!(answer().await, "one");

    std::fs::write(&file, good.replace("error: one", "eror: two")).unwrap();
    let refused = changes.recv().await.unwrap();
    assert!(matches!(&refused, Change::Refused(file) if file.why.contains("eror")), "{refused:?}");
    assert_eq!(answer().await, "one");

    std::fs::write(&file, good.replace("error: one", "error: three")).unwrap();
    let active = changes.recv().await.unwrap();
    assert!(matches!(active, Change::Active { .. }), "{active:?}");
    assert_eq!(answer().await, "three");
    stop.stop();
}
