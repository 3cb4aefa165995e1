//! The ways into the engine, and what each of them gives for a corpus.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs};

use mapwright::deliver::{RetryPolicy, Stop};
use mapwright::host::{Host, Listening, Mappings, Options, Plugin, PluginOptions, serve};
use serde_json::{Value, json};
use zendesk_sandbox::Sandbox;

use crate::corpus_of::workspace;

/// What a way gave.
#[derive(Debug, Default)]
pub(crate) struct Way {
    pub(crate) name: &'static str,
    /// Requests in their order: method, target, body.
    pub(crate) requests: Vec<String>,
    /// An outcome an event.
    pub(crate) outcomes: Vec<String>,
    /// A reason an event; empty for one that was delivered.
    pub(crate) reasons: Vec<String>,
    /// Tells no bad event from a bad world, as hosts are told.
    is_coarse: bool,
    /// Tells of single events only when they are rejected or failed.
    tells_failures_only: bool,
}

impl Way {
    /// The outcomes and reasons as another way tells them.
    pub(crate) fn told_as(&self, other: &Way) -> (Vec<String>, Vec<String>) {
        let told = self.outcomes.iter().zip(&self.reasons).map(|(outcome, reason)| {
            let is_failure = matches!(outcome.as_str(), "rejected" | "failed");
            match (is_failure, other) {
                (true, Way { is_coarse: true, .. }) => ("not delivered".to_owned(), reason.clone()),
                (false, Way { tells_failures_only: true, .. }) => ("fine".to_owned(), String::new()),
                _ => (outcome.clone(), reason.clone()),
            }
        });
        told.unzip()
    }

    fn tell(&mut self, outcome: &str, reason: &Value) {
        self.outcomes.push(outcome.to_owned());
        self.reasons.push(reason.as_str().unwrap_or_default().to_owned());
    }
}

/// A way to run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Library,
    Deliver,
    Router,
    Processor,
    C,
    Node,
}

pub(crate) fn ways() -> Vec<Kind> {
    vec![Kind::Library, Kind::Deliver, Kind::Router, Kind::Processor, Kind::C, Kind::Node]
}

impl Kind {
    /// Runs the events one after another; nothing where the way is not here, which is told.
    pub(crate) async fn run(self, events: &[String]) -> Option<Way> {
        let sandbox = Sandbox::builder().index_delay(Duration::ZERO).start().await.unwrap();
        let mut way = match self {
            Kind::Library => library(events, &sandbox).await,
            Kind::Deliver => deliver(events, &sandbox)?,
            Kind::Router => host(events, &sandbox, true).await,
            Kind::Processor => host(events, &sandbox, false).await,
            Kind::C => c(events, &sandbox)?,
            Kind::Node => node(events, &sandbox)?,
        };
        way.requests = sandbox
            .requests()
            .iter()
            .map(|request| {
                format!(
                    "{} {}?{} {} {}",
                    request.method, request.path, request.query, request.body, request.status
                )
            })
            .collect();
        sandbox.stop().await;
        Some(way)
    }
}

fn mapping() -> PathBuf {
    workspace().join("mappings/zendesk.yaml")
}

fn settings() -> Value {
    json!({"domain": "acme", "email": "admin@acme.test", "apiToken": "t", "removeUsersFromOrganization": true, "sendGroupCallsWithoutUserId": true})
}

fn told(name: &'static str, lines: impl IntoIterator<Item = Value>) -> Way {
    let mut way = Way { name, ..Way::default() };
    for line in lines {
        way.tell(line["outcome"].as_str().unwrap_or_default(), &line["why"]);
    }
    way
}

async fn library(events: &[String], sandbox: &Sandbox) -> Way {
    let options = PluginOptions { endpoint: Some(sandbox.url()), ..PluginOptions::default() };
    let text = fs::read_to_string(mapping()).unwrap();
    let plugin = Arc::new(Plugin::load(&text, "zendesk.yaml", options).unwrap());
    let session = plugin.open(&settings().to_string()).unwrap();
    let mut lines = Vec::new();
    for event in events {
        let answer = session.transform(format!("[{event}]").as_bytes()).await.unwrap();
        lines.push(serde_json::from_slice::<Vec<Value>>(&answer).unwrap().remove(0));
    }
    told("library", lines)
}

/// The folder of the programs of this build.
fn profile() -> PathBuf {
    env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned()
}

/// The command. All events have one order key, so that they go one after another.
fn deliver(events: &[String], sandbox: &Sandbox) -> Option<Way> {
    let program = profile().join(format!("mapwright{}", env::consts::EXE_SUFFIX));
    if !program.exists() {
        println!("SKIPPED: deliver: the program has not been built");
        return None;
    }
    let folder = folder("deliver");
    let file = |name: &str| folder.join(name);
    let text = fs::read_to_string(mapping()).unwrap();
    let text = text
        .replacen("order_by: [", "order_by: [$.together, ", 1)
        .replace("\"../schemas/zendesk\"", "schemas");
    assert!(text.contains("$.together"));
    fs::write(file("mapping.yaml"), text).unwrap();
    fs::write(file("config.json"), settings().to_string()).unwrap();
    let marked = |event: &String| match event.as_str() {
        "{}" => r#"{"together":"all"}"#.to_owned(),
        event => event.replacen('{', r#"{"together":"all","#, 1),
    };
    let lines: Vec<String> = events.iter().map(marked).collect();
    fs::write(file("events.ndjson"), lines.join("\n")).unwrap();
    let _ = fs::remove_file(file("dead.ndjson"));
    let output = Command::new(&program)
        .args(["deliver", "--format", "json", "--endpoint", &sandbox.url(), "--mapping"])
        .arg(file("mapping.yaml"))
        .arg("--config")
        .arg(file("config.json"))
        .arg("--dead-letters")
        .arg(file("dead.ndjson"))
        .arg(file("events.ndjson"))
        .output()
        .unwrap();
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["events"], events.len());
    let mut way = Way { name: "deliver", tells_failures_only: true, ..Way::default() };
    way.outcomes = vec!["fine".to_owned(); events.len()];
    way.reasons = vec![String::new(); events.len()];
    for letter in fs::read_to_string(file("dead.ndjson")).unwrap().lines() {
        let letter: Value = serde_json::from_str(letter).unwrap();
        let place = usize::try_from(letter["line"].as_u64().unwrap()).unwrap() - 1;
        way.outcomes[place] = letter["outcome"].as_str().unwrap().into();
        way.reasons[place] = letter["reason"].as_str().unwrap().into();
    }
    Some(way)
}

async fn host(events: &[String], sandbox: &Sandbox, is_router: bool) -> Way {
    let (mappings, _) = Mappings::read(&[mapping()]).unwrap();
    let options = Options {
        endpoints: [("zendesk".to_owned(), sandbox.url())].into(),
        retry: RetryPolicy::without_waiting(4),
        ..Options::default()
    };
    let listening = Listening::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let url = format!("http://{}", listening.address());
    let host = Arc::new(Host::new(mappings, options).unwrap());
    tokio::spawn(async move { serve(listening, host, &Stop::default()).await });
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let name = if is_router { "serve, router" } else { "serve, processor" };
    let mut way = Way { name, is_coarse: true, ..Way::default() };
    for event in events {
        let item = format!(
            r#"{{"message":{event},"metadata":{{"jobId":1,"userId":"u"}},"destination":{{"ID":"d","Config":{},"hasDynamicConfig":false}}}}"#,
            settings()
        );
        let (path, body) = if is_router {
            ("/routerTransform", format!(r#"{{"input":[{item}],"destType":"zendesk"}}"#))
        } else {
            ("/v0/destinations/zendesk", format!("[{item}]"))
        };
        let request = client.post(format!("{url}{path}")).header("X-Feature-Filter-Code", "?1").body(body);
        let answer: Value =
            serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap();
        let element = if is_router { &answer["output"][0] } else { &answer[0] };
        let done = "delivered by the transformer, so there is nothing to send";
        match element["statusCode"].as_u64() {
            Some(299) => way.tell("delivered", &Value::Null),
            Some(298) if element["error"] == done => way.tell("delivered", &Value::Null),
            Some(298) => way.tell("skipped", &element["error"]),
            _ => way.tell("not delivered", &element["error"]),
        }
    }
    way
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("same").join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The file of a shared library of this build.
fn shared(name: &str) -> PathBuf {
    let file = format!("{}{name}{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    profile().join("deps").join(file)
}

/// Gives a program the events and reads a line for each; nothing where the program is not here.
fn piped(name: &'static str, command: &mut Command, events: &[String]) -> Option<Way> {
    let Ok(mut child) = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
        println!("SKIPPED: {name}: {} is not here", command.get_program().to_string_lossy());
        return None;
    };
    let mut input = child.stdin.take().unwrap();
    let lines = events.join("\n");
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{name}: {}", output.status);
    let lines = String::from_utf8(output.stdout).unwrap();
    Some(told(name, lines.lines().map(|line| serde_json::from_str(line).unwrap())))
}

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(file)
}

fn c(events: &[String], sandbox: &Sandbox) -> Option<Way> {
    let mut python = Command::new("python3");
    python
        .arg(here("each.py"))
        .arg(shared("mapwright_c"))
        .arg(mapping())
        .args([sandbox.url(), settings().to_string()]);
    piped("C library", &mut python, events)
}

fn node(events: &[String], sandbox: &Sandbox) -> Option<Way> {
    let modules = folder("node_modules");
    let package = folder("node_modules/mapwright");
    for file in ["index.js", "package.json"] {
        fs::copy(workspace().join("crates/plugin-node").join(file), package.join(file)).unwrap();
    }
    fs::copy(shared("mapwright_node"), package.join("mapwright.node")).unwrap();
    let mut node = Command::new("node");
    node.env("NODE_PATH", modules)
        .arg(here("each.cjs"))
        .arg(mapping())
        .args([sandbox.url(), settings().to_string()]);
    piped("Node addon", &mut node, events)
}
