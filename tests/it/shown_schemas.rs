//! The commands that read the schemas of a destination: what they show, and what they say when they cannot.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::cli::{Folder, run, run_in, stderr, stdout};
use super::scripted::ZENDESK;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn schemas_that_cannot_be_read_are_a_finding() {
    let folder = Folder::new("unread-schemas");
    let mapping = folder.file("mapping.yaml", &ZENDESK.replace("../schemas/zendesk", "schemas"));
    let finding = || {
        let output = run(&["lint", &mapping, "--as-of", "2026-01-01", "--format", "json"], "");
        let found: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!((output.status.code(), found[0]["code"].as_str()), (Some(1), Some("D0575")), "{found}");
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
        let line = ZENDESK.lines().position(|line| line.contains("schemas: \"..")).unwrap() + 1;
        assert_eq!(found[0]["line"], json!(line));
        found[0]["message"].as_str().unwrap().to_owned()
    };
    assert!(finding().starts_with("the schemas cannot be read: cannot read "), "{}", finding());
    fs::create_dir_all(folder.0.join("schemas")).unwrap();
    assert!(finding().contains("there is no *.json file in "), "{}", finding());
    folder.file("schemas/one.json", "{\"openapi\": \"3.1.0\", \"paths\": {\"/a\": []}}");
    assert!(finding().ends_with("one.json: paths./a: expected an object, found a list"), "{}", finding());
    for command in
        [&["explain", "examples/events.ndjson", "--mapping", &mapping][..], &["lint", &mapping, "--budget"]]
    {
        let output = run(command, "");
        assert_eq!(output.status.code(), Some(3), "{}", stdout(&output));
        assert!(stderr(&output).contains("one.json: paths./a: expected"), "{}", stderr(&output));
    }
}

#[test]
fn a_reply_that_the_destination_never_gives_fails_a_case() {
    let folder = Folder::new("foreign-reply");
    let schemas = root().join("schemas/zendesk").display().to_string();
    let mapping = folder.file("mapping.yaml", &ZENDESK.replace("../schemas/zendesk", &schemas));
    let check = |replies: &str, expected: &str| {
        let case = format!(
            "about: x\nmapping_file: {mapping}\nconfig: {{domain: acme, email: a@b.test, apiToken: t}}\n\
             event: {{type: track, userId: u-1, event: Seen}}\nreplies:\n  - {{request: GET /users/search?external_id=u-1, status: 200, \
             body: {{users: [{{id: 7, external_id: u-1}}]}}}}\n  - {{request: POST /users/7/events, {replies}}}\n\
             expect: {{outcome: delivered}}\n"
        );
        let file = folder.file("case.yaml", &case);
        let output = run_in(&folder.0, &["test", &file], "");
        let shown = stdout(&output);
        assert_eq!(output.status.code(), Some(i32::from(!expected.is_empty())), "{shown}");
        assert!(shown.contains(expected), "{shown}");
    };
    let reply = "reply 2, to `POST /users/7/events`, is none of the destination's: ";
    check("status: 202, body: {status: received}", "");
    check(
        "status: 202, body: {status: 1}",
        &format!("{reply}`$.status` is a whole number, where text is wanted"),
    );
    check(
        "status: 202, body: {statu: received, status: ok}",
        &format!("{reply}`$.statu` is not known; did you mean `status`?"),
    );
    check("status: 202, body: {user_id: '7'}", &format!("{reply}`$` lacks `status`"));
    check("status: 202, body: {}, off_schema: true", "");
    let idle =
        "reply 2, to `POST /users/7/events`, has `off_schema`, and the schemas have nothing against it";
    check("status: 202, body: {status: received}, off_schema: true", idle);
    check("status: 200, body: {status: received}", &format!("{reply}the schemas have no answer 200"));
}

#[test]
fn events_a_minute_are_shown_by_plan() {
    let output = run(&["lint", "mappings/zendesk.yaml", "--budget", "--format", "json"], "");
    let costs: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let of = |flow: usize, plan: &str| {
        let plans = costs[flow]["plans"].as_array().unwrap();
        plans.iter().find(|one| one["plan"] == plan).unwrap_or_else(|| panic!("{plan}")).clone()
    };
    // One upsert of a user a second, whatever the plan.
    let identify = of(0, "Suite Enterprise");
    assert_eq!(identify["typical"], json!({"events_per_minute": 60.0, "limit": "user upserts"}));
    // 700 requests a minute for the most that one event may need.
    let worst = costs[0]["worst"].as_f64().unwrap();
    assert_eq!(identify["worst"], json!({"events_per_minute": 700.0 / worst, "limit": "account"}));
    // One search, which counts against the account, and one user event, which does not.
    assert_eq!(of(1, "Suite Growth")["typical"], json!({"events_per_minute": 250.0, "limit": "events"}));
    // Nobody knows a limit of events on this plan.
    assert_eq!(of(1, "Support Team")["typical"], Value::Null);
    let table = stdout(&run(&["lint", "mappings/zendesk.yaml", "--budget"], ""));
    assert!(table.contains("Suite Enterprise Plus") && table.contains("user upserts"), "{table}");
}

#[test]
fn a_mapping_without_schemas_has_no_plans() {
    let folder = Folder::new("no-schemas");
    let mapping = folder.file("mapping.yaml", &ZENDESK.replace("  schemas: \"../schemas/zendesk\"\n", ""));
    let output = run(&["lint", &mapping, "--budget"], "");
    assert!(!stdout(&output).contains("plan"), "{}", stdout(&output));
    let told = run(&["explain", "examples/events.ndjson", "--line", "2", "--mapping", &mapping], "");
    assert!(!stdout(&told).contains("nobody fills"), "{}", stdout(&told));
}

#[test]
fn what_nobody_fills_is_explained() {
    let output = run(&["explain", "examples/events.ndjson", "--line", "2", "--format", "json"], "");
    let told: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let steps = told["steps"].as_array().unwrap();
    let unfilled = |name: &str| &steps.iter().find(|step| step["step"] == name).unwrap()["unfilled"];
    assert_eq!(unfilled("identity"), &json!(["identity.primary", "identity.skip_verify_email"]));
    // What the destination sets, what a row writes although this event has no value, and what the rest fills.
    let user: Vec<&str> = unfilled("user").as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(user.contains(&"user.notes") && !user.contains(&"user.url"), "{user:?}");
    assert!(
        !user.contains(&"user.phone") && !user.iter().any(|path| path.starts_with("user.user_fields")),
        "{user:?}"
    );
    assert_eq!(unfilled("known_user_fields"), &Value::Null);
    let text = stdout(&run(&["explain", "examples/events.ndjson", "--line", "2"], ""));
    assert!(text.contains("nobody fills user.skip_verify_email, user.alias, "), "{text}");
}
