//! The shipped mapping, changed, against the schemas of its destination; and the commands that show schemas.

use std::fs;
use std::path::Path;

use mapwright::compile;
use mapwright::diag::{Diagnostics, Severity, render};
use mapwright::lint::{self, Options};
use serde_json::{Value, json};

use super::cli::{Folder, run, run_in, stderr, stdout};
use super::destination::zendesk_schemas;
use super::scripted::ZENDESK;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the linter says of the shipped mapping when one text in it is another: code, message and advice of each finding.
#[track_caller]
fn changed(from: &str, to: &str) -> Vec<(String, Severity, String, String)> {
    assert!(ZENDESK.contains(from), "the mapping has no {from}");
    let mapping = ZENDESK.replacen(from, to, 1);
    let mut found = Diagnostics::new();
    let compiles = compile::load(&mapping, &mut found).is_some();
    assert!(compiles, "{}", render::human(&found.into_vec(), "mapping.yaml", &mapping));
    let options = Options { destination: Some(zendesk_schemas()), ..Options::default() };
    lint::lint(&mapping, &options, &mut found);
    let told = found.into_vec().into_iter();
    told.map(|found| (found.code.id(), found.severity, found.message, found.help.unwrap_or_default()))
        .collect()
}

#[track_caller]
fn check(from: &str, to: &str, code: &str, message: &str, help: &str) {
    let found = changed(from, to);
    let [(own, _, told, advice)] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((own.as_str(), told.as_str()), (code, message));
    assert!(advice.contains(help), "{advice}");
}

const UPSERT: &str = "`POST /users/create_or_update`";

#[test]
fn attributes_are_those_of_the_destination() {
    let message = format!("{UPSERT} does not know `user.timezone`");
    check("      time_zone: ", "      timezone: ", "D0562", &message, "did you mean `time_zone`?");
    let message = format!("{UPSERT} does not know `user.organization.id`");
    check("      time_zone: ", "      organization.id: ", "D0562", &message, "it knows `name`");
    check("under: user\n", "under: users\n", "D0562", &format!("{UPSERT} does not know `users`"), "`user`");
    let message = format!("`user.active` is set by the destination, and {UPSERT} drops it");
    check("      time_zone: ", "      active: ", "D0563", &message, "remove the row");
}

#[test]
fn types_are_those_that_the_destination_takes() {
    let row = "{from: $person.timezone, as: string}";
    let message = format!("`user.time_zone` is a number, and {UPSERT} takes null or text");
    check(row, "{from: $person.timezone, as: number}", "D0564", &message, "`as:`");
    let message =
        format!("`user.time_zone` may be true or false or a number, and {UPSERT} takes null or text");
    check(row, "{from: $person.timezone, as: scalar}", "D0565", &message, "`as:`");
    let message = "`organization.tags` is a list of a number, and `POST /organizations/create_or_update` takes a list of text";
    check("{from: $firm.tags, as: [string]}", "{from: $firm.tags, as: [integer]}", "D0564", message, "`as:`");
    check(
        "organization_id: {from: [$steps.organization.id, $steps.namesake.id], required: true}",
        "organization_id: {from: [$steps.organization.id, $steps.namesake.id], as: number, required: true}",
        "D0565",
        "`organization_membership.organization_id` may be a number with a fraction, and `POST /organization_memberships` takes a whole number",
        "`as:`",
    );
}

#[test]
fn constants_are_those_that_the_destination_takes() {
    let check = |from: &str, to: &str, message: &str| check(from, to, "D0566", message, "in the schemas");
    check(
        "number: decimal",
        "number: number",
        "`user_field.type` is `number`, where one of `text`, `textarea`, `checkbox`, `date`, `integer`, `decimal`, \
         `regexp`, `dropdown`, `multiselect`, `lookup` is wanted",
    );
    check(
        "verified:        {value: true",
        "verified:        {value: \"yes\"",
        "`user.verified` is text, where true or false is wanted",
    );
}

#[test]
fn what_the_destination_needs_is_filled() {
    check(
        "rows: {type: {value: email}, value: $email, verified",
        "rows: {value: $email, verified",
        "D0567",
        "`POST /users/{user_id}/identities` needs `identity.type`, and no row fills it",
        "add a row",
    );
    check(
        "truncate: 40, required: \"A track event needs a name\"",
        "truncate: 40",
        "D0568",
        "`POST /users/{user_id}/events` needs `event.type`, and not every event fills it",
        "add `required:`",
    );
    // The condition of the step sees to it that there is an address, the requirement of the flow that there is an id.
    check(
        "when: {$config.searchByExternalId: true, $email: {is: present}, not:",
        "when: {$config.searchByExternalId: true, not:",
        "D0568",
        "`POST /users/{user_id}/identities` needs `identity.value`, and not every event fills it",
        "`require:`",
    );
    check(
        "    require: [{present: $user_id, error: UserId is a mandatory field for track}]\n",
        "",
        "D0568",
        "`POST /users/{user_id}/events` needs `profile.identifiers.value`, and not every event fills it",
        "`require:`",
    );
}

#[test]
fn paths_into_replies_lead_somewhere() {
    let check = |from: &str, to: &str, reply: &str, help: &str| check(from, to, "D0569", reply, help);
    let upsert = format!("the reply to {UPSERT} has no `mail`");
    check("email: $.user.email}", "email: $.user.mail}", &upsert, "did you mean `email`?");
    let fields = "the reply to `GET /user_fields` has no ";
    check("next: $.links.next", "next: $.link.next", &format!("{fields}`link`"), "did you mean `links`?");
    check(
        "\"$.user_fields[*].key\"",
        "\"$.user_fields[*].kee\"",
        &format!("{fields}`kee`"),
        "did you mean `key`?",
    );
    check(
        "\"$.details.key[0].error\"",
        "\"$.details.key[0].eror\"",
        "the reply to `POST /user_fields` has no `eror`",
        "did you mean `error`?",
    );
    check(
        "$item.email: {same",
        "$item.mail: {same",
        "the reply to `GET /users/search` has no `mail`",
        "`email`",
    );
    check(
        "$item.created_at:",
        "$item.created:",
        "the reply of the `verify` to `GET /users/{user_id}/events` has no `created`",
        "",
    );
    check(
        "$.error.title",
        "$.error.titel",
        "no reply of the destination has `titel`",
        "did you mean `title`?",
    );
    check(
        "$.error.title",
        "\"$.error[0]\"",
        "no reply of the destination has a list where this path goes through one",
        "",
    );
}

#[test]
fn endpoints_and_parameters_are_those_of_the_destination() {
    let check = |from: &str, to: &str, code: &str, message: &str, help: &str| {
        let found = changed(from, to);
        assert!(
            found
                .iter()
                .any(|(own, _, told, advice)| own == code && told == message && advice.contains(help)),
            "{found:#?}"
        );
    };
    let message = "the schemas have no `POST /users/create_or_updates`";
    check(
        "post: /users/create_or_update,",
        "post: /users/create_or_updates,",
        "D0561",
        message,
        "`/users/create_or_update`",
    );
    let message = "the schemas have no `PUT /users/create_or_update`";
    check(
        "post: /users/create_or_update,",
        "put: /users/create_or_update,",
        "D0561",
        message,
        "this path takes POST",
    );
    let message = "the schemas have no `POST /oauth/token`";
    check("token_path: /oauth/tokens", "token_path: /oauth/token", "D0561", message, "`/oauth/tokens`");
    let message = "`GET /users/search` has no parameter `externalid`";
    check(
        "query: {external_id: $user_id}",
        "query: {externalid: $user_id}",
        "D0571",
        message,
        "`external_id`",
    );
}

#[test]
fn keys_and_lengths_are_those_that_the_destination_takes() {
    let rule = "keys: {allow: A-Za-z0-9_-, other: _, not: \"^[0-9]+$\"}";
    let message = "the rest may send a key that is `0`, which is not taken";
    check(rule, "keys: {allow: A-Za-z0-9_-, other: _}", "D0570", message, "`not:`");
    let message = "the rest may send a key that is `.`, which does not match `^[A-Za-z0-9_-]+$`";
    check(rule, "keys: {allow: A-Za-z0-9_.-, other: _, not: \"^[0-9]+$\"}", "D0570", message, "`keys:`");
    let found = changed("user_fields.id: ", "user_fields.7: ");
    assert!(
        found.iter().any(|(code, severity, ..)| code == "D0570" && *severity == Severity::Error),
        "{found:#?}"
    );
    let message =
        "`event.type` may be longer than the 40 characters that `POST /users/{user_id}/events` takes";
    check("truncate: 40, ", "", "D0572", message, "`truncate: 40`");
    let message =
        "`event.source` may be longer than the 40 characters that `POST /users/{user_id}/events` takes";
    let found = changed("pattern: \".{1,40}\"", "pattern: \".{1,41}\"");
    assert!(found.iter().any(|(_, _, told, _)| told == message), "{found:#?}");
}

#[test]
fn a_suppression_is_not_idle_where_nobody_has_the_schemas() {
    let mut found = Diagnostics::new();
    lint::lint(ZENDESK, &Options::default(), &mut found);
    assert!(found.is_empty(), "{found:?}");
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
        let line = ZENDESK.lines().position(|line| line.contains("schemas: ..")).unwrap() + 1;
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
    let mapping = folder.file("mapping.yaml", &ZENDESK.replace("  schemas: ../schemas/zendesk\n", ""));
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
