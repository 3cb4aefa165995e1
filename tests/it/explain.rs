//! `explain`: what it says of an event is so.

use std::sync::Arc;

use corpus::{Variant, deliverable_events, events};
use jsonpath_rust::JsonPath;
use mapwright::compile;
use mapwright::diag::Diagnostics;
use mapwright::explain::{Explanation, explain};
use mapwright::run::{Evaluator, Fate, MadeOutcome, Reached, Session, Source};
use serde_json::{Map, Value, json};

use super::cli::{Folder, run, stderr, stdout};
use super::scripted::zendesk;

const MAPPING: &str = r#"
format: 1
destination: example
config: {token: {type: secret}, wanted: {type: boolean, default: false}}
service: {base_url: {value: "https://api.example.com"}, auth: {bearer: $config.token}}
names: {person: {from: [$.traits, $.context.traits], as: object, empty: missing}}
tables:
  person:
    under: person
    empty: missing
    rows:
      name: {from: [$person.title, $person.nick, $person.alias, $person.name], as: string}
      age: {from: [$person.age, $person.years], as: integer, on_bad: skip}
      plan: {from: $person.plan, default: free}
      short: {from: $person.text, truncate: 3}
      never: {value: true, when: {$config.wanted: true}}
    rest: {of: $person, into: fields, as: scalar}
flows:
  identify:
    event: identify
    when: {$config.token: {is: present}}
    steps: [{person: {post: /people, body: person}}]
"#;

fn session(mapping: &str) -> Arc<Session> {
    let plan = compile::load(mapping, &mut Diagnostics::new()).unwrap();
    let settings = json!({"token": "canary-token"}).as_object().cloned().unwrap();
    Arc::new(Session::open(Arc::new(plan), &settings).unwrap())
}

fn event() -> Value {
    json!({
        "type": "identify",
        "context": {"ip": "10.0.0.1"},
        "traits": {"title": null, "nick": "", "name": 7, "age": "old", "years": "42", "text": "long",
                   "it's": true, "list": [1]},
    })
}

fn explained(event: Value) -> Explanation<'static> {
    explain(&session(MAPPING), &Arc::new(event), "mapping.yaml", MAPPING)
}

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "a line a test")]
fn check(leaf: &str, value: Option<Value>, fates: &[(&str, &str)]) {
    let mut explanation = explained(event());
    assert!(explanation.only(leaf), "no {leaf}");
    let told = &explanation.json()["steps"][0]["leaves"][0];
    assert_eq!(told.get("value"), value.as_ref());
    let found: Vec<(&str, &str)> = told["candidates"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| (one["selector"].as_str().unwrap(), one["fate"].as_str().unwrap()))
        .collect();
    assert_eq!(found, fates);
}

#[test]
fn losers_are_told_with_the_reason() {
    let fates = [
        ("$person.title", "null"),
        ("$person.nick", "empty"),
        ("$person.alias", "missing"),
        ("$person.name", "won"),
    ];
    check("person.name", Some(json!("7")), &fates);
}

#[test]
fn a_bad_cast_is_told() {
    let fates = [("$person.age", "does not fit"), ("$person.years", "won")];
    check("person.age", Some(json!(42)), &fates);
}

#[test]
fn a_default_is_told() {
    check("person.plan", Some(json!("free")), &[("$person.plan", "missing")]);
}

#[test]
fn a_row_whose_condition_does_not_hold_is_told() {
    check("person.never", None, &[]);
}

#[test]
fn a_member_of_the_rest_that_is_not_sent_is_told() {
    check("person.fields.list", None, &[("$person.list", "left out")]);
}

#[test]
fn the_tree_shows_it_all() {
    let expected = r#"flow identify of mapping.yaml
├─ it takes identify events
└─ identify holds: $config.token is "***"  line 21
step person: POST /people
├─ person.name = "7"  from $person.name at $.traits.name, as text, changed  line 12  row person.name
│  ├─ $person.title is null
│  ├─ $person.nick is empty
│  └─ $person.alias is missing
├─ person.age = 42  from $person.years at $.traits.years, as a whole number, changed  line 13  row person.age
│  └─ $person.age does not fit: expected a whole number, found text
├─ person.plan = "free"  by default  line 14  row person.plan
│  └─ $person.plan is missing
├─ person.short = "lon"  from $person.text at $.traits.text, changed  line 15  row person.short
├─ person.never left out: its `when` does not hold  line 16  row person.never
│  └─ person.never does not hold: $config.wanted is false  line 16
├─ person.fields.it's = true  from $person['it\'s'] at $.traits['it\'s']  line 17  row rest of $person
└─ person.fields.list left out  line 17  row rest of $person
   └─ $person.list is not sent: its type is not sent
nobody reads
└─ $.context
"#;
    assert_eq!(explained(event()).text(), expected);
}

#[test]
fn programs_get_it_all_as_json() {
    let mut explanation = explained(event());
    assert!(explanation.only("person.age"));
    let candidates = json!([
        {"selector": "$person.age", "fate": "does not fit", "why": "expected a whole number, found text",
         "found": "old", "source": "$.traits.age", "via": {"name": "person", "line": 6}},
        {"selector": "$person.years", "fate": "won", "found": "42", "source": "$.traits.years",
         "via": {"name": "person", "line": 6}},
    ]);
    let leaf = json!({
        "leaf": "person.age", "keys": ["person", "age"], "row": "person.age", "line": 13, "value": 42,
        "source": "$.traits.years", "changed": true, "as": "a whole number", "candidates": candidates,
    });
    let step = json!({
        "step": "person", "does": "POST /people", "reached": "yes", "conditions": [], "leaves": [leaf],
    });
    let expected = json!({
        "mapping": "mapping.yaml", "verdict": "prepared", "flow": "identify", "takes": "identify",
        "steps": [step],
    });
    assert_eq!(explanation.json(), expected);
    let whole = explained(event()).json();
    assert_eq!(whole["unread"], json!(["$.context"]));
    let saw = json!([{"selector": "$config.token", "value": "***"}]);
    assert_eq!(whole["conditions"], json!([{"of": "identify", "line": 21, "held": true, "saw": saw}]));
}

#[test]
fn what_nobody_reads_is_the_highest_part() {
    let mut event = event();
    event["properties"] = json!({"a": {"b": 1}});
    assert_eq!(explained(event.clone()).unread(), ["$.context", "$.properties"]);
    event["traits"] = json!({});
    event["context"]["traits"] = json!({"name": "Ada", "list": []});
    assert_eq!(explained(event).unread(), ["$.context.ip", "$.traits", "$.properties"]);
}

#[test]
fn a_secret_is_not_shown() {
    let explanation = explained(event());
    let told = format!("{}{}{explanation:?}", explanation.text(), explanation.json());
    assert!(told.contains("***") && !told.contains("canary-token"), "{told}");
}

#[test]
fn what_an_event_brings_cannot_control_a_terminal() {
    let explanation = explained(json!({"type": "identify", "traits": {"a\u{9b}31m": "\u{1b}[31m\u{85}"}}));
    let text = explanation.text();
    assert!(text.contains("\\u{9b}"), "{text}");
    assert!(!text.chars().any(|character| character.is_control() && character != '\n'), "{text:?}");
}

/// Puts a value into a body, below its keys.
fn put(body: &mut Map<String, Value>, keys: &[String], value: &Value) {
    match keys {
        [] => {}
        [key] => drop(body.insert(key.clone(), value.clone())),
        [key, below @ ..] => {
            let inner = body.entry(key.clone()).or_insert_with(|| json!({}));
            put(inner.as_object_mut().unwrap(), below, value);
        }
    }
}

/// Every leaf against the event and against the bodies that are really made; gives how many had a source.
fn check_event(session: &Arc<Session>, event: &Value) -> usize {
    let explanation = explain(session, &Arc::new(event.clone()), "", "");
    let found = explanation.examination();
    let mut evaluator = Evaluator::new(session.clone());
    let mut out = Vec::new();
    let Ok(prepared) = evaluator.prepare_value(event, &mut out) else {
        assert!(found.refusal.is_some(), "{event}");
        return 0;
    };
    assert_eq!(found.refusal, None, "{event}");
    let bodies: Vec<(&str, std::ops::Range<usize>)> = prepared.bodies().collect();
    for (step, range) in &bodies {
        let reached = |examined: &&mapwright::run::ExaminedStep| {
            &*examined.name == *step && examined.reached == Reached::Yes
        };
        let examined = found.steps.iter().find(reached).unwrap();
        let mut made = Map::new();
        for leaf in &examined.leaves {
            if let MadeOutcome::Value(value) = &leaf.made.outcome {
                put(&mut made, &leaf.path, value);
            }
        }
        let body: Value = serde_json::from_slice(&out[range.clone()]).unwrap();
        assert_eq!(Value::Object(made), body, "{event}");
    }
    let mut count = 0;
    for leaf in found.steps.iter().flat_map(|step| &step.leaves) {
        let (MadeOutcome::Value(value), Some(path)) = (&leaf.made.outcome, leaf.made.path()) else {
            continue;
        };
        let there: Vec<String> = event.query(&path).unwrap().into_iter().map(Value::to_string).collect();
        assert_eq!(there.len(), 1, "{path} in {event}");
        let sent = value.to_string();
        assert_eq!(there[0] == sent, !leaf.made.is_changed(), "{path}: {value} in {event}");
        count += 1;
    }
    count
}

#[test]
fn every_leaf_is_what_stands_at_its_source() {
    let session_of_zendesk = zendesk();
    let corpus = deliverable_events(7, 50, 300).chain(events(7, 300, Variant::Shuffled));
    let mut count = 0;
    for event in corpus {
        count += check_event(&session_of_zendesk, &serde_json::from_str(&event).unwrap());
    }
    count += check_event(&session(MAPPING), &event());
    assert!(count > 3_000, "only {count} leaves have a source");
}

#[test]
fn a_winner_goes_through_its_name_to_the_event() {
    let explanation = explained(json!({"type": "identify", "context": {"traits": {"name": "Ada"}}}));
    let leaf = &explanation.examination().steps[0].leaves[0].made;
    let winner = leaf.winner().unwrap();
    let via = winner.via.as_ref().unwrap();
    assert_eq!(leaf.path().as_deref(), Some("$.context.traits.name"));
    let Source::Candidates(candidates) = &via.source else { panic!("{via:?}") };
    assert_eq!([&candidates[0].fate, &candidates[1].fate], [&Fate::Missing, &Fate::Won]);
}

#[test]
fn the_command_takes_an_event_in_several_lines() {
    let event = format!("{:#}", json!({"type": "identify", "userId": "u", "traits": {"name": "Ada"}}));
    let output = run(&["explain", "-", "--format", "json", "--leaf", "user.name"], &event);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let told: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(told["verdict"], "prepared");
    assert_eq!(told["steps"][0]["leaves"][0]["source"], "$.traits.name");
}

#[test]
fn the_command_says_with_its_exit_code_that_an_event_is_rejected() {
    let output = run(&["explain", "-"], "{\"type\":\"page\"}\n");
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("rejected: Event type page is not supported"), "{}", stdout(&output));
}

#[test]
fn the_command_says_what_is_not_there() {
    let check = |arguments: &[&str], code: i32, expected: &str| {
        let output = run(&[&["explain", "examples/events.ndjson"], arguments].concat(), "");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    };
    check(&["--leaf", "user.nam"], 2, "did you mean `user.name`?");
    check(&["--line", "9999"], 3, "there is no event in line 9999");
    check(&["--set", "email=a@b.test"], 2, "setting `domain`");
}

#[test]
fn the_command_shows_no_credential() {
    let folder = Folder::new("explain");
    let config =
        folder.file("account.yaml", "domain: acme\nemail: a@b.test\napiToken: {env: CANARY_TOKEN}\n");
    // `run` looks for the token in all that is printed.
    let output = run(&["explain", "examples/events.ndjson", "--config", &config, "--format", "json"], "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}
