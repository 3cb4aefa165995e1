//! A delivery that is broken off, and goes on: over a destination in memory whose answers get lost.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Map;

use super::super::{Deliverer, Input, Options, RetryPolicy, Sending, Stop, Summary, Transport, clock};
use super::*;
use crate::compile;
use crate::diag::Diagnostics;
use crate::run::{Method, Session};
use crate::value::Secret;

/// What happens to a request whose line contains a text.
type Fault = (&'static str, Meeting);

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meeting {
    /// It is done, and no answer ever comes.
    Hangs,
    /// It is done, and this is the answer.
    Answers(u16),
}

/// A destination that writes down what it has done.
#[derive(Debug, Default)]
pub(super) struct Destination {
    pub(super) done: Mutex<Vec<String>>,
    pub(super) faults: Mutex<Vec<Fault>>,
}

impl Destination {
    /// Writes so far.
    pub(super) fn writes(&self) -> Vec<String> {
        self.done.lock().unwrap().iter().filter(|line| !line.starts_with("GET")).cloned().collect()
    }
}

impl Transport for Destination {
    fn send<'a>(&'a self, request: &'a Request, _: Option<&'a Secret>) -> Sending<'a> {
        let line = format!("{} {}", request.method, request.target);
        let fault =
            self.faults.lock().unwrap().iter().find(|(part, _)| line.contains(part)).map(|(_, fault)| *fault);
        self.done.lock().unwrap().push(line.clone());
        let is_there = self.writes().iter().any(|write| write == "POST /orders");
        Box::pin(async move {
            if fault == Some(Meeting::Hangs) {
                clock::wait(Duration::from_hours(24)).await;
            }
            let status = if let Some(Meeting::Answers(status)) = fault { status } else { 200 };
            let body = match request.method {
                Method::Get if is_there => json!({"id": 7}),
                Method::Get => json!({}),
                _ => json!({"id": 7}),
            };
            Answer::Reply { status, body: Body::Json(Arc::new(body)), retry_after: None }
        })
    }

    fn ask_token<'a>(&'a self, _: &'a str, _: &'a Secret) -> Sending<'a> {
        Box::pin(async { Answer::Timeout })
    }
}

fn mapping(steps: &str) -> String {
    format!(
        "format: 1\ndestination: shop\nservice:\n  base_url: {{value: \"https://shop.example\"}}\n  errors: {{4xx: reject, 5xx: retry, timeout: retry}}\n\
         flows:\n  track:\n    event: track\n    steps: [{steps}]\n"
    )
}

pub(super) const PERSON: &str = "person: {put: /person, give: {id: $.id}}";
pub(super) const ORDER: &str = "order: {post: /orders, give: {id: $.id}}";
const VERIFIED: &str = "order: {post: /orders, give: {id: $.id}, verify: {get: /orders, give: {id: $.id}}}";
pub(super) const PAGE: &str = "page: {put: \"/pages/:id\", with: {id: $steps.order.id}}";

/// Delivers one event, for an hour at the most; nothing when it was broken off.
pub(super) async fn deliver(destination: &Arc<Destination>, steps: &str, file: &Path) -> Option<Summary> {
    let journal = free(file).await;
    let input = Input::from_reader("events", Box::new(Cursor::new("{\"type\": \"track\"}\n")));
    let stop = Stop::default();
    let deliverer = deliverer(destination, steps, journal);
    let all = deliverer.deliver_all(input, &stop, |_| {});
    Some(tokio::time::timeout(Duration::from_millis(300), all).await.ok()?.0)
}

pub(super) fn deliverer(destination: &Arc<Destination>, steps: &str, journal: Journal) -> Deliverer {
    let mut found = Diagnostics::new();
    let plan = compile::load(&mapping(steps), &mut found).unwrap();
    let session = Arc::new(Session::open(Arc::new(plan), &Map::new()).unwrap());
    let options = Options { concurrency: 1, retry: RetryPolicy::without_waiting(2), ..Options::default() };
    Deliverer::new(session, destination.clone(), options).with_journal(journal)
}

/// The journal, once what was broken off has let go of it.
pub(super) async fn free(file: &Path) -> Journal {
    loop {
        match Journal::open(file) {
            Ok(journal) => return journal,
            Err(error) if error.to_string().contains("another process") => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
}

pub(super) fn file(name: &str) -> PathBuf {
    let file = std::env::temp_dir().join(format!("mapwright-{name}-{}.journal", std::process::id()));
    let _ = std::fs::remove_file(&file);
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_finished_is_not_run_again() {
    let (destination, file) = (Arc::new(Destination::default()), file("finished"));
    let steps = format!("{PERSON}, {ORDER}, {PAGE}");
    assert_eq!(deliver(&destination, &steps, &file).await.unwrap().delivered, 1);
    let again = deliver(&destination, &steps, &file).await.unwrap();
    assert_eq!((again.events, again.done_before), (0, 1));
    assert_eq!(destination.writes(), ["PUT /person", "POST /orders", "PUT /pages/7"]);
    std::fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_is_not_made_again_and_what_is_harmless_is() {
    let (destination, file) = (Arc::new(Destination::default()), file("answered"));
    let steps = format!("{PERSON}, {ORDER}, {PAGE}");
    destination.faults.lock().unwrap().push(("/pages", Meeting::Hangs));
    assert_eq!(deliver(&destination, &steps, &file).await, None);
    destination.faults.lock().unwrap().clear();
    assert_eq!(deliver(&destination, &steps, &file).await.unwrap().delivered, 1);
    assert_eq!(destination.writes(), ["PUT /person", "POST /orders", "PUT /pages/7", "PUT /pages/7"]);
    std::fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_arrived_is_looked_for() {
    let (destination, file) = (Arc::new(Destination::default()), file("verified"));
    let steps = format!("{PERSON}, {VERIFIED}, {PAGE}");
    destination.faults.lock().unwrap().push(("POST /orders", Meeting::Hangs));
    assert_eq!(deliver(&destination, &steps, &file).await, None);
    destination.faults.lock().unwrap().clear();
    assert_eq!(deliver(&destination, &steps, &file).await.unwrap().delivered, 1);
    assert_eq!(destination.writes(), ["PUT /person", "POST /orders", "PUT /pages/7"]);
    std::fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_there_twice_fails_as_unknown() {
    let (destination, file) = (Arc::new(Destination::default()), file("unknown"));
    let steps = format!("{PERSON}, {ORDER}, {PAGE}");
    destination.faults.lock().unwrap().push(("POST /orders", Meeting::Hangs));
    assert_eq!(deliver(&destination, &steps, &file).await, None);
    destination.faults.lock().unwrap().clear();
    assert_eq!(deliver(&destination, &steps, &file).await.unwrap().failed, 1);
    assert_eq!(destination.writes(), ["PUT /person", "POST /orders"]);
    std::fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_tried_again_where_it_failed() {
    let (destination, file) = (Arc::new(Destination::default()), file("failed"));
    let steps = format!("{PERSON}, {ORDER}, {PAGE}");
    destination.faults.lock().unwrap().push(("/pages", Meeting::Answers(503)));
    assert_eq!(deliver(&destination, &steps, &file).await.unwrap().failed, 1);
    destination.faults.lock().unwrap().clear();
    assert_eq!(deliver(&destination, &steps, &file).await.unwrap().delivered, 1);
    let writes = ["PUT /person", "POST /orders", "PUT /pages/7", "PUT /pages/7", "PUT /pages/7"];
    assert_eq!(destination.writes(), writes, "tried twice, and once more");
    std::fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_deliveries_do_not_share_a_journal() {
    let file = file("shared");
    let _first = Journal::open(&file).unwrap();
    let why = Journal::open(&file).unwrap_err().to_string();
    assert!(why.contains("another process"), "{why}");
    std::fs::remove_file(file).unwrap();
}
