//! Any event and any answers: a run of the Zendesk mapping never panics, ends within its limits, and repeats. All
//! entries make the same of the event: its bytes, its tree, and the machine, traced or not.
//!
//! The first line of the input is the event, each other line an answer: three digits of a status and the body, or
//! anything else for no answer at all. The last answer comes again and again.

#![no_main]

use std::ops::Range;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use libfuzzer_sys::{Corpus, fuzz_target};
use mapwright::compile;
use mapwright::diag::Diagnostics;
use mapwright::run::{
    Answer, Body, Evaluator, Event, Limits, Outcome, Prepared, Refusal, Request, Session, Step, Verdict,
    start,
};
use serde_json::{Value, json};

/// Must not be shown, unless the input happens to have it too.
const SECRET: &str = "canary-7f3a";

static SESSION: LazyLock<Arc<Session>> = LazyLock::new(|| {
    let text = include_str!("../../mappings/zendesk.yaml");
    let plan = compile::load(text, &mut Diagnostics::new()).expect("the mapping compiles");
    let settings = json!({
        "domain": "acme", "email": "ops@acme.test", "apiToken": SECRET, "clientId": "client", "clientSecret": SECRET,
        "createUsersAsVerified": true, "sendGroupCallsWithoutUserId": true, "removeUsersFromOrganization": true,
        "searchByExternalId": true,
    });
    let settings = settings.as_object().expect("settings are an object");
    Arc::new(Session::open(Arc::new(plan), settings).expect("the settings are good"))
});

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let text = lines.next().unwrap_or_default();
    let Ok(event) = serde_json::from_slice::<Value>(text) else {
        assert!(Evaluator::new(SESSION.clone()).prepare(text, &mut Vec::new()).is_err());
        return Corpus::Reject;
    };
    let event = Arc::new(event);
    let answers: Vec<Answer> = lines.take(30).map(answer).collect();
    let limits = Limits { answers: 40, attempts: 3, depth: 20, body_bytes: 4_096, trace: true, marks: false };
    let first = run(&event, &answers, &limits);
    assert!(first.0.len() <= 40, "more requests than answers are allowed");
    for request in &first.0 {
        check(request, &limits);
    }
    let shown = format!("{:?} {}", first.1, first.1.trace.to_json());
    let given = String::from_utf8_lossy(bytes).contains("canary");
    assert!(given || !shown.contains(SECRET), "a secret is shown");
    assert_eq!(first, run(&event, &answers, &limits), "a run does not repeat");
    // A tree spells exponents in its own way, and takes an object for a number because of a key of serde_json's own.
    let exponent = |pair: &[u8]| pair[0].is_ascii_digit() && pair[1].eq_ignore_ascii_case(&b'e');
    if !text.windows(2).any(exponent) && !String::from_utf8_lossy(text).contains(['$', '\\']) {
        compare(text, &event);
    }
    compare(event.to_string().as_bytes(), &event);
    Corpus::Keep
});

/// What an entry made of an event: its flow and its bodies by step, or the verdict.
type Made = Result<(String, Vec<(String, String)>), Verdict>;

/// Checks that all entries make the same of an event.
fn compare(text: &[u8], tree: &Arc<Value>) {
    let mut evaluator = Evaluator::new(SESSION.clone());
    let (mut out, mut other) = (Vec::new(), Vec::new());
    let by_bytes = made(evaluator.prepare(text, &mut out), &out);
    assert_eq!(by_bytes, made(evaluator.prepare_value(tree, &mut other), &other));
    let read = Event::read(text).expect("the event is JSON");
    for (event, trace) in [(read, true), (tree.clone().into(), false)] {
        by_machine(&by_bytes, start(&SESSION, event, &Limits { trace, ..Limits::default() }));
    }
}

fn made(prepared: Result<Prepared<'_>, Refusal<'_>>, out: &[u8]) -> Made {
    let prepared = prepared.map_err(Verdict::from)?;
    let body = |range: Range<usize>| String::from_utf8(out[range].to_vec()).expect("a body is text");
    let bodies = prepared.bodies().map(|(step, range)| (step.to_owned(), body(range))).collect();
    Ok((prepared.flow().to_owned(), bodies))
}

/// Checks that the first request of a run carries what was prepared, or that the run ends at once.
fn by_machine(expected: &Made, step: Step) {
    match (expected, step) {
        (Err(verdict), Step::Done(outcome)) => assert_eq!(*verdict, outcome.verdict),
        (Err(verdict), Step::Need(request, _)) => panic!("{verdict:?} and {request:?}"),
        (Ok((_, bodies)), Step::Need(request, _)) => {
            let body =
                bodies.iter().find(|(step, _)| **step == *request.step).map(|(_, body)| body.as_bytes());
            assert!(body.is_none() || body == request.body.as_deref(), "{bodies:?} {request:?}");
        }
        (Ok(_), Step::Done(_)) => {}
    }
}

/// What must hold of every request, whatever the event says.
fn check(request: &Request, limits: &Limits) {
    assert!((1..=limits.attempts).contains(&request.attempt), "{request:?}");
    assert!(
        request.target.starts_with('/') && request.target.bytes().all(|byte| byte.is_ascii_graphic()),
        "{request:?}"
    );
    let path = request.target.split('?').next().unwrap_or_default();
    let dotted =
        |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    assert!(!path.contains('\\') && !path.split('/').any(dotted), "{request:?}");
    if let Some(body) = &request.body {
        assert!(body.len() <= limits.body_bytes);
        assert!(serde_json::from_slice::<Value>(body).is_ok(), "a body is not JSON: {request:?}");
    }
}

fn answer(line: &[u8]) -> Answer {
    let status =
        line.get(..3).and_then(|digits| str::from_utf8(digits).ok()).and_then(|digits| digits.parse().ok());
    match (status, line.first()) {
        (Some(status), _) => {
            let body = Body::from_bytes(line.get(3..).unwrap_or_default());
            Answer::Reply { status, body, retry_after: Some(Duration::from_secs(1)) }
        }
        (None, Some(b'u')) => Answer::Unreachable { why: "no route".into() },
        (None, _) => Answer::Timeout,
    }
}

fn run(event: &Arc<Value>, answers: &[Answer], limits: &Limits) -> (Vec<Request>, Outcome) {
    let mut requests = Vec::new();
    let mut step = start(&SESSION, event.clone(), limits);
    loop {
        match step {
            Step::Done(outcome) => return (requests, outcome),
            Step::Need(request, run) => {
                let given =
                    answers.get(requests.len()).or(answers.last()).cloned().unwrap_or(Answer::Timeout);
                requests.push(request);
                step = run.resume(given);
            }
        }
    }
}
