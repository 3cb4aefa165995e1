//! `mapwright serve` as a process: what it says, answers, and how it ends.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use sandbox::Sandbox;
use serde_json::{Value, json};

use super::{identify, item, statuses};

/// A running host; it ends with this value.
struct Host(Child);

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

#[tokio::test]
async fn it_serves_until_it_is_asked_to_end() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_mapwright"))
        .args(["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"])
        .args(["--endpoint", &format!("zendesk={}", sandbox.url())])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut host = Host(child);
    let mut lines = BufReader::new(host.0.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.ends_with("serving zendesk (mappings/zendesk.yaml)"), "{first}");
    let url = first.strip_prefix("listening on ").unwrap().split(',').next().unwrap().to_owned();
    let second = lines.next().unwrap().unwrap();
    let metrics = second.strip_prefix("metrics on ").unwrap().to_owned();

    // Fails when a provider is there already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = json!({"input": [item(1, "r-1", &identify("ada"))], "destType": "zendesk"}).to_string();
    let answer = client.post(format!("{url}/routerTransform")).body(body).send().await.unwrap();
    let mut answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    let elements: Vec<Value> = serde_json::from_value(answer["output"].take()).unwrap();
    assert_eq!(statuses(&elements), [299]);
    let counts = client.get(metrics).send().await.unwrap().text().await.unwrap();
    assert!(counts.contains("transformer_event_transform_success"), "{counts}");

    #[cfg(unix)]
    {
        let asked = Command::new("kill").args(["-TERM", &host.0.id().to_string()]).status().unwrap();
        assert!(asked.success());
        assert_eq!(host.0.wait().unwrap().code(), Some(0));
    }
}
