//! What runs count, and what is said of what they do not.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Coverage, Tally, plain};
use crate::case::{Mapping, limits};
use crate::compile;
use crate::diag::Diagnostics;
use crate::model::Marks;
use crate::run::{Answer, Body, Session, Step, start};

/// Runs events through a mapping, each answer of which is the same, and compares what is missing.
#[track_caller]
fn check(parts: &str, events: &[Value], answer: &(u16, Value), expected: &[&str]) {
    let text = format!(
        "format: 1\ndestination: example\nservice: {{base_url: {{value: \"https://api.example.com\"}}}}\n{parts}"
    );
    let mut found = Diagnostics::new();
    let plan = compile::load(&text, &mut found).unwrap_or_else(|| panic!("{:?}", found.into_vec()));
    let session = Arc::new(Session::open(Arc::new(plan), &Map::new()).unwrap());
    let mut marks = session.marks();
    for event in events {
        let mut step = start(&session, Arc::new(event.clone()), &limits());
        let outcome = loop {
            let Step::Need(_, run) = step else { break step };
            let body = Body::Json(Arc::new(answer.1.clone()));
            step = run.resume(Answer::Reply { status: answer.0, body, retry_after: None });
        };
        let Step::Done(outcome) = outcome else { panic!("the run has ended") };
        marks.merge(&outcome.trace.marks);
    }
    let mut coverage = Coverage::default();
    coverage.count(
        &Mapping { name: "m".into(), path: Some("m.yaml".into()), folder: std::path::PathBuf::new(), text },
        &marks,
    );
    let lacks: Vec<String> = coverage.files()[0].lacks().into_iter().map(|lack| lack.text).collect();
    assert_eq!(lacks, expected);
}

const PEOPLE: &str = "tables: {person: {rows: {id: $.id}}}\n";

#[test]
fn what_is_used_lacks_nothing() {
    check(
        &format!(
            "{PEOPLE}flows: {{identify: {{event: identify, steps: [{{person: {{post: /people, body: person}}}}]}}}}"
        ),
        &[json!({"type": "identify", "id": 1})],
        &(200, json!({})),
        &[],
    );
}

#[test]
fn of_what_is_never_come_to_the_parts_are_not_told() {
    let flows = "flows:
  identify: {event: identify, when: {$.a: 1}, steps: [
    {person: {when: {$.b: 1}, post: /people, body: person, give: {id: {from: [$.id, $.key]}}}}]}
  track: {event: track, steps: [{stop: {when: {$.c: 1}}}, {thing: {when: {$.d: 1, $.e: 1}, put: /things}}]}";
    check(
        &format!("{PEOPLE}{flows}"),
        &[json!({"type": "track", "c": 1})],
        &(200, json!({})),
        &[
            "row person.id never had a value",
            "flow identify took no event",
            "stop was never left out",
            "condition `$.c: 1` always held",
            "step thing was never come to",
            "condition `{$.d: 1, $.e: 1}` was never looked at",
        ],
    );
}

#[test]
fn a_test_counts_when_those_in_front_of_it_decide_nothing() {
    let flows = "flows: {identify: {event: identify, steps: [
  {person: {when: {$.a: 1, any: [{$.b: 1}, {$.c: 1}], not: {$.d: 1}}, post: /people, body: person}}]}}";
    check(
        &format!("{PEOPLE}{flows}"),
        &[
            json!({"type": "identify", "id": 1, "a": 1, "b": 1}),
            json!({"type": "identify", "id": 1, "a": 2, "b": 2, "c": 1, "d": 1}),
        ],
        &(200, json!({})),
        &["test `$.b: 1` always held", "test `$.c: 1` was never looked at", "test `$.d: 1` never held"],
    );
}

/// The run ends before its first step, with what its preparation has found.
#[test]
fn a_step_that_rejects_an_event_in_advance_is_carried_out() {
    let flows = "flows: {identify: {event: identify, steps: [
  {person: {post: /people, body: person}}, {reject: {when: {$.bad: true, $.worse: true}, error: bad}}]}}";
    check(
        &format!("{PEOPLE}{flows}"),
        &[
            json!({"type": "identify", "id": 1, "bad": true, "worse": true}),
            json!({"type": "identify", "id": 1}),
        ],
        &(200, json!({})),
        &["test `$.worse: true` always held"],
    );
}

/// A name that only the condition of elements reads is read; the elements leave no entries in the trace.
#[test]
fn what_elements_decide_is_counted() {
    let parts = "names: {wanted: {from: [$.first, $.second]}}
tables: {person: {rows: {id: {each: $.ids, where: {$item.key: {same_as: $wanted}}, from: [$item.a, $item.b], take: first}}}}
flows: {identify: {event: identify, steps: [{person: {post: /people, body: person}}]}}";
    check(
        parts,
        &[json!({"type": "identify", "first": 1, "ids": [{"key": 2, "b": 2}, {"key": 1, "b": 3}]})],
        &(200, json!({})),
        &["candidate `$.second` of name wanted never won", "candidate `$item.a` of row person.id never won"],
    );
}

#[test]
fn lists_templates_and_loops_are_counted() {
    let parts = "tables: {person: {rows: {
  mails: {list: [{when: {$.mail: {is: present}}, rows: {to: $.mail, kind: $.kind}}]},
  title: {text: \"{{a}} {{b}}\", with: {a: {from: [$.a, $.z]}, b: {from: $.b, default: B}}}}}}
flows: {identify: {event: identify, steps: [
  {person: {post: /people, body: person}},
  {round: {post: /rounds/:id, with: {id: $one.id}, for_each: {in: $.list, name: one, max: 9, where: {$one.ok: true}}}}]}}";
    check(
        parts,
        &[json!({"type": "identify", "mail": "m", "a": 1, "list": [{"id": 1, "ok": true}]})],
        &(200, json!({})),
        &[
            "condition `$.mail: {is: present}` always held",
            "row person.kind never had a value",
            "candidate `$.z` of row person.a never won",
            "candidate `$.b` of row person.b never won",
            "condition `$one.ok: true` always held",
        ],
    );
}

#[test]
fn each_form_of_an_error_line_is_a_point() {
    let flows = "flows: {identify: {event: identify, steps: [{person: {post: /people, body: person,
  errors: {422: [{if: {$.code: 1}, then: done}, {if: {$.code: 2}, then: skip}, reject]}}}]}}";
    check(
        &format!("{PEOPLE}{flows}"),
        &[json!({"type": "identify", "id": 1})],
        &(422, json!({"code": 2})),
        &[
            "error line 422, form 1, of person was never met",
            "error line 422, form 3, of person was never met",
            "condition `$.code: 1` never held",
            "condition `$.code: 2` always held",
        ],
    );
}

#[test]
fn what_a_row_does_with_unusual_values_is_counted() {
    let parts = "tables: {person: {rows: {
  id: {from: $.id, required: No id},
  kind: {from: $.kind, map: {a: 1, b: 2}, on_bad: skip},
  age: {from: $.age, as: integer, on_bad: \"null\"},
  name: {from: $.name, truncate: 3}}}}
flows: {identify: {event: identify, steps: [
  {first: {get: /first, give: {key: $.key}}},
  {person: {post: /people, body: {table: person, plus: {key: $steps.first.key}}}}]}}";
    let usual = json!({"type": "identify", "id": 1, "kind": "a", "age": 1, "name": "Ada"});
    let unusual = json!({"type": "identify", "id": 1, "kind": "c", "age": "old", "name": "Adam"});
    check(
        parts,
        std::slice::from_ref(&usual),
        &(200, json!({"key": 1})),
        &[
            "`required` of row person.id was never without a value",
            "replacement of `b` in row person.kind was never used",
            "`on_bad` of row person.kind never had a value that does not fit",
            "`on_bad` of row person.age never had a value that does not fit",
            "`truncate` of row person.name was never cut",
        ],
    );
    // The body waits for an answer, so that its rows have been looked at in advance.
    let refused = json!({"type": "identify"});
    check(
        parts,
        &[usual, unusual, refused],
        &(200, json!({"key": 1})),
        &["replacement of `b` in row person.kind was never used"],
    );
}

#[test]
fn of_a_request_that_is_out_of_reach_the_parts_are_not_told() {
    let text = "format: 1
destination: example
service: {base_url: {value: \"https://api.example.com\"}}
flows: {identify: {event: identify, steps: [
  {stop: {when: {$.a: {is: missing}}}},
  {late: {when: {$.a: {is: missing}}, ensure: {
    find: {get: /people, query: {id: $.id}, give: {id: $.id}}, create: {post: /people, give: {id: $.id}}}}}]}}
";
    let mut coverage = Coverage::default();
    let mapping =
        Mapping { name: "m".into(), path: Some("m.yaml".into()), folder: ".".into(), text: text.into() };
    coverage.count(&mapping, &Marks::default());
    let told: Vec<String> = coverage.files()[0].out_of_reach().into_iter().map(|lack| lack.text).collect();
    assert_eq!(
        told,
        [
            "step late was never carried out: no event gets to it",
            "condition `$.a: {is: missing}` never held: it never holds",
            "look-up of late was never asked: no event gets to its step",
            "creation of late was never asked: no event gets to its step",
        ]
    );
}

#[test]
fn all_is_a_hundred_percent_and_nearly_all_is_not() {
    let percent = |covered, reachable| Tally { covered, reachable, idle: 5 }.percent().to_string();
    assert_eq!(percent(3, 3), "100");
    assert_eq!(percent(9_999, 10_000), "99.9");
    assert_eq!(percent(0, 0), "100");
    let nearly = Tally { covered: 9_999, reachable: 10_000, idle: 0 };
    assert_eq!([99.98, 99.99, 100.0].map(|least| nearly.reaches(least)), [true, true, false]);
}

#[test]
fn paths_are_told_without_detours() {
    let told = |path: &str| plain(path.as_ref()).display().to_string();
    assert_eq!(told("tests/cases/../../mappings/./a.yaml"), "mappings/a.yaml");
    assert_eq!(told("../a.yaml"), "../a.yaml");
    assert_eq!(told("/x/../a.yaml"), "/a.yaml");
}
