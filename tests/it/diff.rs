//! `mapwright diff` against a comparison made the long way: whole runs with answers written by hand, for events of the
//! corpus and a number of changed mappings.

use std::collections::BTreeSet;
use std::sync::Arc;

use mapwright::diff::{Difference, Kind, Seen, compare};
use mapwright::run::{Answer, Limits, Request, Session};
use serde_json::{Map, Value, json};

use crate::cli::{Folder, run, run_in, stderr, stdout};
use crate::scripted::{self, ZENDESK, reply, session};

/// Changes of the mapping, as what is replaced by what, and whether any event of the corpus shows it.
const CHANGES: [(&str, &str, bool); 14] = [
    (
        "name:            {from: $person.name, as: string}",
        "name: {from: [$person.title, $person.name], as: string}",
        true,
    ),
    ("external_id:     [$user_id, $person.userId, $person.id]", "external_id: {value: someone}", true),
    (
        "phone:           {from: $person.phone, as: string}",
        "phone: {from: $person.phone, as: string, truncate: 4}",
        true,
    ),
    (", required: \"User not found, and without a name none can be created\"", "", true),
    ("{is: present, not: {is: empty}}}, error: 'Missing", "{is: present}}, error: 'Missing", false),
    (
        "null: send, keys: {allow: A-Za-z0-9_-, other: _, not: \"^[0-9]+$\"}",
        "keys: {allow: A-Za-z0-9_-, other: _, not: \"^[0-9]+$\"}",
        true,
    ),
    (
        "event.type:        {from: $action, truncate: 40, required",
        "event.type:        {from: $action, truncate: 8, required",
        true,
    ),
    ("event.created_at:  $happened", "event.at: $happened", true),
    (
        "known_user: {get: /users/search, query: {external_id: $user_id},",
        "known_user: {get: /users/search, query: {external_id: $user_id, page: {value: 1}},",
        true,
    ),
    (
        "put: \"/users/:user/identities/:identity/make_primary\"",
        "put: \"/users/:user/identities/:identity/verify\"",
        true,
    ),
    ("      - stop: {when: {$user_id: {is: missing}}}\n", "", true),
    ("post: /organization_memberships,", "put: /organization_memberships,", true),
    (
        "type: {from: $field.type, map: {\n      string: text,",
        "type: {from: $field.type, map: {\n      string: textarea,",
        true,
    ),
    ("429: retry, 4xx: reject", "429: fail, 4xx: fail", false),
];

fn config() -> Value {
    json!({"domain": "acme", "email": "ops@acme.test", "apiToken": "a-token", "searchByExternalId": true,
           "removeUsersFromOrganization": true, "sendGroupCallsWithoutUserId": true})
}

fn changed(from: &str, to: &str) -> Arc<Session> {
    assert_eq!(ZENDESK.matches(from).count(), if to.starts_with("keys") { 2 } else { 1 }, "{from}");
    session(&ZENDESK.replace(from, to), &config())
}

/// What an account says that has all that is looked for, or nothing.
fn answer(request: &Request, event: &Value, has: bool) -> Answer {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let person = event.pointer("/traits").filter(|_| event["type"] != "group");
    let email =
        person.and_then(|person| person.get("email")).or_else(|| event.pointer("/context/traits/email"));
    let user = event["userId"].clone();
    if request.method.is_read() && !has {
        return reply(200, json!({}));
    }
    reply(
        200,
        match path {
            "/users/search" if query.contains("external_id") => {
                json!({"users": [{"id": 11, "external_id": user}]})
            }
            "/users/search" => json!({"users": [{"id": 12, "email": email}]}),
            "/user_fields" => json!({"user_fields": [{"key": "known"}]}),
            "/organization_fields" => json!({"organization_fields": [{"key": "known"}]}),
            "/organizations/search" => json!({"organizations": [{"id": 13, "external_id": null}]}),
            "/users/create_or_update" => json!({"user": {"id": 14, "email": "another@acme.test"}}),
            "/organizations/create_or_update" => json!({"organization": {"id": 15}}),
            path if path.ends_with("/identities") && request.method.is_read() => {
                json!({"identities": [{"id": 16, "type": "email", "value": email}]})
            }
            path if path.ends_with("/identities") => json!({"identity": {"id": 17}}),
            _ => json!({}),
        },
    )
}

/// A request with what it carries.
type Sent = (String, Value);

/// What one mapping does with an event, in full.
fn sent(session: &Arc<Session>, event: &Value, has: bool) -> (Vec<Sent>, String) {
    let limits = Limits { trace: false, ..Limits::default() };
    let (requests, outcome) = scripted::run(session, event, &limits, |request| answer(request, event, has));
    let body = |request: &Request| request.body.as_deref().map(|body| serde_json::from_slice(body).unwrap());
    let sent = requests.iter().map(|request| {
        (format!("{} {}", request.method, request.target), body(request).unwrap_or(Value::Null))
    });
    (sent.collect(), format!("{:?}", outcome.verdict))
}

/// Paths of the leaves of a value.
fn leaves(value: &Value, at: &str, found: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                leaves(value, &if at.is_empty() { key.clone() } else { format!("{at}.{key}") }, found);
            }
        }
        other => {
            found.insert((at.to_owned(), other.to_string()));
        }
    }
}

/// Attributes of bodies that are not in both, for runs that make the same requests.
fn attributes(old: &[Sent], new: &[Sent]) -> Option<BTreeSet<String>> {
    let is_comparable = old.len() == new.len() && old.iter().zip(new).all(|(old, new)| old.0 == new.0);
    let mut names = BTreeSet::new();
    for (old, new) in old.iter().zip(new) {
        let (mut left, mut right) = (BTreeSet::new(), BTreeSet::new());
        leaves(&old.1, "", &mut left);
        leaves(&new.1, "", &mut right);
        names.extend(left.symmetric_difference(&right).map(|(at, _)| at.clone()));
    }
    is_comparable.then_some(names)
}

/// The same from the differences.
fn told(differences: &[Difference], seen: Seen) -> BTreeSet<String> {
    let differences = differences.iter().filter(|one| one.seen == seen || one.seen == Seen::Always);
    let requests = differences.flat_map(|one| &one.requests).filter(|request| request.kind == Kind::Changed);
    requests.flat_map(|request| &request.attributes).map(|attribute| attribute.at.clone()).collect()
}

#[test]
fn differences_are_those_of_whole_runs() {
    let events: Vec<Value> = corpus::events(7, 30, corpus::Variant::Shuffled)
        .chain(corpus::deliverable_events(7, 9, 12))
        .map(|text| serde_json::from_str(&text).unwrap())
        .chain([json!({"type": "group", "groupId": "g-1", "traits": {"name": "Acme"}})])
        .collect();
    let old = session(ZENDESK, &config());
    let (mut n_changed, mut n_attributes, mut odd) = (0, 0, Vec::new());
    for (from, to, shows) in CHANGES {
        let new = changed(from, to);
        let mut n_shown = 0;
        for event in &events {
            let differences = compare(&old, &new, &Arc::new(event.clone()));
            let mut differs = false;
            for (has, seen) in [(true, Seen::Found), (false, Seen::NotFound)] {
                let (left, right) = (sent(&old, event, has), sent(&new, event, has));
                let is_told = differences.iter().any(|one| one.seen == seen || one.seen == Seen::Always);
                assert_eq!(left != right, is_told, "{to}: {seen:?} {event}");
                if let Some(names) = attributes(&left.0, &right.0) {
                    assert_eq!(names, told(&differences, seen), "{to}: {seen:?} {event}");
                    n_attributes += names.len();
                }
                differs |= left != right;
            }
            n_shown += usize::from(differs);
        }
        odd.extend((n_shown > 0).ne(&shows).then(|| format!("{from} => {to}: {n_shown} events change")));
        n_changed += n_shown;
    }
    assert_eq!(odd, Vec::<String>::new());
    println!(
        "{} events, {} changes: {n_changed} differ, {n_attributes} attributes",
        events.len(),
        CHANGES.len()
    );
}

/// The outcome and the requests of the one kind of change of an event.
#[track_caller]
fn check(from: &str, to: &str, event: &Value, expected: &Value) {
    let folder = Folder::new(&format!("diff-{}", from.len() * 1000 + to.len()));
    let path = |name: &str, text: &str| {
        let path = folder.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let mapping = |steps: &str| {
        format!(
            "format: 1\ndestination: e\nservice: {{base_url: {{value: \"https://a.test\"}}}}\n\
             tables: {{person: {{rows: {{name: $.name, age: $.age, list: $.list}}}}}}\n\
             flows: {{f: {{event: track, steps: {steps}}}}}\n"
        )
    };
    let (old, new) = (path("old.yaml", &mapping(from)), path("new.yaml", &mapping(to)));
    let events = path("events.ndjson", &event.to_string());
    let output = run_in(&folder.0, &["diff", &old, &new, "--events", &events, "--format", "json"], "");
    let told: Value =
        serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let short = |request: &Value| {
        let names = request["attributes"].as_array().unwrap().iter().map(|one| one["at"].clone());
        json!([request["change"], request["step"], request["times"], names.collect::<Vec<_>>()])
    };
    let requests =
        |group: &Value| group["requests"].as_array().unwrap().iter().map(short).collect::<Vec<_>>();
    let groups: Vec<Value> = told["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| json!([group["when"], requests(group), group["outcome"]]))
        .collect();
    assert_eq!(json!(groups), *expected);
    assert_eq!(output.status.code(), Some(i32::from(!groups.is_empty())));
}

#[test]
fn requests_come_go_and_change() {
    let event = json!({"type": "track", "name": "Ada"});
    check(
        "[{a: {post: /a, body: person}}, {b: {post: /b}}]",
        "[{a: {put: /a, body: person}}, {c: {post: /c}}]",
        &event,
        &json!([[
            "always",
            [["changed", "a", 1, ["method"]], ["removed", "b", 1, []], ["added", "c", 1, []]],
            null
        ]]),
    );
}

#[test]
fn a_step_with_another_name_makes_the_same_request() {
    let event = json!({"type": "track"});
    check("[{a: {post: /a}}]", "[{b: {post: /a}}]", &event, &json!([]));
}

#[test]
fn rounds_of_a_loop_are_told_once() {
    let event = json!({"type": "track", "list": ["x", "y"]});
    let step = |key: &str| {
        format!(
            "[{{a: {{for_each: {{in: $.list, name: item_, max: 9}}, post: \"/a/:id\", with: {{id: $item_}}, query: {{{key}: $item_}}}}}}]"
        )
    };
    check(
        &step("p"),
        &step("q"),
        &event,
        &json!([["always", [["changed", "a", 2, ["query p", "query q"]]], null]]),
    );
}

#[test]
fn what_depends_on_a_look_up_says_so() {
    let event = json!({"type": "track"});
    let ensure = |create: &str| {
        format!(
            "[{{a: {{ensure: {{find: {{get: /a, give: {{id: $.id}}}}, create: {{post: {create}, give: {{id: $.id}}}}}}}}}}]"
        )
    };
    check(
        &ensure("/a"),
        &ensure("/b"),
        &event,
        &json!([["not_found", [["changed", "a", 1, ["path"]]], null]]),
    );
}

#[test]
fn ends_are_compared() {
    let event = json!({"type": "track"});
    check(
        "[]",
        "[{skip: {why: later}}]",
        &event,
        &json!([["always", [], {"old": "delivered", "new": "skipped: later"}]]),
    );
}

#[test]
fn texts_that_differ_in_nothing_that_shows() {
    let folder = Folder::new("diff-texts");
    let new = folder.0.join("new.yaml");
    std::fs::write(&new, ZENDESK.replace("5xx: retry", "5xx: fail")).unwrap();
    let arguments =
        ["diff", "mappings/zendesk.yaml", new.to_str().unwrap(), "--events", "examples/events.ndjson"];
    let output = run(&arguments, "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        stdout(&output)
            .ends_with("0 of 13 events change: the texts differ, and none of these events shows it\n"),
        "{}",
        stdout(&output)
    );
    let same = ["diff", "mappings/zendesk.yaml", "-", "--events", "examples/events.ndjson"];
    let output = run(&same, ZENDESK);
    assert!(stdout(&output).ends_with("0 of 13 events change: the mappings are the same text\n"));
}

#[test]
fn a_setting_of_one_mapping_is_given_to_that_one() {
    let folder = Folder::new("diff-settings");
    let new = folder.0.join("new.yaml");
    let text = ZENDESK
        .replace("config:\n", "config:\n  colour: {type: string, required: true, about: Its colour}\n");
    let text =
        text.replace("external_id:  $group_id", "external_id:  $group_id\n      colour: $config.colour");
    std::fs::write(&new, text).unwrap();
    let mut arguments = vec!["diff", "mappings/zendesk.yaml", new.to_str().unwrap()];
    arguments.extend(["--events", "examples/events.ndjson", "--set", "domain=acme", "--set", "apiToken=t"]);
    arguments.extend(["--set", "email=a@b.test", "--set", "colour=red"]);
    let output = run(&arguments, "");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stdout(&output).contains("+ organization.colour: \"red\""), "{}", stdout(&output));
    arguments.extend(["--set", "nobodys=1"]);
    let output = run(&arguments, "");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_all_requests_have_in_common_is_told_once() {
    let folder = Folder::new("diff-service");
    let new = folder.0.join("new.yaml");
    std::fs::write(&new, ZENDESK.replace("zendesk.com/api/v2", "zendesk.com/api/v3")).unwrap();
    let arguments =
        ["diff", "mappings/zendesk.yaml", new.to_str().unwrap(), "--events", "examples/events.ndjson"];
    let output = run(&arguments, "");
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).starts_with("All requests\n  ~ base URL: "), "{}", stdout(&output));
}

#[test]
fn markdown_shows_values_as_they_are() {
    let folder = Folder::new("diff-markdown");
    let write = |name: &str, text: &str| std::fs::write(folder.0.join(name), text).unwrap();
    let mapping = |cut: &str| {
        format!(
            "format: 1\ndestination: e\nservice: {{base_url: {{value: \"https://a.test\"}}}}\n\
             tables: {{t: {{rows: {{name: {{from: $.name, as: string{cut}}}}}}}}}\n\
             flows: {{f: {{event: track, steps: [{{t: {{post: /t, body: t}}}}]}}}}\n"
        )
    };
    write("old.yaml", &mapping(""));
    write("new.yaml", &mapping(", truncate: 3"));
    let event = Map::from_iter([
        ("type".to_owned(), json!("track")),
        ("name".to_owned(), json!("a|b</details>`*_\n[x](y)")),
    ]);
    write("events.ndjson", &Value::Object(event).to_string());
    let path = |name: &str| folder.0.join(name).display().to_string();
    let (old, new, events) = (path("old.yaml"), path("new.yaml"), path("events.ndjson"));
    let output = run_in(&folder.0, &["diff", &old, &new, "--events", &events, "--format", "markdown"], "");
    let text = stdout(&output);
    let row = text.lines().find(|line| line.starts_with("| <code>name")).unwrap();
    assert_eq!(
        row,
        "| <code>name</code> | <code>&#34;a&#124;b&#60;/details&#62;&#96;&#42;&#95;&#92;n&#91;x&#93;&#40;y&#41;&#34;</code> \
         | <code>&#34;a&#124;b&#34;</code> |"
    );
    assert_eq!(text.matches("</details>").count(), 1, "{text}");
}
