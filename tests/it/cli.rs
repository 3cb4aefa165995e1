//! The program as its users meet it: exit codes, messages, files. Real processes, real HTTP over loopback.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

/// Stands in every credential; must not be seen in any output.
pub(crate) const CANARY: &str = "canary-3b1f9d";

const GROUP: &str = r#"{"type":"group","userId":"u-1","groupId":"g-1","traits":{"name":"Acme"},"context":{"traits":{"name":"Ada","email":"ada@acme.test"}}}"#;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program in the project's folder and looks for leaked credentials.
pub(crate) fn run(arguments: &[&str], input: &str) -> Output {
    run_in(root(), arguments, input)
}

pub(crate) fn run_in(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mapwright"))
        .args(arguments)
        .current_dir(folder)
        .env("CANARY_TOKEN", CANARY)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that ends without reading closes the pipe; that is its right.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    for text in [stdout(&output), stderr(&output)] {
        assert!(!text.contains(CANARY), "a credential is shown: {text}");
        assert!(!text.contains("panicked"), "{text}");
    }
    output
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder of its own, gone when the test ends.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mapwright-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// `mapwright sandbox` in a process of its own.
pub(crate) struct SandboxProcess {
    child: Child,
    pub(crate) url: String,
}

impl SandboxProcess {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mapwright"))
            .args(["sandbox", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url =
            line.trim().strip_prefix("listening on ").expect("the first line says where it listens").into();
        SandboxProcess { child, url }
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        serde_json::from_str(&self.exchange("GET", path, "")).unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &str) {
        self.exchange("POST", path, body);
    }

    /// One request on a connection of its own; the body of the reply.
    fn exchange(&self, method: &str, path: &str, body: &str) -> String {
        let host = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        let login = base64(&format!("admin@acme.test/token:{CANARY}"));
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {login}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply.split_once("\r\n\r\n").unwrap().1.to_owned()
    }
}

impl Drop for SandboxProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn base64(text: &str) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text)
}

fn config(folder: &Folder) -> String {
    folder.file("config.yaml", "domain: acme\nemail: admin@acme.test\napiToken: {env: CANARY_TOKEN}\n")
}

#[test]
fn delivering_twice_changes_nothing_and_fails_nothing() {
    let folder = Folder::new("twice");
    let (config, events) = (config(&folder), folder.file("events.ndjson", GROUP));
    let sandbox = SandboxProcess::start(&["--email", "admin@acme.test", "--token", CANARY]);
    let mut states = Vec::new();
    for _ in 0..2 {
        let output = run(
            &["deliver", &events, "--config", &config, "--endpoint", &sandbox.url, "--format", "json"],
            "",
        );
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let summary: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(summary["delivered"], 1);
        let user = sandbox.get("/api/v2/users/search.json?external_id=u-1")["users"][0].clone();
        let organization =
            sandbox.get("/api/v2/organizations/search.json?external_id=g-1")["organizations"][0].clone();
        let memberships = sandbox.get(&format!("/api/v2/users/{}/organization_memberships.json", user["id"]));
        let membership = memberships["organization_memberships"][0].clone();
        assert_eq!(membership["organization_id"], organization["id"]);
        states.push((
            user["id"].clone(),
            organization["id"].clone(),
            membership["id"].clone(),
            memberships["count"].clone(),
        ));
    }
    assert_eq!(states[0], states[1]);
}

#[test]
fn a_changed_line_of_the_mapping_changes_the_behaviour() {
    let folder = Folder::new("edit");
    let text = fs::read_to_string(root().join("mappings/zendesk.yaml")).unwrap();
    let row = "      user_fields.id:  $user_id\n";
    assert!(text.contains(row));
    let edited = text.replace(
        row,
        &format!("{row}      user_fields.subscription_plan: {{from: $person.plan, as: string}}\n"),
    );
    let mapping = folder.file("mapping.yaml", &edited);
    let events = folder
        .file("events.ndjson", r#"{"type":"identify","userId":"u-1","traits":{"name":"Ada","plan":"pro"}}"#);
    let sandbox = SandboxProcess::start(&[]);
    let output = run(
        &[
            "deliver",
            &events,
            "--mapping",
            &mapping,
            "--config",
            &config(&folder),
            "--endpoint",
            &sandbox.url,
        ],
        "",
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let fields = sandbox.get("/api/v2/users/search.json?external_id=u-1")["users"][0]["user_fields"].clone();
    assert_eq!(fields, json!({"subscription_plan": "pro"}));
}

#[test]
fn bad_events_are_named_and_the_rest_goes_on() {
    let folder = Folder::new("bad-events");
    let dead = folder.path("dead.ndjson");
    let deep = format!("{{\"type\":\"identify\",\"x\":{}1{}}}", "[".repeat(500), "]".repeat(500));
    let many: Vec<String> = (0..10_000).map(|number| format!("\"k{number}\":1")).collect();
    let lines = [
        r#"{"type":"identify","userId":"u-1","traits":{"name":"Ada","__proto__":"x","a.b":1,"bio":"\u0000 🎉"}}"#.to_owned(),
        "{broken".into(),
        "[1, 2]".into(),
        r#"{"userId":"u-2"}"#.into(),
        r#"{"type":7}"#.into(),
        r#"{"type":"identify","userId":{"a":1},"traits":"text"}"#.into(),
        deep,
        format!(r#"{{"type":"identify","userId":"u-3","traits":{{"name":"Bob",{}}}}}"#, many.join(",")),
        format!(r#"{{"type":"identify","userId":"u-4","traits":{{"name":"Cyd","long":"{}"}}}}"#, "x".repeat(2_000_000)),
        String::new(),
        r#"{"message":{"type":"identify","userId":"u-5","traits":{"name":"Dee"}},"metadata":{"jobId":1}}"#.into(),
    ];
    let output =
        run(&["deliver", "-", "--sandbox", "--dead-letters", &dead, "--format", "json"], &lines.join("\n"));
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let summary: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(
        (&summary["events"], &summary["delivered"], &summary["rejected"]),
        (&json!(10), &json!(2), &json!(8))
    );
    let letters: Vec<Value> =
        fs::read_to_string(&dead).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut lines: Vec<u64> = letters.iter().map(|letter| letter["line"].as_u64().unwrap()).collect();
    lines.sort_unstable();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8, 9]);
    assert!(letters.iter().all(|letter| letter["reason"].as_str().is_some_and(|reason| !reason.is_empty())));
}

#[test]
fn settings_are_checked_before_anything_is_sent() {
    let events = "examples/events.ndjson";
    let endpoint = ["--endpoint", "http://127.0.0.1:9"];
    for (settings, expected) in [
        (&[][..], "setting `domain`: is missing"),
        (&["--set", "domian=acme"][..], "did you mean `domain`?"),
        (&["--set", "domain=acme.evil/x"][..], "setting `domain`: does not match the pattern"),
        (&["--set", "domain=acme"][..], "there is no way to log in"),
        (
            &[
                "--set",
                "domain=acme",
                "--set",
                "apiToken=canary-3b1f9d",
                "--set",
                "email=a@b.c",
                "--set",
                "sourceName= Zendesk",
            ][..],
            "setting `sourceName`: must not be zendesk",
        ),
    ] {
        let output = run(&[&["deliver", events], &endpoint[..], settings].concat(), "");
        assert_eq!(output.status.code(), Some(2), "{settings:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{settings:?}: {}", stderr(&output));
    }
}

#[test]
fn an_unreachable_destination_fails_the_events_and_keeps_them() {
    let folder = Folder::new("unreachable");
    let dead = folder.path("dead.ndjson");
    let sandbox = SandboxProcess::start(&[]);
    let fault =
        r#"{"path":"/api/v2/organization_fields","status":403,"times":10,"body":{"error":"Forbidden"}}"#;
    sandbox.post("/_sandbox/faults", fault);
    let arguments =
        ["deliver", "-", "--config", &config(&folder), "--endpoint", &sandbox.url, "--dead-letters", &dead];
    let output = run(&arguments, GROUP);
    assert_eq!(output.status.code(), Some(4), "{}", stderr(&output));
    let letter: Value = serde_json::from_str(fs::read_to_string(&dead).unwrap().trim()).unwrap();
    assert_eq!((&letter["outcome"], &letter["line"]), (&json!("failed"), &json!(1)));
    assert_eq!(letter["reason"], "GET /organization_fields answered 403: Forbidden");
    assert_eq!(letter["event"]["userId"], "u-1");
    assert!(letter["trace"].as_array().is_some_and(|trace| !trace.is_empty()));
}

#[test]
fn lint_points_at_the_mistake() {
    let folder = Folder::new("lint");
    let text = fs::read_to_string(root().join("mappings/zendesk.yaml")).unwrap();
    let text = text.replace("../schemas", &root().join("schemas").display().to_string());
    let mapping = folder.file("mapping.yaml", &text.replace("$person.timezone", "$persn.timezone"));
    let line = text.lines().position(|line| line.contains("$person.timezone")).unwrap() + 1;
    let output = run(&["lint", &mapping, "--format", "json"], "");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let findings: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let finding = findings.as_array().map_or(&findings, |findings| &findings[0]);
    assert_eq!((&finding["code"], &finding["line"]), (&json!("D0301"), &json!(line)), "{finding}");
    for key in
        ["code", "name", "severity", "file", "line", "column", "end_line", "end_column", "message", "help"]
    {
        assert!(finding.get(key).is_some(), "no {key} in {finding}");
    }
    assert_eq!(run(&["lint", "--as-of", "2026-01-01"], "").status.code(), Some(0));
}

#[test]
fn a_mapping_with_errors_never_sends() {
    let folder = Folder::new("errors");
    let mapping = folder.file("mapping.yaml", "format: 1\ndestination: x\n");
    let output = run(&["deliver", "examples/events.ndjson", "--sandbox", "--mapping", &mapping], "");
    assert!(matches!(output.status.code(), Some(1..=3)), "{:?}", output.status);
    assert!(stdout(&output).contains("D0202") || stderr(&output).contains("D0202"), "{}", stderr(&output));
}

#[test]
fn the_demo_shows_what_is_held_afterwards() {
    let output = run(&["demo"], "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    for expected in ["Ada Lovelace", "Memberships", "rejected: Event type page is not supported", "Try next"]
    {
        assert!(text.contains(expected), "no {expected:?} in\n{text}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mapwright"))
        .arg("demo")
        .current_dir(root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[cfg(unix)]
#[test]
fn ctrl_c_finishes_what_is_in_flight_and_says_what_was_not_sent() {
    let folder = Folder::new("interrupt");
    let line =
        |number: usize| format!(r#"{{"type":"identify","userId":"u-{number}","traits":{{"name":"N"}}}}"#);
    let events = folder.file("events.ndjson", &(0..200).map(line).collect::<Vec<_>>().join("\n"));
    let sandbox = SandboxProcess::start(&[]);
    sandbox
        .post("/_sandbox/faults", r#"{"path":"/api/v2/users/create_or_update","times":500,"delay_ms":100}"#);
    let child = Command::new(env!("CARGO_BIN_EXE_mapwright"))
        .args(["deliver", &events, "--config", &config(&folder), "--endpoint", &sandbox.url])
        .args(["--concurrency", "2", "--format", "json"])
        .env("CANARY_TOKEN", CANARY)
        .current_dir(root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while sandbox.get("/_sandbox/state")["users"].as_array().is_none_or(Vec::is_empty) {
        std::thread::yield_now();
    }
    Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let summary: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let delivered = summary["delivered"].as_u64().unwrap();
    assert!((1..200).contains(&delivered), "{summary}");
    let users = sandbox.get("/_sandbox/state")["users"].as_array().map_or(0, Vec::len);
    assert_eq!(users as u64, delivered, "what was begun was finished");
    assert!(stderr(&output).contains("not sent"), "{}", stderr(&output));
    assert_ne!(output.status.code(), Some(0));
}

#[test]
fn the_sandbox_takes_switches_from_a_file_and_from_flags() {
    let folder = Folder::new("switches");
    let switches = folder.file("sandbox.yaml", "bulk_import: true\njob_queue: 0\njob_row: 0\nseed: 7\n");
    let body = r#"{"users":[{"name":"Ada"}]}"#;
    let import = |arguments: &[&str]| {
        SandboxProcess::start(arguments).exchange("POST", "/api/v2/users/create_many", body)
    };
    assert!(import(&["--config", &switches]).contains("\"queued\""));
    assert!(import(&["--config", &switches, "--bulk-import=false"]).contains("Forbidden"));
    let output = run(&["sandbox", "--config", &folder.file("wrong.yaml", "bulk: true\n")], "");
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("there is no setting `bulk`"), "{}", stderr(&output));
    assert!(stderr(&run(&["sandbox", "--listen", "0.0.0.0:0"], "")).contains("loopback"));
}

#[test]
fn the_sandbox_keeps_its_state_in_a_file() {
    let folder = Folder::new("state");
    let state = folder.file("state.json", "{}");
    let mut sandbox = SandboxProcess::start(&["--state", &state]);
    sandbox.post("/api/v2/users", r#"{"user":{"name":"Ada","external_id":"u-1"}}"#);
    Command::new("kill").args(["-TERM", &sandbox.child.id().to_string()]).status().unwrap();
    assert!(sandbox.child.wait().unwrap().success());
    let again = SandboxProcess::start(&["--state", &state]);
    assert_eq!(again.get("/api/v2/users/search?external_id=u-1")["users"][0]["name"], "Ada");
}
