//! A destination that answers at once and knows what it was asked, and a host whose mapping can be saved.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use mapwright::deliver::{RetryPolicy, Stop};
use mapwright::host::{Change, Host, Listening, Mappings, Options, Watch, serve};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::cli::Folder;

/// A request that arrived.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// `POST /first`.
    pub(super) request: String,
    pub(super) body: Value,
}

/// A destination on loopback.
#[derive(Clone, Debug)]
pub(super) struct Destination {
    pub(super) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// Where every request is sent on.
    location: Option<String>,
}

impl Destination {
    /// A destination that answers `{"id": 1}`.
    pub(super) async fn start() -> Self {
        Self::answering(None).await
    }

    /// A destination that sends every request on to a URL.
    pub(super) async fn redirecting(location: String) -> Self {
        Self::answering(Some(location)).await
    }

    async fn answering(location: Option<String>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let destination = Destination { url, asked: Arc::default(), location };
        let app = axum::Router::new().fallback(answer).with_state(destination.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        destination
    }

    /// What it was asked so far.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(State(destination): State<Destination>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let asked = Asked {
        request: format!("{} {}", head.method, head.uri),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    destination.asked.lock().unwrap().push(asked);
    match &destination.location {
        None => Response::new(Body::from(r#"{"id":1}"#)),
        Some(location) => {
            let moved = Response::builder().status(307).header("Location", location);
            moved.body(Body::empty()).unwrap()
        }
    }
}

/// A host that serves the mapping `example` of a folder and follows what is saved there.
pub(super) struct Watched {
    pub(super) folder: Folder,
    pub(super) file: PathBuf,
    pub(super) destination: Destination,
    pub(super) changes: UnboundedReceiver<Change>,
    pub(super) url: String,
    pub(super) client: reqwest::Client,
    stop: Stop,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

impl Watched {
    /// `name` is that of the folder.
    pub(super) async fn start(name: &str, mapping: &str, shadow: u64) -> Self {
        let destination = Destination::start().await;
        let folder = Folder::new(name);
        let file = PathBuf::from(folder.file("example.yaml", mapping));
        let paths = vec![folder.0.clone()];
        let (mappings, unserved) = Mappings::read(&paths).unwrap();
        assert_eq!(unserved, []);
        let options = Options {
            endpoints: [("example".to_owned(), destination.url.clone())].into(),
            retry: RetryPolicy::without_waiting(2),
            shadow,
            ..Options::default()
        };
        let host = Arc::new(Host::new(mappings, options).unwrap());
        let (sender, changes) = tokio::sync::mpsc::unbounded_channel();
        let watch = Watch::new(&paths).unwrap();
        let watched = host.clone();
        tokio::spawn(async move { watch.follow(&watched, |change| drop(sender.send(change.clone()))).await });
        let listening = Listening::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let url = format!("http://{}", listening.address());
        let stop = Stop::default();
        let wish = stop.clone();
        tokio::spawn(async move { serve(listening, host, &wish).await });
        // Fails when a provider is there already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Watched { folder, file, destination, changes, url, client, stop }
    }

    /// Saves the mapping as an editor does: whole, or not at all.
    pub(super) fn save(&self, mapping: &str) {
        save(&self.file, mapping);
    }

    /// Sends events to the router; gives the status of each.
    pub(super) async fn route(&self, events: &[Value]) -> Vec<u64> {
        route(&self.client, &self.url, events).await
    }

    /// What is told of the mapping at `/health`.
    pub(super) async fn health(&self) -> Value {
        let response = self.client.get(format!("{}/health", self.url)).send().await.unwrap();
        let mut health: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        health["mappings"]["example"].take()
    }
}

/// Saves a file as an editor does: whole, or not at all.
pub(super) fn save(file: &std::path::Path, text: &str) {
    let beside = file.with_extension("yaml.new");
    std::fs::write(&beside, text).unwrap();
    std::fs::rename(beside, file).unwrap();
}

/// Sends events to the router of a host; gives the status of each.
pub(super) async fn route(client: &reqwest::Client, url: &str, events: &[Value]) -> Vec<u64> {
    let destination = json!({"ID": "d-1", "Config": {}});
    let input: Vec<Value> = events
        .iter()
        .enumerate()
        .map(|(job, event)| {
            let metadata = json!({"jobId": job, "userId": event["userId"], "destinationId": "d-1"});
            json!({"message": event, "metadata": metadata, "destination": destination})
        })
        .collect();
    let body = json!({"input": input, "destType": "example"}).to_string();
    let response = client.post(format!("{url}/routerTransform")).body(body).send().await.unwrap();
    let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    super::statuses(answer["output"].as_array().unwrap())
}
