//! Whole events through a deliverer, over a transport that answers from a script. Time is tokio's, and paused.

use std::fmt;
use std::io::Cursor;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Map, json};

use super::*;
use crate::compile;
use crate::diag::{Diagnostics, render};
use crate::run::{Answer, Body, Request, Verdict};
use crate::value::Secret;

const MAPPING: &str = r#"
format: 1
destination: shop
order_by: [$.userId]
config: {token: {type: secret, required: true}}
service:
  base_url: {value: "https://shop.example.com/api"}
  auth: {bearer: $config.token}
  errors: {404: missing, 429: retry, 5xx: retry, timeout: retry}
tables:
  kind: {rows: {name: $.kind}}
  person: {rows: {id: $.userId, n: $.n}}
flows:
  person:
    event: identify
    steps:
      - kinds: {get: /kinds, cache: 10m, give: {names: {from: "$.names[*]", take: all}}}
      - new_kind:
          when: {$.kind: {not: {in_list: $steps.kinds.names}}}
          post: /kinds
          body: kind
          once: {key: $.kind, keep: 10m}
          forget: kinds
      - person: {post: /people, body: person}
  seat:
    event: track
    steps:
      - seat:
          when: {$.kind: {is: present}}
          put: /seats
          body: person
          remember: {key: $.userId, keep: 1h}
          give: {id: {from: $.id, required: true}}
      - place: {put: "/places/:seat", with: {seat: $steps.seat.id}, when: {$steps.seat.id: {is: present}}}
      - empty: {when: {$.kind: {is: missing}}, delete: /seats, forget: seat}
"#;

/// Answers by what is asked, after a tenth of a second, and writes down when that was.
struct Script<F> {
    asked: Mutex<Vec<(u64, String)>>,
    answer: F,
    since: clock::Instant,
}

impl<F> fmt::Debug for Script<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Script")
    }
}

impl<F: Fn(usize, &str) -> Answer + Send + Sync> Script<F> {
    fn new(answer: F) -> Arc<Self> {
        Arc::new(Self { asked: Mutex::default(), answer, since: clock::now() })
    }

    fn lines(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(_, line)| line.clone()).collect()
    }

    /// Tenths of a second since the beginning at which a line was asked.
    fn times_of(&self, line: &str) -> Vec<u64> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(_, asked)| asked == line).map(|(tenths, _)| *tenths).collect()
    }
}

impl<F: Fn(usize, &str) -> Answer + Send + Sync> Transport for Script<F> {
    fn send<'a>(&'a self, request: &'a Request, authorization: Option<&'a Secret>) -> Sending<'a> {
        assert_eq!(authorization.map(Secret::reveal), Some("Bearer canary"));
        let body = request.body.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
        let line = format!("{} {} {body}", request.method, request.target).trim_end().to_owned();
        let tenths = u64::try_from((clock::now() - self.since).as_millis() / 100).unwrap();
        let mut asked = self.asked.lock().unwrap();
        let answer = (self.answer)(asked.iter().filter(|(_, before)| *before == line).count(), &line);
        asked.push((tenths, line));
        Box::pin(async {
            clock::wait(Duration::from_millis(100)).await;
            answer
        })
    }

    fn ask_token<'a>(&'a self, _: &'a str, _: &'a Secret) -> Sending<'a> {
        Box::pin(async { Answer::Timeout })
    }
}

fn reply(status: u16, body: Value) -> Answer {
    Answer::Reply { status, body: Body::Json(Arc::new(body)), retry_after: None }
}

fn busy(seconds: u64) -> Answer {
    Answer::Reply { status: 429, body: Body::Empty, retry_after: Some(Duration::from_secs(seconds)) }
}

/// All is well: there is one kind, and writes succeed.
fn fine(line: &str) -> Answer {
    if line.starts_with("GET") { reply(200, json!({"names": ["known"]})) } else { reply(201, json!({})) }
}

fn deliverer(transport: Arc<dyn Transport>, concurrency: usize) -> Deliverer {
    let mut diagnostics = Diagnostics::new();
    let plan = compile::load(MAPPING, &mut diagnostics);
    let plan =
        plan.unwrap_or_else(|| panic!("{}", render::human(&diagnostics.into_vec(), "mapping", MAPPING)));
    let settings = Map::from_iter([("token".to_owned(), json!("canary"))]);
    let session = Session::open(Arc::new(plan), &settings).unwrap();
    Deliverer::new(Arc::new(session), transport, Options { concurrency, ..Options::default() })
}

fn event(user: &str, n: u32, kind: &str) -> String {
    json!({"type": "identify", "userId": user, "n": n, "kind": kind}).to_string()
}

fn read(events: &[String]) -> Lines {
    Lines::at_once(Input::from_reader("events", Box::new(Cursor::new(events.join("\n")))))
}

async fn deliver(deliverer: &Deliverer, events: &[String]) -> (Summary, Vec<(u64, Verdict)>) {
    let mut finished = Vec::new();
    let take = |one: &Finished| finished.push((one.line.line, one.outcome.verdict.clone()));
    let (summary, broken) = stream::deliver_all(deliverer, read(events), &Stop::default(), take).await;
    assert!(broken.is_none());
    (summary, finished)
}

#[tokio::test(start_paused = true)]
async fn reads_and_once_writes_are_shared() {
    let script = Script::new(|_, line| fine(line));
    let events: Vec<String> = (0..8).map(|n| event(&format!("u{n}"), n, "new")).collect();
    let (summary, _) = deliver(&deliverer(script.clone(), 8), &events).await;
    assert_eq!((summary.events, summary.delivered), (8, 8));
    assert_eq!(summary.requests, Requests { read: 1, write: 9 });
    assert_eq!(script.times_of(r#"POST /kinds {"name":"new"}"#), [1]);
}

#[tokio::test(start_paused = true)]
async fn a_write_makes_reads_go_out_again() {
    let script = Script::new(|_, line| fine(line));
    let events = [event("a", 1, "new"), event("a", 2, "known"), event("a", 3, "known")];
    let (summary, _) = deliver(&deliverer(script.clone(), 8), &events).await;
    assert_eq!(summary.delivered, 3);
    assert_eq!(script.times_of("GET /kinds").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn events_of_one_user_stay_in_order() {
    let script = Script::new(|_, line| fine(line));
    let events: Vec<String> = (0..20).map(|n| event(&format!("u{}", n % 3), n, "known")).collect();
    deliver(&deliverer(script.clone(), 16), &events).await;
    let lines = script.lines();
    for user in ["u0", "u1", "u2"] {
        let of_user: Vec<u64> = lines
            .iter()
            .filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("POST /people ")?).ok())
            .filter(|body| body["id"] == user)
            .map(|body| body["n"].as_u64().unwrap())
            .collect();
        assert!(of_user.len() >= 6 && of_user.is_sorted(), "{user}: {of_user:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_holds_back_the_whole_account() {
    let first = r#"POST /people {"id":"a","n":1}"#;
    let script =
        Script::new(move |before, line| if line == first && before == 0 { busy(30) } else { fine(line) });
    let events = [event("a", 1, "known"), event("b", 2, "new")];
    let (summary, _) = deliver(&deliverer(script.clone(), 8), &events).await;
    assert_eq!(summary.delivered, 2);
    assert_eq!(script.times_of(first), [1, 302]);
    assert_eq!(
        script.times_of(r#"POST /people {"id":"b","n":2}"#),
        [302],
        "waits for what it was not told itself"
    );
}

#[tokio::test(start_paused = true)]
async fn gives_up_after_the_attempts_of_the_policy() {
    let script =
        Script::new(|_, line| if line.starts_with("POST") { reply(503, json!({})) } else { fine(line) });
    let (summary, finished) = deliver(&deliverer(script.clone(), 8), &[event("a", 1, "known")]).await;
    assert_eq!((summary.failed, summary.requests.write), (1, 6));
    let why = finished[0].1.why().unwrap();
    assert!(why.contains("503") && !why.contains("canary"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn a_failed_once_write_is_tried_by_the_next_event() {
    let script = Script::new(|before, line| {
        if line.starts_with("POST /kinds") && before == 0 { reply(400, json!({})) } else { fine(line) }
    });
    let events = [event("a", 1, "new"), event("a", 2, "new"), event("a", 3, "new")];
    let (summary, _) = deliver(&deliverer(script.clone(), 8), &events).await;
    assert_eq!(summary.delivered, 2);
    assert_eq!(script.times_of(r#"POST /kinds {"name":"new"}"#).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_remembered_write_is_made_when_it_says_something_new() {
    let script = Script::new(|before, line| match line {
        r#"PUT /seats {"id":"b","n":1}"# if before == 0 => reply(400, json!({})),
        _ => reply(200, json!({"id": 7})),
    });
    let deliverer = deliverer(script.clone(), 8);
    let sit = |user: &str, n| json!({"type": "track", "userId": user, "n": n, "kind": "seat"}).to_string();
    let events = [("a", 1), ("b", 1), ("a", 1), ("b", 1), ("a", 2), ("a", 2), ("a", 1)];
    let (summary, _) = deliver(&deliverer, &events.map(|(user, n)| sit(user, n))).await;
    assert_eq!((summary.delivered, summary.failed + summary.rejected), (6, 1));
    let seats = |user| {
        let body =
            |line: String| Some(serde_json::from_str::<Value>(line.strip_prefix("PUT /seats ")?).unwrap());
        let bodies = script.lines().into_iter().filter_map(body).filter(|body| body["id"] == user);
        bodies.map(|body| body["n"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((seats("a"), seats("b")), (vec![1, 2, 1], vec![1, 1]), "a failure is not remembered");
    assert_eq!(script.times_of("PUT /places/7").len(), 6, "what it gave is remembered as well");

    let leave = json!({"type": "track", "userId": "a", "n": 1}).to_string();
    deliver(&deliverer, &[leave, sit("a", 1)]).await;
    assert_eq!(seats("a"), [1, 2, 1, 1], "a write forgets it");
    clock::wait(Duration::from_hours(1)).await;
    deliver(&deliverer, &[sit("a", 1)]).await;
    assert_eq!(seats("a"), [1, 2, 1, 1, 1], "its time is over");
}

#[tokio::test(start_paused = true)]
async fn what_an_event_failed_at_is_not_kept() {
    let script = Script::new(|before, line| match line {
        // A page instead of an answer, and one without what the mapping needs.
        r#"PUT /seats {"id":"a","n":1}"# if before == 0 => {
            Answer::Reply { status: 200, body: Body::Other("<html>".into()), retry_after: None }
        }
        r#"PUT /seats {"id":"a","n":1}"# if before == 1 => reply(200, json!({})),
        _ => reply(200, json!({"id": 7})),
    });
    let deliverer = deliverer(script.clone(), 8);
    let sit = json!({"type": "track", "userId": "a", "n": 1, "kind": "seat"}).to_string();
    let (summary, finished) = deliver(&deliverer, &[sit.clone(), sit.clone(), sit.clone(), sit]).await;
    assert_eq!((summary.failed, summary.delivered), (2, 2), "{finished:?}");
    assert_eq!(script.times_of(r#"PUT /seats {"id":"a","n":1}"#).len(), 3, "the last one is left out");
}

#[tokio::test(start_paused = true)]
async fn a_write_that_nobody_waits_for_is_taken_for_made() {
    let script = Script::new(|_, _| reply(200, json!({"id": 7})));
    let deliverer = deliverer(script.clone(), 8);
    let sit = json!({"type": "track", "userId": "a", "n": 1, "kind": "seat"});
    deliver(&deliverer, &[sit.to_string()]).await;
    let leave = deliverer.deliver_one(json!({"type": "track", "userId": "a", "n": 1}));
    assert!(tokio::time::timeout(Duration::from_millis(50), leave).await.is_err());
    deliver(&deliverer, &[sit.to_string()]).await;
    assert_eq!(script.times_of(r#"PUT /seats {"id":"a","n":1}"#).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn bad_lines_are_rejected_and_the_rest_goes_on() {
    let script = Script::new(|_, line| fine(line));
    let events = ["{oops".to_owned(), event("a", 1, "known"), "7".to_owned(), "{}".to_owned()];
    let (summary, mut finished) = deliver(&deliverer(script, 8), &events).await;
    assert_eq!((summary.events, summary.delivered, summary.rejected), (4, 1, 3));
    finished.sort_by_key(|(line, _)| *line);
    let names: Vec<&str> = finished.iter().map(|(_, verdict)| verdict.name()).collect();
    assert_eq!(names, ["rejected", "delivered", "rejected", "rejected"]);
}

#[tokio::test(start_paused = true)]
async fn stopping_finishes_what_is_under_way_and_counts_the_rest() {
    let script = Script::new(|_, line| fine(line));
    let deliverer = deliverer(script, 2);
    let events: Vec<String> = (0..100).map(|n| event(&format!("u{n}"), n, "known")).collect();
    let stop = Stop::default();
    let mut finished = 0;
    let take = |_: &Finished| {
        finished += 1;
        if finished == 3 {
            stop.stop();
        }
    };
    let (summary, _) = stream::deliver_all(&deliverer, read(&events), &stop, take).await;
    assert_eq!((summary.events, summary.delivered), (4, 4));
    assert_eq!(summary.not_sent, Some(NotSent { events: 96, at_least: false }));
}
