//! What an answer means: the request's error table, then the service's, then the built-in one.

use std::time::Duration;

use serde_json::{Value, json};

use super::eval::{Eval, Rejection};
use super::request::{Answer, Body};
use crate::compile::{ArmPlan, PathPart, RequestPlan, RulePlan, ServicePlan};
use crate::model::{Answers, Blame, Reaction, Say, Used};

/// Longest text of a destination that goes into a reason.
const LONGEST: usize = 160;

/// What follows from an answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Meaning {
    pub(super) reaction: Reaction,
    /// Words for the outcome; none when it is done.
    pub(super) why: String,
    pub(super) retry_after: Option<Duration>,
    /// The write may have arrived although no good answer came.
    pub(super) ambiguous: bool,
    /// The HTTP status, if there was an answer.
    pub(super) status: Option<u16>,
    /// What is to blame, if the table says so.
    pub(super) blame: Option<Blame>,
}

/// Reads an answer. `eval` sees the reply.
pub(super) fn meaning<'a>(
    plan: &'a RequestPlan,
    service: &'a ServicePlan,
    answer: &Answer,
    eval: &Eval<'a>,
) -> Result<Meaning, Rejection<'a>> {
    let classes = classes(plan, answer);
    for rules in [&plan.errors, &service.errors] {
        for class in &classes {
            if let Some(arm) = decide(rules, *class, eval)? {
                return Ok(told(plan, service, answer, eval, arm.then, Some(arm)));
            }
        }
    }
    let good = matches!(classes.last(), Some(Answers::Class(2)));
    Ok(told(plan, service, answer, eval, if good { Reaction::Done } else { Reaction::Fail }, None))
}

/// The classes that an answer is in, the most exact first.
fn classes(plan: &RequestPlan, answer: &Answer) -> Vec<Answers> {
    match answer {
        Answer::Timeout => vec![Answers::Timeout],
        Answer::Unreachable { .. } => vec![Answers::Unreachable],
        Answer::Reply { status, body, .. } => {
            let unreadable = *status / 100 == 2 && !plan.give.is_empty() && !matches!(body, Body::Json(_));
            if unreadable {
                vec![Answers::Body]
            } else {
                vec![Answers::Status(*status), Answers::Class(*status / 100)]
            }
        }
    }
}

/// Whether the service's table answers this status with new credentials, whatever the reply says.
#[cfg(feature = "http")]
pub(super) fn renews_on(service: &ServicePlan, status: u16) -> bool {
    let rule = |answers| service.errors.iter().find(|rule| rule.answers == answers);
    let arm = rule(Answers::Status(status)).or_else(|| rule(Answers::Class(status / 100)));
    arm.and_then(|rule| rule.arms.first())
        .is_some_and(|arm| arm.when.is_none() && arm.then == Reaction::RefreshAuth)
}

fn decide<'a>(
    rules: &'a [RulePlan],
    class: Answers,
    eval: &Eval<'a>,
) -> Result<Option<&'a ArmPlan>, Rejection<'a>> {
    for rule in rules.iter().filter(|rule| rule.answers == class) {
        for (index, arm) in rule.arms.iter().enumerate() {
            let fits = match &arm.when {
                Some(cond) => eval.holds(cond, "errors")?,
                None => true,
            };
            if fits {
                eval.mark(rule.span, Used::Met(index));
                return Ok(Some(arm));
            }
        }
    }
    Ok(None)
}

fn told<'a>(
    plan: &RequestPlan,
    service: &'a ServicePlan,
    answer: &Answer,
    eval: &Eval<'a>,
    reaction: Reaction,
    arm: Option<&'a ArmPlan>,
) -> Meaning {
    if reaction == Reaction::Done {
        // Nobody asks why.
        return Meaning {
            reaction,
            why: String::new(),
            retry_after: None,
            ambiguous: false,
            status: None,
            blame: None,
        };
    }
    let (said, retry_after, ambiguous) = match answer {
        Answer::Timeout => ("gave no answer in time".into(), None, true),
        Answer::Unreachable { why } => (format!("could not be reached: {why}"), None, false),
        Answer::Reply { status, retry_after, body } => {
            let unreadable = *status / 100 == 2 && matches!(body, Body::Other(_));
            let unreadable = if unreadable { " with a body that is not JSON" } else { "" };
            let code = code(service, eval).map(|code| format!(": {code}")).unwrap_or_default();
            let ambiguous = *status == 408 || (*status / 100 == 5 && *status != 503);
            (format!("answered {status}{unreadable}{code}"), *retry_after, ambiguous)
        }
    };
    let request = format!("{} {}", plan.method, pattern(plan));
    let why = match arm.and_then(|arm| Some((arm.say, eval.reason(arm.why.as_ref()?)))) {
        None => format!("{request} {said}"),
        Some((Say::Request, why)) => format!("{why} ({request} {said})"),
        Some((Say::Words, why)) => why.to_owned(),
        Some((Say::Reply, why)) => with_reply(why, answer),
    };
    let status = match answer {
        Answer::Reply { status, .. } => Some(*status),
        Answer::Timeout | Answer::Unreachable { .. } => None,
    };
    Meaning { reaction, why, retry_after, ambiguous, status, blame: arm.and_then(|arm| arm.blame) }
}

/// JSON with a message and the reply.
fn with_reply(message: &str, answer: &Answer) -> String {
    let reply = match answer {
        Answer::Reply { body: Body::Json(value), .. } => (**value).clone(),
        Answer::Reply { body: Body::Other(text), .. } => Value::from(text.as_str()),
        _ => Value::from(""),
    };
    json!({"message": message, "destinationResponse": reply}).to_string()
}

/// The path as the mapping writes it, so that no value of the event gets into a reason.
pub(super) fn pattern(plan: &RequestPlan) -> String {
    let part = |part: &PathPart| match part {
        PathPart::Text(text) => text.clone(),
        PathPart::Value(row) => format!(":{}", row.name),
    };
    plan.path.iter().map(part).collect()
}

/// The destination's own words, where the mapping says they are.
fn code<'a>(service: &'a ServicePlan, eval: &Eval<'a>) -> Option<String> {
    let quiet = eval.quiet();
    let mut words: Vec<String> = Vec::new();
    for selector in &service.reason {
        let found = quiet.all(selector).unwrap_or_default();
        for word in found.iter().filter_map(|value| value.scalar_text(quiet.arena())) {
            let word = without_addresses(word.trim());
            if !word.is_empty() && !words.contains(&word) {
                words.push(word);
            }
        }
    }
    let text: String = words.join(": ").chars().take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

/// A destination quotes e-mail addresses in its error texts; reasons are stored and logged, so they go without.
fn without_addresses(text: &str) -> String {
    let word = |word: &str| if word.contains('@') { "…".to_owned() } else { word.to_owned() };
    text.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::without_addresses;

    #[test]
    fn addresses_do_not_get_into_reasons() {
        assert_eq!(without_addresses("Email: ada@acme.test is already  used"), "Email: … is already used");
    }
}
