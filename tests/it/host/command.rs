//! `mapwright serve` as a process: what it says, answers, and how it ends.

use std::io::{BufRead, BufReader, Read as _};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};

use sandbox::Sandbox;
use serde_json::{Value, json};

use super::{identify, item, statuses};

/// A running host for Zendesk; it ends with this value.
pub(super) struct Process {
    child: Child,
    stderr: BufReader<ChildStderr>,
    pub(super) url: String,
    metrics: String,
    pub(super) client: reqwest::Client,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

impl Process {
    /// Starts a host in front of a sandbox.
    pub(super) fn start(sandbox: &Sandbox, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mapwright"))
            .args(["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"])
            .args(["--endpoint", &format!("zendesk={}", sandbox.url())])
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        assert!(first.contains(", serving zendesk ("), "{first}");
        let url = first.strip_prefix("listening on ").unwrap().split(',').next().unwrap().to_owned();
        let second = lines.next().unwrap().unwrap();
        let metrics = second.strip_prefix("metrics on ").unwrap().to_owned();
        // Fails when a provider is there already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Process { child, stderr, url, metrics, client }
    }

    /// Sends events to the router, with a header; gives the elements of the answer.
    pub(super) async fn route(&self, items: &[Value], header: (&str, &str)) -> Vec<Value> {
        let body = json!({"input": items, "destType": "zendesk"}).to_string();
        let request = self.client.post(format!("{}/routerTransform", self.url)).header(header.0, header.1);
        let answer = request.body(body).send().await.unwrap().text().await.unwrap();
        let mut answer: Value = serde_json::from_str(&answer).unwrap();
        serde_json::from_value(answer["output"].take()).unwrap()
    }

    /// The next line of the log in JSON that has this message.
    pub(super) fn next(&mut self, message: &str) -> Value {
        loop {
            let mut line = String::new();
            assert!(self.stderr.read_line(&mut line).unwrap() > 0, "`{message}` is not told");
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["message"] == message {
                return line;
            }
        }
    }

    /// Asks the host to end; gives how it did and what it wrote to standard error.
    #[cfg(unix)]
    pub(super) fn end(mut self) -> (ExitStatus, String) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        let mut told = String::new();
        self.stderr.read_to_string(&mut told).unwrap();
        (self.child.wait().unwrap(), told)
    }
}

#[cfg(unix)]
#[tokio::test]
async fn it_serves_until_it_is_asked_to_end() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let host = Process::start(&sandbox, &["--log", "off"]);
    let elements = host.route(&[item(1, "r-1", &identify("ada"))], ("a", "b")).await;
    assert_eq!(statuses(&elements), [299]);
    let counts = host.client.get(&host.metrics).send().await.unwrap().text().await.unwrap();
    assert!(counts.contains("transformer_event_transform_success"), "{counts}");
    let (status, told) = host.end();
    assert_eq!((status.code(), told.as_str()), (Some(0), ""));
}
