//! Requests of whole events that go together, over a destination in memory. Time is tokio's, and paused.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Map, Value, json};
use tokio::task::JoinSet;

use super::super::clock;
use super::super::{Deliverer, Options, RetryPolicy, Sending, Standing, Transport};
use super::*;
use crate::compile;
use crate::diag::{Diagnostics, render};
use crate::run::{Body, Outcome, Session, Verdict};
use crate::value::Secret;

const MAPPING: &str = r#"
format: 1
destination: example
service:
  base_url: {value: "https://api.example.com"}
  errors: {404: fail, 429: retry, 4xx: reject, 5xx: retry, timeout: retry}
  job: {id: $.job.id, get: /jobs, ids: ids, list: $.jobs, by: id, rows: $.rows, ended: {$.state: done}, every: 2s, within: 1m, most: 2}
tables:
  person: {under: person, rows: {key: $.userId, name: $.name}}
flows:
  identify:
    event: identify
    steps:
      - person:
          post: /people
          body: person
          effect: upsert
          give: {id: {from: $.person.id, required: true}}
          bulk:
            key: $.userId
            max: 3
            forms:
              - {post: /people/import, list: people, by: key, good: {$.state: made}, refused: {403: 1h}}
              - {put: /people, list: people, by: id, rows: $.people, good: {$.state: made}, find: {get: /people, ids: keys, rows: $.people, by: key, add: id}}
      - page: {put: "/pages/:id", with: {id: $steps.person.id}}
  group:
    event: group
    steps:
      - team: {post: /teams, body: person, effect: upsert, bulk: {key: $.groupId, max: 3, collapse: last, forms: {post: /teams/many, list: teams, rows: $.teams}}}
  track:
    event: track
    steps:
      - found: {get: /people, query: {key: $.userId}, give: {id: "$.people[0].id"}, bulk: {key: $.userId, max: 3, forms: {get: /people, ids: keys, rows: $.people, by: key}}}
      - reject: {when: {$steps.found.id: {is: missing}}, error: nobody}
"#;

/// What is odd about a destination.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Odd {
    /// Imports are 403.
    Closed,
    /// Jobs never end.
    Stuck,
    /// Replies say nothing of limits.
    Wide,
    /// Reads of many fail.
    Broken,
}

/// A destination that knows people by number, and answers after a tenth of a second.
#[derive(Debug, Default)]
struct Destination {
    asked: Mutex<Vec<String>>,
    jobs: Mutex<BTreeMap<String, Value>>,
    odd: &'static [Odd],
}

impl Destination {
    fn is(&self, odd: Odd) -> bool {
        self.odd.contains(&odd)
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = self.asked.lock().unwrap().clone();
        lines.retain(|line| !line.contains("/pages/"));
        lines
    }

    fn answer(&self, method: &str, target: &str, body: &Value) -> (u16, Value) {
        let id = |key: &Value| {
            let digits: String = key.as_str().unwrap().chars().filter(char::is_ascii_digit).collect();
            100 + digits.parse::<u64>().unwrap()
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let keys =
            || query.split_once('=').map_or("", |(_, keys)| keys).split(',').filter(|key| *key != "u9");
        let made = |row: &Value| json!({"state": "made", "id": id(&row["key"]), "key": row["key"]});
        match (method, path) {
            ("POST", "/people/import") if self.is(Odd::Closed) => (403, json!({})),
            ("POST", "/people/import") => {
                // `bad` is a row that fails, and rows come in any order.
                let rows = body["people"].as_array().unwrap().iter().rev();
                let row =
                    |row: &Value| if row["name"] == "bad" { json!({"state": "failed"}) } else { made(row) };
                let mut jobs = self.jobs.lock().unwrap();
                let job = format!("job{}", jobs.len());
                jobs.insert(job.clone(), rows.map(row).collect());
                (200, json!({"job": {"id": job}}))
            }
            ("GET", "/jobs") => {
                let jobs = self.jobs.lock().unwrap();
                let job = |id: &str| json!({"id": id, "state": if self.is(Odd::Stuck) { "working" } else { "done" }, "rows": jobs[id]});
                (200, json!({"jobs": keys().map(job).collect::<Vec<_>>()}))
            }
            ("GET", "/people") if self.is(Odd::Broken) && query.starts_with("keys") => (500, json!({})),
            ("GET", "/people") => {
                let row = |key: &str| json!({"key": key.to_uppercase(), "id": id(&json!(key))});
                (200, json!({"people": keys().map(row).collect::<Vec<_>>()}))
            }
            ("PUT", "/people") => (
                200,
                json!({"people": body["people"].as_array().unwrap().iter().map(made).collect::<Vec<_>>()}),
            ),
            ("POST", "/people") if body["person"]["name"] == "bad" => (422, json!({})),
            ("POST", "/people") => (200, json!({"person": made(&body["person"])})),
            ("POST", "/teams/many") => (200, json!({"teams": body["teams"]})),
            _ => (200, json!({})),
        }
    }
}

impl Transport for Destination {
    fn send<'a>(&'a self, request: &'a Request, _: Option<&'a Secret>) -> Sending<'a> {
        let body: Value =
            request.body.as_deref().map_or(Value::Null, |body| serde_json::from_slice(body).unwrap());
        let text = if body.is_null() { String::new() } else { format!(" {body}") };
        self.asked.lock().unwrap().push(format!("{} {}{text}", request.method, request.target));
        let (status, body) = self.answer(request.method.as_str(), &request.target, &body);
        Box::pin(async move {
            clock::wait(std::time::Duration::from_millis(100)).await;
            Answer::Reply { status, body: Body::Json(Arc::new(body)), retry_after: None }
        })
    }

    fn take_standing(&self) -> Option<Standing> {
        let standing = Standing { limit: 10_000, remaining: 9_000, reset: std::time::Duration::from_mins(1) };
        (!self.is(Odd::Wide)).then_some(standing)
    }

    fn ask_token<'a>(&'a self, _: &'a str, _: &'a Secret) -> Sending<'a> {
        Box::pin(async { Answer::Timeout })
    }
}

fn deliverer(destination: &Arc<Destination>) -> Deliverer {
    let mut found = Diagnostics::new();
    let plan = compile::load(MAPPING, &mut found);
    let plan = plan.unwrap_or_else(|| panic!("{}", render::human(&found.into_vec(), "mapping", MAPPING)));
    let session = Session::open(Arc::new(plan), &Map::new()).unwrap();
    let options = Options { retry: RetryPolicy::without_waiting(2), ..Options::default() };
    Deliverer::new(Arc::new(session), destination.clone(), options)
}

/// Delivers events at the same time; gives what became of each, in their order.
async fn deliver(deliverer: &Deliverer, events: impl IntoIterator<Item = Value>) -> Vec<String> {
    let mut running = JoinSet::new();
    for (place, event) in events.into_iter().enumerate() {
        let outcome = deliverer.deliver_one(Arc::new(event));
        running.spawn(async move { (place, outcome.await) });
    }
    let mut outcomes: Vec<(usize, Outcome)> = running.join_all().await;
    outcomes.sort_by_key(|(place, _)| *place);
    let told = |(_, outcome): (usize, Outcome)| match outcome.verdict {
        Verdict::Delivered => "delivered".to_owned(),
        verdict => verdict.why().unwrap_or_default().to_owned(),
    };
    outcomes.into_iter().map(told).collect()
}

fn identify(user: &str, name: &str) -> Value {
    json!({"type": "identify", "userId": user, "name": name})
}

#[tokio::test(start_paused = true)]
async fn requests_go_together_and_each_gets_its_own_row() {
    let destination = Arc::new(Destination::default());
    let events = [identify("u1", "a"), identify("u2", "b"), identify("u3", "c")];
    let before = clock::now();
    assert_eq!(deliver(&deliverer(&destination), events).await, ["delivered"; 3]);
    assert_eq!(
        destination.lines(),
        [
            r#"POST /people/import {"people":[{"key":"u1","name":"a"},{"key":"u2","name":"b"},{"key":"u3","name":"c"}]}"#,
            "GET /jobs?ids=job0"
        ]
    );
    let pages: Vec<String> = destination
        .asked
        .lock()
        .unwrap()
        .iter()
        .filter(|line| line.starts_with("PUT /pages"))
        .cloned()
        .collect();
    assert_eq!(pages.len(), 3);
    assert!((101..=103).all(|id| pages.contains(&format!("PUT /pages/{id}"))), "{pages:?}");
    assert!(clock::now() - before < std::time::Duration::from_secs(3), "nobody waits for more");
}

#[tokio::test(start_paused = true)]
async fn one_read_tells_how_all_jobs_stand_and_there_are_never_too_many() {
    let destination = Arc::new(Destination::default());
    let events = (1..=8).map(|n| identify(&format!("u{n}"), "a"));
    assert_eq!(deliver(&deliverer(&destination), events).await, ["delivered"; 8]);
    let lines = destination.lines();
    let place = |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap();
    assert_eq!(lines.iter().filter(|line| line.starts_with("POST /people/import")).count(), 3);
    assert!(lines.contains(&"GET /jobs?ids=job0,job1".to_owned()), "{lines:?}");
    assert!(place("GET /jobs?ids=job0,job1") < place("GET /jobs?ids=job2"), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_nobody_joins_is_made_alone_and_at_once() {
    let destination = Arc::new(Destination::default());
    let before = clock::now();
    assert_eq!(deliver(&deliverer(&destination), [identify("u1", "a")]).await, ["delivered"]);
    assert_eq!(destination.lines(), [r#"POST /people {"person":{"key":"u1","name":"a"}}"#]);
    assert_eq!((clock::now() - before).as_millis(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_fails_is_asked_alone_for_its_reason() {
    let destination = Arc::new(Destination::default());
    let events = [identify("u1", "a"), identify("u2", "bad"), identify("u3", "c")];
    let told = deliver(&deliverer(&destination), events).await;
    assert_eq!(told, ["delivered", "POST /people answered 422", "delivered"]);
    let alone: Vec<String> =
        destination.lines().into_iter().filter(|line| line.starts_with("POST /people ")).collect();
    assert_eq!(alone, [r#"POST /people {"person":{"key":"u2","name":"bad"}}"#]);
}

#[tokio::test(start_paused = true)]
async fn a_form_that_is_refused_is_not_tried_again_and_who_is_not_there_is_asked_alone() {
    let destination = Arc::new(Destination { odd: &[Odd::Closed], ..Destination::default() });
    let deliverer = deliverer(&destination);
    let events = || [identify("u1", "a"), identify("u2", "b"), identify("u9", "c")];
    assert_eq!(deliver(&deliverer, events()).await, ["delivered"; 3]);
    assert_eq!(deliver(&deliverer, events()).await, ["delivered"; 3]);
    let lines = destination.lines();
    let put = r#"PUT /people {"people":[{"key":"u1","name":"a","id":101},{"key":"u2","name":"b","id":102}]}"#;
    assert_eq!(lines.len(), 7, "{lines:?}");
    assert!(lines[0].starts_with("POST /people/import"));
    for round in [&lines[1..4], &lines[4..7]] {
        assert_eq!(
            round,
            ["GET /people?keys=u1,u2,u9", put, r#"POST /people {"person":{"key":"u9","name":"c"}}"#]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn two_of_one_key_are_never_under_way_together() {
    let destination = Arc::new(Destination::default());
    let events = [identify("u1", "a"), identify("U1", "b"), identify("u2", "c"), identify("u3", "d")];
    assert_eq!(deliver(&deliverer(&destination), events).await, ["delivered"; 4]);
    let writes: Vec<String> =
        destination.lines().into_iter().filter(|line| line.starts_with("POST")).collect();
    assert_eq!(
        writes,
        [
            r#"POST /people/import {"people":[{"key":"u1","name":"a"},{"key":"u2","name":"c"},{"key":"u3","name":"d"}]}"#,
            r#"POST /people {"person":{"key":"U1","name":"b"}}"#,
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn one_stands_for_all_of_its_key_where_the_mapping_says_so() {
    let destination = Arc::new(Destination::default());
    let group = |user: &str, group: &str| json!({"type": "group", "userId": user, "groupId": group});
    let events = [group("u1", "g1"), group("u2", "g1"), group("u3", "g2"), group("u4", "g1")];
    assert_eq!(deliver(&deliverer(&destination), events).await, ["delivered"; 4]);
    assert_eq!(destination.lines(), [r#"POST /teams/many {"teams":[{"key":"u4"},{"key":"u3"}]}"#]);
}

#[tokio::test(start_paused = true)]
async fn reads_go_together_and_who_is_not_there_is_not_found() {
    let destination = Arc::new(Destination::default());
    let track = |user: &str| json!({"type": "track", "userId": user});
    let told = deliver(&deliverer(&destination), ["u1", "u9", "u2"].map(track)).await;
    assert_eq!(told, ["delivered", "nobody", "delivered"]);
    assert_eq!(destination.lines(), ["GET /people?keys=u1,u9,u2"]);
}

#[tokio::test(start_paused = true)]
async fn a_read_of_many_that_fails_finds_nobody_missing() {
    let destination = Arc::new(Destination { odd: &[Odd::Broken], ..Destination::default() });
    let track = |user: &str| json!({"type": "track", "userId": user});
    assert_eq!(deliver(&deliverer(&destination), ["u1", "u2"].map(track)).await, ["delivered"; 2]);
    let lines = destination.lines();
    assert_eq!(lines[..2], ["GET /people?keys=u1,u2"; 2], "tried twice");
    assert!(lines[2..].iter().all(|line| line.starts_with("GET /people?key=u")), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn a_key_with_a_comma_would_be_two_and_is_asked_alone() {
    let destination = Arc::new(Destination::default());
    let track = |user: &str| json!({"type": "track", "userId": user});
    deliver(&deliverer(&destination), ["u1", "u2,u3", "u4"].map(track)).await;
    assert!(destination.lines().contains(&"GET /people?key=u2%2Cu3".to_owned()), "{:?}", destination.lines());
}

#[tokio::test(start_paused = true)]
async fn a_job_that_never_ends_is_lost_and_its_items_are_asked_alone() {
    let destination = Arc::new(Destination { odd: &[Odd::Stuck], ..Destination::default() });
    assert_eq!(
        deliver(&deliverer(&destination), [identify("u1", "a"), identify("u2", "b")]).await,
        ["delivered"; 2]
    );
    let lines = destination.lines();
    assert_eq!(lines.iter().filter(|line| line.starts_with("POST /people ")).count(), 2, "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn where_nothing_is_limited_each_write_is_made_alone() {
    let destination = Arc::new(Destination { odd: &[Odd::Wide], ..Destination::default() });
    let deliverer = deliverer(&destination);
    assert_eq!(deliver(&deliverer, [json!({"type": "track", "userId": "u1"})]).await, ["delivered"]);
    let before = clock::now();
    assert_eq!(deliver(&deliverer, (1..=9).map(|n| identify(&format!("u{n}"), "a"))).await, ["delivered"; 9]);
    assert!(destination.lines().iter().all(|line| !line.contains("import")), "{:?}", destination.lines());
    assert_eq!((clock::now() - before).as_millis(), 200);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_waiting_holds_nobody_up() {
    let destination = Arc::new(Destination { odd: &[Odd::Stuck], ..Destination::default() });
    let deliverer = deliverer(&destination);
    let both = deliver(&deliverer, [identify("u1", "a"), identify("u2", "b")]);
    assert!(tokio::time::timeout(std::time::Duration::from_secs(5), both).await.is_err());
    let before = clock::now();
    assert_eq!(deliver(&deliverer, [identify("u3", "c")]).await, ["delivered"]);
    assert_eq!((clock::now() - before).as_millis(), 200);
}
