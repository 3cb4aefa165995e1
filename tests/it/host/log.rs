//! The log of a host that runs as a process.

use sandbox::Sandbox;
use serde_json::{Value, json};

use super::command::Process;
use super::{identify, item, statuses};

/// Three events: a good one, one whose reason has an e-mail address in it, one whose reason has a secret in it.
fn items() -> [Value; 3] {
    let mut with_address = item(2, "r-2", &json!({"type": "eve@acme.test"}));
    with_address["metadata"]["messageId"] = json!("m-2");
    [item(1, "r-1", &identify("ada")), with_address, item(3, "r-3", &json!({"type": "canary-token"}))]
}

/// The lines of a log in JSON, by their message.
fn lines(told: &str) -> Vec<(String, Value)> {
    let line = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(line["timestamp"].is_string(), "{line}");
        (line["message"].take().as_str().unwrap().to_owned(), line)
    };
    told.lines().map(line).collect()
}

#[tokio::test]
async fn what_happens_is_logged_without_addresses_and_secrets() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let host = Process::start(&sandbox, &["--log", "json"]);
    assert_eq!(statuses(&host.route(&items(), ("a", "b")).await), [299, 400, 400]);
    let body = r#"[{"destType":"eve@acme.test"}]"#;
    host.client.post(format!("{}/deleteUsers", host.url)).body(body).send().await.unwrap();
    let body = r#"{"input": "eve@acme.test"}"#;
    host.client.post(format!("{}/routerTransform", host.url)).body(body).send().await.unwrap();
    let (_, told) = host.end();
    assert!(!told.contains("acme.test") && !told.contains("canary"), "{told}");
    let lines = lines(&told);
    let messages: Vec<&str> = lines.iter().map(|(message, _)| message.as_str()).collect();
    let expected = [
        "mapping refused",
        "mapping served",
        "started",
        "event failed",
        "event failed",
        "call refused",
        "call refused",
        "asked to end, finishing what is under way",
        "ended, all was finished",
    ];
    // Which of the mappings in the folder stand back is none of this test's business.
    assert_eq!(
        messages.iter().skip_while(|message| **message == "mapping refused").collect::<Vec<_>>(),
        expected[1..].iter().collect::<Vec<_>>()
    );
    let at = |message: &str, place: usize| {
        let mut lines = lines.iter().filter(|(found, _)| found == message);
        lines.nth(place).unwrap_or_else(|| panic!("{message}")).1.clone()
    };
    let mut failed = at("event failed", 0);
    failed.as_object_mut().unwrap().remove("timestamp");
    assert_eq!(
        failed,
        json!({
            "level": "WARN", "message": null, "destination": "zendesk", "destinationId": "d-1",
            "workspaceId": "w-1", "jobId": "2", "messageId": "m-2", "status": 400,
            "errorCategory": "dataValidation", "errorType": "instrumentation",
            "reason": "Event type … is not supported",
        })
    );
    assert_eq!(at("event failed", 1)["reason"], "Event type *** is not supported");
    assert_eq!(at("call refused", 0)["reason"], "Unknown destination: …");
    assert_eq!(at("call refused", 1)["reason"], "the body is not a batch: see line 1, column 25");
    assert_eq!(at("mapping served", 0)["destination"], "zendesk");
    assert_eq!(at("started", 0)["level"], "INFO");
}

#[tokio::test]
async fn a_level_leaves_out_what_is_below_it() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let host = Process::start(&sandbox, &["--log", "text", "--log-level", "warn"]);
    host.route(&items(), ("a", "b")).await;
    let (_, told) = host.end();
    let lines: Vec<&str> =
        told.lines().filter(|line| line.contains("WARN") || line.contains("INFO")).collect();
    assert_eq!(lines.len(), 2, "{told}");
    let failed = r#"WARN event failed destination="zendesk" destinationId="d-1" workspaceId="w-1" jobId="2""#;
    assert!(lines[0].contains(failed), "{told}");
}

#[tokio::test]
async fn what_becomes_of_a_saved_file_is_logged() {
    let mapping = include_str!("../../../mappings/zendesk.yaml");
    let folder = crate::cli::Folder::new("log");
    let file = folder.file("zendesk.yaml", mapping);
    let sandbox = Sandbox::builder().start().await.unwrap();
    let mut host = Process::start(&sandbox, &["--log", "json", "--mappings", &file]);
    let before = host.next("mapping served")["hash"].clone();
    host.next("started");

    // As an editor does, so that nobody reads half a file.
    let save = |text: String| {
        let new = folder.file("zendesk.yaml.new", &text);
        std::fs::rename(new, &file).unwrap();
    };
    save(mapping.replace("flows:", "flowz:"));
    let refused = host.next("mapping refused");
    assert_eq!((&refused["level"], &refused["file"]), (&json!("ERROR"), &json!(file)));
    let diagnostics = refused["diagnostics"].as_str().unwrap();
    assert!(
        diagnostics.contains("unknown key `flowz`") && diagnostics.contains("did you mean"),
        "{diagnostics}"
    );

    save(mapping.to_owned() + "# changed\n");
    assert_ne!(host.next("mapping served")["hash"], before);
}
