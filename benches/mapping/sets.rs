//! Sets of 1,000 events with the answers that each of them needs.

use std::sync::{Arc, LazyLock};

use corpus::{Variant, events};
use mapwright::run::{Answer, Limits, Outcome, Session, Step, Verdict, start};
use serde_json::{Value, json};

use super::scripted::{Account, reply, run, zendesk};

/// Events of a set.
const SIZE: usize = 1_000;

/// Which events a set has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Identify,
    Track,
    Group,
}

/// Events that are delivered, as text and parsed, and their answers.
pub(crate) struct Set {
    pub(crate) session: Arc<Session>,
    pub(crate) lines: Vec<String>,
    pub(crate) values: Vec<Arc<Value>>,
    answers: Vec<Vec<Answer>>,
}

static SETS: LazyLock<[Set; 3]> = LazyLock::new(|| {
    let of_type = |kind: &str| {
        let wanted = format!("\"type\":\"{kind}\"");
        Set::new(
            zendesk(),
            events(42, 20_000, Variant::Shuffled).filter(move |event| event.contains(&wanted)),
        )
    };
    [of_type("identify"), of_type("track"), of_type("group")]
});

impl Kind {
    pub(crate) const ALL: [Kind; 3] = [Kind::Identify, Kind::Track, Kind::Group];

    pub(crate) fn set(self) -> &'static Set {
        &SETS[self as usize]
    }
}

impl Set {
    /// The first events that the session delivers; the account of the tests answers.
    fn new(session: Arc<Session>, events: impl Iterator<Item = String>) -> Set {
        let account = Account::new();
        let mut set = Set { session, lines: Vec::new(), values: Vec::new(), answers: Vec::new() };
        for line in events {
            let value: Value = serde_json::from_str(&line).unwrap();
            let mut answers = Vec::new();
            let (_, outcome) = run(&set.session, &value, &limits(false), |request| {
                answers.push(account.answer(request));
                answers[answers.len() - 1].clone()
            });
            if outcome.verdict == Verdict::Delivered {
                set.lines.push(line);
                set.values.push(Arc::new(value));
                set.answers.push(answers);
            }
            if set.lines.len() == SIZE {
                return set;
            }
        }
        panic!("too few events are delivered");
    }
}

fn limits(trace: bool) -> Limits {
    Limits { trace, ..Limits::default() }
}

/// Runs an event to its end.
pub(crate) fn replay(set: &Set, index: usize, trace: bool) -> Outcome {
    let mut answers = set.answers[index].iter();
    let mut step = start(&set.session, set.values[index].clone(), &limits(trace));
    loop {
        match step {
            Step::Done(outcome) => return outcome,
            Step::Need(_, run) => step = run.resume(answers.next().unwrap().clone()),
        }
    }
}

/// Runs an event up to its first request with a body, and gives the body.
pub(crate) fn first_body(set: &Set, index: usize, event: Arc<Value>) -> Vec<u8> {
    let mut answers = set.answers[index].iter();
    let mut step = start(&set.session, event, &limits(false));
    loop {
        match step {
            Step::Done(outcome) => panic!("{outcome:?}"),
            Step::Need(request, run) => match request.body {
                Some(body) => return body,
                None => step = run.resume(answers.next().map_or_else(|| reply(500, json!({})), Clone::clone)),
            },
        }
    }
}
