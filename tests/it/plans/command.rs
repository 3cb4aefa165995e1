//! `mapwright plan` and `mapwright deliver --plan` on the command line.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::cli::{CANARY, Folder, SandboxProcess, run, stderr, stdout};

const EVENTS: &str = r#"{"type":"identify","userId":"u-1","traits":{"name":"Ada","email":"ada@acme.test"}}
{"type":"track","userId":"u-1","event":"Signed up"}
"#;

/// A folder with settings and events, and a sandbox.
struct World {
    folder: Folder,
    config: String,
    events: String,
    sandbox: SandboxProcess,
}

impl World {
    fn new(name: &str, events: &str) -> Self {
        let folder = Folder::new(name);
        let config = folder
            .file("config.yaml", "domain: acme\nemail: admin@acme.test\napiToken: {env: CANARY_TOKEN}\n");
        let events = folder.file("events.ndjson", events);
        World { folder, config, events, sandbox: SandboxProcess::start(&["--index-delay", "0"]) }
    }

    /// Runs the program against the sandbox and gives the exit code and both outputs.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut all = arguments.to_vec();
        all.extend(["--config", &self.config, "--endpoint", &self.sandbox.url]);
        let output = run(&all, "");
        (output.status.code().unwrap(), stdout(&output), stderr(&output))
    }

    fn saved(&self) -> String {
        self.folder.path("plan.json")
    }

    fn plan(&self) -> Value {
        let (code, printed, problems) =
            self.run(&["plan", &self.events, "--save", &self.saved(), "--format", "json"]);
        assert_eq!(code, 0, "{printed}{problems}");
        serde_json::from_str(&printed).unwrap()
    }

    fn writes(&self) -> usize {
        let requests = self.sandbox.get("/_sandbox/requests");
        let requests = requests.as_array().unwrap().iter();
        requests.filter(|request| request["method"] != "GET").count()
    }
}

#[test]
fn a_plan_is_saved_and_done() {
    let world = World::new("plan-done", EVENTS);
    let told = world.plan();
    assert_eq!(told["summary"]["writes"]["create"], 2, "{told:#}");
    assert_eq!(told["events"][0]["writes"][0]["change"], "create");
    assert_eq!(told["events"][1]["writes"][0]["target"], "/users/(known after apply)/events");
    assert_eq!(world.writes(), 0);

    let saved = fs::read_to_string(world.saved()).unwrap();
    assert!(!saved.contains(CANARY), "{saved}");
    let (code, printed, problems) = world.run(&["deliver", "--plan", &world.saved(), "--format", "json"]);
    assert_eq!((code, problems.as_str()), (0, ""), "{printed}");
    let done: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((&done["delivered"], &done["refused"]), (&json!(2), &json!(0)));
    assert_eq!(world.writes(), 2);

    // Once more: what the plan saw is no longer so.
    let (code, printed, problems) = world.run(&["deliver", "--plan", &world.saved()]);
    assert_eq!(code, 4, "{printed}");
    assert!(printed.contains("1 of the failed were refused"), "{printed}");
    let why = "refused: GET /users/search?external_id=u-1 gave 1 in `users`, the plan saw none in `users`: \
               POST /users/create_or_update would update what it creates in the plan";
    assert!(problems.contains(why), "{problems}");
}

#[test]
fn another_mapping_or_other_settings_are_refused() {
    let world = World::new("plan-moved", EVENTS);
    world.plan();
    let mapping = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/zendesk.yaml")).unwrap();
    let mapping = world.folder.file("mapping.yaml", &format!("{mapping}\n# another\n"));
    let (code, _, problems) = world.run(&["deliver", "--plan", &world.saved(), "--mapping", &mapping]);
    assert_eq!(code, 4);
    assert!(
        problems.contains("the mapping is not the one that the plan was made with; nothing was sent"),
        "{problems}"
    );

    let (code, _, problems) = world.run(&["deliver", "--plan", &world.saved(), "--set", "sourceName=Other"]);
    assert_eq!(code, 4);
    assert!(problems.contains("the settings are not those that the plan was made with"), "{problems}");
    assert_eq!(world.writes(), 0);
}

#[test]
fn a_file_that_is_no_plan_is_refused() {
    let world = World::new("plan-none", EVENTS);
    for (text, expected) in [
        ("{", "it is no saved plan"),
        (r#"{"format": 2}"#, "it is a plan of format 2, expected format 1"),
        (r#"{"format": 1}"#, "it is no saved plan"),
    ] {
        let file = world.folder.file("plan.json", text);
        let (code, _, problems) = world.run(&["deliver", "--plan", &file]);
        assert_eq!(code, 3, "{problems}");
        assert!(problems.contains(expected), "{problems}");
    }
}

#[test]
fn text_has_signs_and_a_summary_and_tells_bad_lines() {
    let world = World::new("plan-text", &format!("{EVENTS}no event\n{{\"type\":\"page\"}}\n"));
    let (code, printed, problems) = world.run(&["plan", &world.events]);
    assert_eq!((code, problems.as_str()), (1, ""), "{printed}");
    for line in [
        "  + user  POST /users/create_or_update",
        "      user.email: \"ada@acme.test\"",
        "  + event  POST /users/(known after apply)/events",
        "    rejected: Event type page is not supported",
        "Plan: 2 to create, 0 to update, 0 to link, 0 to remove, 0 unchanged, 0 unknown until applied; 2 reads done",
        "Events: 2 rejected of 4",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line} is not in\n{printed}");
    }
}

#[test]
fn a_read_that_fails_is_told() {
    let folder = Folder::new("plan-down");
    let events = folder.file("events.ndjson", EVENTS);
    let output = run(
        &[
            "plan",
            &events,
            "--set",
            "domain=acme",
            "--set",
            "email=a@acme.test",
            "--set",
            "apiToken=some-token",
            "--endpoint",
            "http://127.0.0.1:1",
            "--attempts",
            "1",
        ],
        "",
    );
    assert_eq!(output.status.code(), Some(4));
    assert!(stdout(&output).contains("Events: 2 failed of 2"), "{}", stdout(&output));
}

#[test]
fn a_case_is_planned_by_its_replies_or_in_its_sandbox() {
    let folder = Folder::new("plan-case");
    let case = folder.file(
        "case.yaml",
        r#"
about: A person is created and noted.
mapping: |
  format: 1
  destination: example
  service: {base_url: {value: "https://api.example.com"}}
  tables: {note: {rows: {person: $steps.person.id}}}
  flows:
    track:
      event: track
      steps:
        - known: {get: /people, query: {id: $.userId}, give: {id: "$.people[0].id"}}
        - person: {when: {$steps.known.id: {is: missing}}, post: /people, give: {id: {from: $.id, required: true}},
                   preview: {get: /people/all, give: {id: $.id}}}
        - note: {post: /notes, body: note}
event: {type: track, userId: u-1}
replies:
  - {request: "GET /people?id=u-1", status: 200, body: {people: []}}
  - {request: POST /people, status: 201, body: {id: 7}}
  - {request: POST /notes, status: 201}
expect: {outcome: delivered}
"#,
    );
    let output = run(&["plan", "--case", &case], "");
    let printed = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(printed.contains("  + note  POST /notes\n      person: (known after apply)\n"), "{printed}");
    assert!(printed.contains("Plan: 2 to create") && printed.contains("; 1 reads done"), "{printed}");

    let output =
        run(&["plan", "--case", "tests/cases/zendesk/group-existing-user-and-organization.yaml"], "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("organization.name: \"Acme\" -> \"ACME\""), "{}", stdout(&output));
}

#[test]
fn a_refused_event_is_a_dead_letter_without_an_address_in_its_reason() {
    let event = r#"{"type":"track","userId":"u-1","event":"Signed up","context":{"traits":{"name":"Ada","email":"ada@acme.test"}}}"#;
    let world = World::new("plan-letters", event);
    world.plan();
    world.sandbox.post("/api/v2/users", r#"{"user":{"name":"Ada","email":"ada@acme.test"}}"#);
    let letters = world.folder.path("dead.ndjson");
    let (code, _, problems) = world.run(&["deliver", "--plan", &world.saved(), "--dead-letters", &letters]);
    assert_eq!(code, 4);
    let letter: Value = serde_json::from_str(fs::read_to_string(letters).unwrap().trim()).unwrap();
    assert_eq!(letter["event"]["userId"], "u-1", "{letter:#}");
    let why =
        "GET /users/search?query=email:\"…\" gave 1 in `users`, the plan saw none in `users`: POST /users/";
    for told in [letter["reason"].as_str().unwrap(), &problems] {
        assert!(told.contains(why) && !told.contains('@'), "{told}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_finishes_the_event_and_says_what_was_not_sent() {
    let line =
        |number: usize| format!(r#"{{"type":"identify","userId":"u-{number}","traits":{{"name":"N"}}}}"#);
    let world = World::new("plan-stop", &(0..100).map(line).collect::<Vec<_>>().join("\n"));
    world.plan();
    world
        .sandbox
        .post("/_sandbox/faults", r#"{"path":"/api/v2/users/create_or_update","times":500,"delay_ms":100}"#);
    let child = Command::new(env!("CARGO_BIN_EXE_mapwright"))
        .args([
            "deliver",
            "--plan",
            &world.saved(),
            "--config",
            &world.config,
            "--endpoint",
            &world.sandbox.url,
        ])
        .args(["--format", "json"])
        .env("CANARY_TOKEN", CANARY)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while world.writes() == 0 {
        std::thread::yield_now();
    }
    Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let summary: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let (delivered, left) = (summary["delivered"].as_u64().unwrap(), summary["not_sent"].as_u64().unwrap());
    assert_eq!((delivered + left, summary["failed"].as_u64()), (100, Some(0)), "{summary}");
    assert!(left > 0 && stderr(&output).contains("not sent"), "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(4));
}
