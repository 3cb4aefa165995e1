//! Every limit of a run holds, and a run is the same each time.

use std::sync::Arc;

use corpus::{Variant, events};
use mapwright::run::{Answer, Body, Limits, Method, Request, Session, Trace, Verdict};
use serde_json::{Value, json};

use super::scripted::{Account, ZENDESK, reply, run, session, zendesk};

/// One request for each item, a body of one row, a list in pages.
const MAPPING: &str = r#"
format: 1
destination: limits
service:
  base_url: {value: "https://api.example.com"}
  errors: {429: retry, 5xx: retry, timeout: retry, unreachable: retry}
tables:
  thing: {rows: {name: $.name}}
  item: {rows: {id: $entry.id}}
flows:
  loop:
    event: loop
    steps:
      - items:
          for_each: {in: $.items, name: entry, where: {$entry.wanted: {not: false}}, max: 4}
          post: /items
          body: item
  write:
    event: write
    steps:
      - thing: {post: /things, body: thing}
  pages:
    event: pages
    steps:
      - known: {get: /things, every_page: {next: $.next, max: 3}, give: {names: {from: "$.things[*].name", take: all}}}
  verified:
    event: verified
    steps:
      - thing:
          post: /things
          body: thing
          verify: {get: /things, give: {name: {from: $.name}}}
"#;

fn limits() -> Limits {
    Limits::default()
}

fn mapped() -> Arc<Session> {
    session(MAPPING, &json!({}))
}

/// Requests and verdict of an event when every answer is the same.
fn check(event: &Value, limits: &Limits, answer: &Answer) -> (usize, Verdict) {
    let (requests, outcome) = run(&mapped(), event, limits, |_| answer.clone());
    (requests.len(), outcome.verdict)
}

fn failed(why: &str) -> Verdict {
    Verdict::Failed { why: why.into(), retry_after: None, status: None, is_lasting: false }
}

fn rejected(why: &str) -> Verdict {
    Verdict::Rejected { why: why.into() }
}

fn items(count: usize) -> Value {
    let items: Vec<Value> = (0..count).map(|id| json!({"id": id})).collect();
    json!({"type": "loop", "items": items})
}

/// A list in a list in a list.
fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, _| json!([inner]))
}

#[test]
fn answers() {
    let three = Limits { answers: 3, ..limits() };
    assert_eq!(check(&items(3), &three, &reply(200, json!({}))), (3, Verdict::Delivered));
    let told = failed("the event needs more than 3 answers");
    assert_eq!(check(&items(4), &three, &reply(200, json!({}))), (3, told));
}

#[test]
fn answers_count_tries_too() {
    let few = Limits { answers: 2, attempts: 8, ..limits() };
    let told = failed("the event needs more than 2 answers");
    assert_eq!(check(&items(1), &few, &Answer::Timeout), (2, told));
}

#[test]
fn attempts() {
    let three = Limits { attempts: 3, ..limits() };
    let why = "POST /items answered 429, after 3 tries".into();
    let told = Verdict::Failed { why, retry_after: None, status: Some(429), is_lasting: false };
    assert_eq!(check(&items(1), &three, &reply(429, json!({}))), (3, told));
}

#[test]
fn attempts_begin_anew_with_each_request() {
    let two = Limits { attempts: 2, ..limits() };
    let mut last = 200;
    let (requests, outcome) = run(&mapped(), &items(3), &two, |_| {
        last = if last == 200 { 503 } else { 200 };
        reply(last, json!({}))
    });
    let attempts: Vec<u32> = requests.iter().map(|request| request.attempt).collect();
    assert_eq!((attempts, outcome.verdict), (vec![1, 2, 1, 2, 1, 2], Verdict::Delivered));
}

#[test]
fn attempts_of_a_write_that_is_looked_for_in_between() {
    let three = Limits { attempts: 3, ..limits() };
    let (requests, outcome) = run(&mapped(), &json!({"type": "verified", "name": "a"}), &three, |request| {
        if request.body.is_some() { Answer::Timeout } else { reply(200, json!({})) }
    });
    let attempts: Vec<(Method, u32)> =
        requests.iter().map(|request| (request.method, request.attempt)).collect();
    let (write, read) = (Method::Post, Method::Get);
    assert_eq!(attempts, [(write, 1), (read, 1), (write, 2), (read, 1), (write, 3), (read, 1)]);
    assert!(matches!(outcome.verdict, Verdict::Failed { .. }));
}

#[test]
fn new_credentials_are_asked_for_once() {
    let session = session(ZENDESK, &json!({"domain": "acme", "clientId": "c", "clientSecret": "s"}));
    let event = json!({"type": "identify", "userId": "u", "traits": {"name": "Ada"}});
    let (requests, outcome) = run(&session, &event, &limits(), |_| reply(401, json!({})));
    assert_eq!(requests.len(), 2);
    assert!(requests[1].fresh_auth);
    assert!(matches!(outcome.verdict, Verdict::Failed { .. }));
}

#[test]
fn depth() {
    let three = Limits { depth: 3, ..limits() };
    let done = reply(200, json!({}));
    assert_eq!(check(&json!({"type": "write", "name": nested(3)}), &three, &done), (1, Verdict::Delivered));
    let told = rejected("`thing.name` is nested more than 3 deep");
    assert_eq!(check(&json!({"type": "write", "name": nested(4)}), &three, &done), (0, told));
}

#[test]
fn body_bytes() {
    let few = Limits { body_bytes: r#"{"name":"1234"}"#.len(), ..limits() };
    let done = reply(200, json!({}));
    assert_eq!(check(&json!({"type": "write", "name": "1234"}), &few, &done), (1, Verdict::Delivered));
    let told = rejected("the body of `thing` would have more than 15 bytes");
    assert_eq!(check(&json!({"type": "write", "name": "12345"}), &few, &done), (0, told));
}

#[test]
fn rounds() {
    assert_eq!(check(&items(4), &limits(), &reply(200, json!({}))), (4, Verdict::Delivered));
    let told = rejected("`items` would have 5 rounds where 4 are allowed");
    assert_eq!(check(&items(5), &limits(), &reply(200, json!({}))), (0, told));
}

#[test]
fn rounds_count_what_passes_the_filter() {
    let mut event = items(4);
    event["items"].as_array_mut().unwrap().push(json!({"wanted": false}));
    assert_eq!(check(&event, &limits(), &reply(200, json!({}))), (4, Verdict::Delivered));
}

#[test]
fn pages() {
    let endless = reply(200, json!({"next": "https://api.example.com/things?page=2"}));
    let told = failed("`known` has more than 3 pages");
    assert_eq!(check(&json!({"type": "pages"}), &limits(), &endless), (3, told));
}

#[test]
fn pages_that_end_in_time() {
    let mut read = 0;
    let (requests, outcome) = run(&mapped(), &json!({"type": "pages"}), &limits(), |_| {
        read += 1;
        reply(200, json!({"next": if read < 3 { json!("/things?page=2") } else { json!(null) }}))
    });
    assert_eq!((requests.len(), outcome.verdict), (3, Verdict::Delivered));
}

#[test]
fn no_trace_is_kept_unless_wanted() {
    let silent = Limits { trace: false, ..limits() };
    let (_, outcome) = run(&mapped(), &items(2), &silent, |_| reply(200, json!({})));
    assert_eq!(outcome.trace, Trace::default());
}

/// Answers that are now and then bad, as told by the number of the request.
fn moody(account: &Account, request: &Request, number: usize) -> Answer {
    match number % 5 {
        1 => Answer::Timeout,
        3 => Answer::Reply { status: 503, body: Body::Empty, retry_after: None },
        _ => account.answer(request),
    }
}

#[test]
fn the_same_event_and_answers_give_the_same_run() {
    let (session, account) = (zendesk(), Account::new());
    for event in events(11, 300, Variant::Shuffled) {
        let event: Value = serde_json::from_str(&event).unwrap();
        let once = || {
            let mut number = 0;
            run(&session, &event, &limits(), |request| {
                number += 1;
                moody(&account, request, number)
            })
        };
        let (first, second) = (once(), once());
        assert_eq!(first, second);
        assert_eq!(first.1.trace.to_json().to_string(), second.1.trace.to_json().to_string());
    }
}
