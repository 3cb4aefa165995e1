//! The case file.

#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

#[cfg(feature = "cli")]
use super::schema::{AnyOutcome, AnyRequest};
use super::{CaseError, Config, asserts_something};
use crate::diag::{self, Diagnostics};
use crate::source::{self, Route};

/// A case as it is run.
#[derive(Debug)]
pub(super) struct CaseFile {
    pub(super) about: String,
    pub(super) mapping: Option<String>,
    pub(super) mapping_file: Option<String>,
    pub(super) config: Config,
    pub(super) events: Vec<Value>,
    pub(super) replies: Vec<Reply>,
    pub(super) sandbox: Option<Value>,
    #[cfg_attr(
        not(all(feature = "http", feature = "sandbox")),
        expect(dead_code, reason = "only the sandbox has faults")
    )]
    pub(super) faults: Vec<Value>,
    pub(super) expect: Expected,
}

/// A case: what comes in, what the destination answers, what must come of it.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "case"))]
#[serde(deny_unknown_fields)]
pub(super) struct CasePiece {
    /// What the case shows and why, in a sentence.
    about: String,
    /// Text of the mapping.
    #[serde(default)]
    mapping: Option<String>,
    /// Path of the mapping, from the folder of the case.
    #[serde(default)]
    mapping_file: Option<String>,
    /// Settings.
    #[serde(default)]
    config: Option<Config>,
    /// The only event.
    #[serde(default)]
    event: Option<Value>,
    /// Events, delivered one after another.
    #[serde(default)]
    events: Vec<Value>,
    /// What the destination answers: each request must be the next one of these.
    #[serde(default)]
    replies: Vec<Reply>,
    /// What the sandbox holds before; instead of `replies`.
    #[serde(default)]
    sandbox: Option<Value>,
    /// Faults of the sandbox.
    #[serde(default)]
    faults: Vec<Value>,
    /// What must come of it; what is not named is not looked at.
    expect: Expected,
}

/// A scripted reply.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "reply"))]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    /// Method and path below the base URL, without percent-escapes: `GET /users/search?external_id=u-1`.
    pub(super) request: String,
    /// Status.
    #[serde(default)]
    pub(super) status: Option<u16>,
    /// JSON body.
    #[serde(default)]
    pub(super) body: Option<Value>,
    /// A body that is not JSON.
    #[serde(default)]
    pub(super) text: Option<String>,
    /// Seconds of `Retry-After`.
    #[serde(default)]
    pub(super) retry_after: Option<u64>,
    /// No answer comes in time.
    #[serde(default)]
    pub(super) timeout: bool,
    /// There is no connection.
    #[serde(default)]
    pub(super) unreachable: bool,
}

/// What is expected; what is not named is not looked at.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "expect"))]
#[serde(deny_unknown_fields, default)]
pub(super) struct Expected {
    /// Outcome of the only event: a word, or the word with its exact reason.
    #[cfg_attr(feature = "cli", schemars(with = "Option<AnyOutcome>"))]
    pub(super) outcome: Option<Value>,
    /// Outcomes of several events.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<AnyOutcome>>"))]
    pub(super) outcomes: Option<Vec<Value>>,
    /// All requests, in order.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<AnyRequest>>"))]
    pub(super) requests: Option<Vec<Value>>,
    /// All requests that write, in order.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<AnyRequest>>"))]
    pub(super) writes: Option<Vec<Value>>,
    /// All notes, in order.
    pub(super) notes: Option<Vec<String>>,
    /// What the sandbox holds afterwards.
    pub(super) state: Option<Value>,
    /// All findings about the mapping, in order.
    pub(super) diagnostics: Option<Vec<Finding>>,
}

/// An expected finding.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "finding"))]
#[serde(deny_unknown_fields)]
pub(super) struct Finding {
    /// As in `D0301`.
    pub(super) code: String,
    /// Line in the mapping, from 1.
    pub(super) line: usize,
    /// Column, from 1.
    pub(super) column: usize,
    /// Its exact message.
    #[serde(default)]
    pub(super) message: Option<String>,
    /// Its exact advice.
    #[serde(default)]
    pub(super) help: Option<String>,
}

/// Reads a case.
pub(super) fn read(text: &str, name: &str) -> Result<CaseFile, CaseError> {
    let mut found = Diagnostics::new();
    let piece = source::read(text, &mut found).and_then(|document| {
        source::read_piece::<CasePiece>(&document, &document.root, &Route::default(), &mut found)
    });
    let Some(piece) = piece.filter(|_| !found.has_errors()) else {
        return Err(CaseError(diag::render::human(&found.into_vec(), name, text)));
    };
    let mut events = piece.events;
    events.extend(piece.event);
    let mut expect = piece.expect;
    if let Some(outcome) = expect.outcome.take() {
        expect.outcomes.get_or_insert_default().push(outcome);
    }
    if !asserts_something(&expect) {
        return Err(CaseError(format!(
            "{name}: the case expects nothing: add outcome, state or diagnostics"
        )));
    }
    let looks_at_events = expect.outcomes.is_some()
        || expect.requests.is_some()
        || expect.writes.is_some()
        || expect.notes.is_some()
        || expect.state.is_some();
    let problem = if looks_at_events && events.is_empty() {
        "the case has no event, so nothing would be looked at: add `event:`"
    } else if piece.sandbox.is_some() && !piece.replies.is_empty() {
        "a case has `replies:` or a `sandbox:`, not both"
    } else if piece.sandbox.is_none() && !piece.faults.is_empty() {
        "`faults:` are those of a `sandbox:`"
    } else {
        ""
    };
    if !problem.is_empty() {
        return Err(CaseError(format!("{name}: {problem}")));
    }
    Ok(CaseFile {
        about: piece.about,
        mapping: piece.mapping,
        mapping_file: piece.mapping_file,
        config: piece.config.unwrap_or_default(),
        events,
        replies: piece.replies,
        sandbox: piece.sandbox,
        faults: piece.faults,
        expect,
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[track_caller]
    fn check(case: &str, problem: &str) {
        let error = read(case, "case").expect_err("the case is refused").to_string();
        assert!(error.contains(problem), "{error}");
    }

    #[test]
    fn a_case_that_expects_nothing_is_refused() {
        check("about: x\nevent: {}\nexpect: {}\n", "expects nothing");
    }

    #[test]
    fn a_case_without_its_event_is_refused() {
        check("about: x\nexpect: {outcome: delivered}\n", "no event");
        check("about: x\nexpect: {diagnostics: [], writes: []}\n", "no event");
    }

    #[test]
    fn what_would_be_left_aside_is_refused() {
        let replies = "replies: [{request: GET /a, status: 200}]";
        check(
            &format!("about: x\nevent: {{}}\n{replies}\nsandbox: {{}}\nexpect: {{outcome: delivered}}\n"),
            "not both",
        );
        check("about: x\nevent: {}\nfaults: [{}]\nexpect: {outcome: delivered}\n", "`faults:`");
    }
}
