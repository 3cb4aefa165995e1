//! Trying an input: whether the engine does with it what somebody claims.
//!
//! In: a plan, an input and a claim. Out: what happened, if the claim holds.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::compile::Plan;
use crate::lint::Claim;
use crate::run::{self, Entry, Evaluator, Event, Imagined, Limits, Outcome, Request, Session, Verdict};

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trial {
    /// Which answers were needed, if any were.
    pub(super) answers: Option<Imagined>,
    /// What came of it, in one sentence.
    pub(super) outcome: String,
}

/// The answers that are tried, the friendliest first.
const ANSWERS: [Imagined; 3] = [Imagined::Everything, Imagined::Nothing, Imagined::Silence];

/// Puts an input through the engine; gives what happened if that is what the claim says.
pub(super) fn try_out(
    plan: &Arc<Plan>,
    event: &Value,
    config: &Map<String, Value>,
    claim: &Claim,
) -> Option<Trial> {
    let session = match Session::open(plan.clone(), config) {
        Ok(session) => Arc::new(session),
        Err(problems) => {
            // Nothing but this one setting may be wrong.
            let [problem] = problems.as_slice() else { return None };
            let is_meant = matches!(claim, Claim::Refused(setting) if setting == problem.setting());
            return is_meant.then(|| Trial { answers: None, outcome: problem.to_string() });
        }
    };
    if let Claim::TakenTwice(first, second) = claim {
        let takers = run::takers(&session, &Event::from(event.clone()));
        let outcome = format!("`{first}` takes the event, and `{second}` would");
        return (takers.first() == Some(first) && takers.contains(second))
            .then_some(Trial { answers: None, outcome });
    }
    let event = Arc::new(event.clone());
    ANSWERS.into_iter().find_map(|imagined| {
        let start = run::start(&session, event.clone(), &Limits::default());
        let (requests, outcome) = run::imagine(start, imagined);
        let told = shown(claim, &requests, &outcome)?;
        let is_ready = Evaluator::new(session.clone()).prepare_value(&event, &mut Vec::new()).is_ok();
        // An event that ends before its first request, and not well, may have come as far as its steps.
        let goes_on = !requests.is_empty() || (is_ready && outcome.verdict != Verdict::Delivered);
        Some(Trial { answers: goes_on.then_some(imagined), outcome: told })
    })
}

/// What happened, if it is what the claim says.
fn shown(claim: &Claim, requests: &[Request], outcome: &Outcome) -> Option<String> {
    let why = outcome.verdict.why().unwrap_or_default();
    let ended = || format!("{}: {why}", outcome.verdict.name());
    match claim {
        Claim::Rejected(words) => {
            let is_rejected = matches!(outcome.verdict, Verdict::Rejected { .. });
            (is_rejected && why.contains(words.as_str())).then(ended)
        }
        Claim::Gives(place, value) => {
            let gives = |entry: &Entry| matches!(entry, Entry::Row { at, value: Some(given), .. } if at == place && given == value);
            let row = outcome.trace.entries.iter().find(|entry| gives(entry))?;
            let Entry::Row { row, .. } = row else { return None };
            Some(format!("`{row}` is {value}"))
        }
        Claim::Unsent => (outcome.verdict == Verdict::Delivered && requests.is_empty())
            .then(|| "delivered without a request".to_owned()),
        Claim::InAddress(text) => {
            let decoded = |request: &&Request| {
                percent_decode_str(&request.target).decode_utf8_lossy().contains(text.as_str())
            };
            let request = requests.iter().find(decoded)?;
            Some(format!("asks {} {}", request.method, request.target))
        }
        Claim::Refused(_) | Claim::TakenTwice(..) => None,
    }
}
