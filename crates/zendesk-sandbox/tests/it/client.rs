//! A sandbox with a runtime of its own, and the smallest HTTP client that can talk to it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;
use tokio::runtime::Runtime;
use zendesk_sandbox::{Builder, Sandbox};

/// `admin@acme.test/token:tok`.
pub(crate) const BASIC: &str = "Basic YWRtaW5AYWNtZS50ZXN0L3Rva2VuOnRvaw==";

/// A running sandbox.
pub(crate) struct World {
    runtime: Runtime,
    pub(crate) sandbox: Sandbox,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
    /// The parsed body; `Null` when it is no JSON.
    pub(crate) body: Value,
}

impl Answer {
    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body, after a look at the status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body
    }
}

impl World {
    /// A sandbox that indexes at once and accepts every credential.
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    /// A sandbox with other settings.
    pub(crate) fn with(settings: impl FnOnce(Builder) -> Builder) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let builder = settings(Sandbox::builder().index_delay(Duration::ZERO));
        let sandbox = runtime.block_on(builder.start()).unwrap();
        Self { runtime, sandbox }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[("Authorization", BASIC)], "").unwrap()
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[("Authorization", BASIC)], "").unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, &[("Authorization", BASIC)], &body.to_string()).unwrap()
    }

    pub(crate) fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, &[("Authorization", BASIC)], &body.to_string()).unwrap()
    }

    /// Sends a request on a connection of its own; `None` when the answer breaks off.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Answer> {
        let mut stream = TcpStream::connect(self.sandbox.addr()).unwrap();
        let own_host = self.sandbox.addr().to_string();
        let host = ("Host", own_host.as_str());
        let given = headers.iter().any(|(name, _)| *name == "Host");
        let headers: String = headers
            .iter()
            .chain((!given).then_some(&host))
            .flat_map(|(name, value)| [*name, ": ", *value, "\r\n"])
            .collect();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        parse(&String::from_utf8(answer).unwrap())
    }

    /// Creates a user and gives the id.
    #[track_caller]
    pub(crate) fn user(&self, user: Value) -> i64 {
        let body = self.post("/api/v2/users", serde_json::json!({"user": user})).expect(201);
        body["user"]["id"].as_i64().unwrap()
    }

    /// Creates an organization and gives the id.
    #[track_caller]
    pub(crate) fn organization(&self, name: &str) -> i64 {
        let wish = serde_json::json!({"organization": {"name": name}});
        let body = self.post("/api/v2/organizations", wish).expect(201);
        body["organization"]["id"].as_i64().unwrap()
    }

    /// Creates a user field and gives its object.
    #[track_caller]
    pub(crate) fn field(&self, field: Value) -> Value {
        let body = self.post("/api/v2/user_fields", serde_json::json!({"user_field": field})).expect(201);
        body["user_field"].clone()
    }

    /// A user as `GET` shows it.
    #[track_caller]
    pub(crate) fn show(&self, id: i64) -> Value {
        self.get(&format!("/api/v2/users/{id}")).expect(200)["user"].clone()
    }

    /// Stops the sandbox in good order.
    pub(crate) fn stop(self) {
        self.runtime.block_on(self.sandbox.stop());
    }
}

/// The e-mails of a list of users.
pub(crate) fn emails(body: &Value) -> Vec<&str> {
    body["users"].as_array().unwrap().iter().filter_map(|user| user["email"].as_str()).collect()
}

fn parse(answer: &str) -> Option<Answer> {
    let (head, text) = answer.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    if length.is_some_and(|(_, length)| length.parse() != Ok(text.len())) {
        return None;
    }
    let body = serde_json::from_str(text).unwrap_or_default();
    Some(Answer { status, headers, text: text.to_owned(), body })
}
