//! The case file.

#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::expect::{self, Expected};
use super::{CaseError, Config};
use crate::diag::{self, Diagnostics};
use crate::source::{self, Document, Route};

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
    /// The destination never gives this reply, and the case shows what becomes of it all the same.
    #[serde(default)]
    pub(super) off_schema: bool,
}

/// Reads a case.
pub(super) fn read(text: &str, name: &str) -> Result<CaseFile, CaseError> {
    let mut found = Diagnostics::new();
    let read = source::read(text, &mut found).and_then(|document| {
        let piece =
            source::read_piece::<CasePiece>(&document, &document.root, &Route::default(), &mut found)?;
        check(&piece, &document, &mut found);
        Some(piece)
    });
    let Some(piece) = read.filter(|_| !found.has_errors()) else {
        return Err(CaseError(diag::render::human(&found.into_vec(), name, text).trim_end().to_owned()));
    };
    let mut events = piece.events;
    events.extend(piece.event);
    Ok(CaseFile {
        about: piece.about,
        mapping: piece.mapping,
        mapping_file: piece.mapping_file,
        config: piece.config.unwrap_or_default(),
        events,
        replies: piece.replies,
        sandbox: piece.sandbox,
        faults: piece.faults,
        expect: piece.expect,
    })
}

/// Reports what goes together with nothing, and a case that cannot fail.
fn check(piece: &CasePiece, document: &Document, found: &mut Diagnostics) {
    let at = |key: &str| document.key_span(&Route::root().key(key));
    let expect = &piece.expect;
    let n_events = piece.events.len() + usize::from(piece.event.is_some());
    if expect.outcome.is_none()
        && expect.outcomes.is_none()
        && expect.state.is_none()
        && expect.diagnostics.is_none()
    {
        found
            .wrong_value(at("expect"), "the case expects nothing that tells how it ends")
            .help("add `outcome`, `outcomes`, `state` or `diagnostics`");
    }
    if expect.looks_at_events() && n_events == 0 {
        found
            .wrong_value(at("expect"), "the case has no event, so that nothing would be looked at")
            .help("add `event:`");
    }
    if piece.sandbox.is_some() && !expect.looks_at_destination() && expect.looks_at_events() {
        found
            .wrong_value(at("expect"), "the case does not say what was sent to the sandbox")
            .help("add `state`, `writes` or `requests`");
    }
    if expect.outcome.is_some() && n_events > 1 {
        let outcome = document.key_span(&Route::root().key("expect").key("outcome"));
        let message = format!("`outcome` is that of one event, and there are {n_events}");
        found.wrong_value(outcome, message).help("write `outcomes`");
    }
    if expect.outcome.is_some() && expect.outcomes.is_some() {
        let outcome = document.key_span(&Route::root().key("expect").key("outcome"));
        found.idle_key(outcome, "outcome", "beside `outcomes`");
    }
    if piece.event.is_some() && !piece.events.is_empty() {
        found.idle_key(at("event"), "event", "beside `events`");
    }
    if piece.sandbox.is_some() && !piece.replies.is_empty() {
        found.idle_key(at("replies"), "replies", "beside `sandbox`");
    }
    if piece.sandbox.is_none() && !piece.faults.is_empty() {
        found.idle_key(at("faults"), "faults", "without `sandbox`");
    }
    if piece.sandbox.is_none() && expect.state.is_some() {
        let state = document.key_span(&Route::root().key("expect").key("state"));
        found.idle_key(state, "state", "without `sandbox`");
    }
    expect::check(expect, document, found);
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
        check("about: x\nevent: {}\nexpect: {requests: []}\n", "expects nothing");
        for blank in
            ["outcome: {$any: true}", "outcomes: [{$any: true}]", "state: {}", "state: {users: {$any: list}}"]
        {
            let case = format!("about: x\nevent: {{}}\nsandbox: {{}}\nexpect: {{{blank}, writes: []}}\n");
            check(&case, "asserts nothing");
        }
        check("about: x\nexpect: {diagnostics: {$contains: []}}\n", "asserts nothing");
    }

    #[test]
    fn a_sandbox_that_is_not_looked_at_is_refused() {
        check("about: x\nevent: {}\nsandbox: {}\nexpect: {outcome: delivered}\n", "what was sent");
    }

    #[test]
    fn a_case_without_its_event_is_refused() {
        check("about: x\nexpect: {outcome: delivered}\n", "no event");
        check("about: x\nexpect: {diagnostics: [], writes: []}\n", "no event");
    }

    #[test]
    fn what_would_be_left_aside_is_refused() {
        let replies = "replies: [{request: GET /a, status: 200}]";
        let sandbox =
            format!("about: x\nevent: {{}}\n{replies}\nsandbox: {{}}\nexpect: {{state: {{users: []}}}}\n");
        check(&sandbox, "`replies` means nothing beside `sandbox`");
        check("about: x\nevent: {}\nfaults: [{}]\nexpect: {outcome: delivered}\n", "`faults` means nothing");
        check("about: x\nevent: {}\nexpect: {state: {users: []}}\n", "`state` means nothing");
        check("about: x\nevents: [{}, {}]\nexpect: {outcome: delivered}\n", "there are 2");
    }

    #[test]
    fn what_can_never_come_is_refused() {
        let expect = |text: &str, problem: &str| {
            let case = format!("about: x\nevent: {{}}\nsandbox: {{}}\nexpect: {{{text}, writes: []}}\n");
            check(&case, problem);
        };
        expect("outcome: done", "expected one of `delivered`");
        expect("outcome: {delivered: well}", "has no reason");
        expect("outcome: {rejeted: well}", "did you mean `rejected`?");
        expect("outcome: delivered, requests: {a: 1}", "expected a list");
        expect("outcome: delivered, requests: [{body: 1}]", "missing key `request`");
        expect("outcome: delivered, requests: [{request: GET /a, bdy: 1}]", "did you mean `body`?");
        expect("outcome: delivered, requests: [7]", "expected a request");
        expect("diagnostics: [{code: D0301, line: 1}], state: {users: []}", "missing key `column`");
        expect("state: []", "expected a map of lists");
    }

    #[test]
    fn a_wrong_word_is_told_with_its_place() {
        let expect = |text: &str, problem: &str| {
            check(&format!("about: x\nevent: {{}}\nexpect:\n  outcome: {text}\n"), problem);
        };
        expect("{rejected: {$anny: true}}", "unknown key `$anny`");
        expect("{rejected: {$anny: true}}", "did you mean `$any`?");
        expect("{rejected: {$anny: true}}", "case:4:24");
        expect("{rejected: {$any: text}}", "`$any` takes `true` or one of `string`");
        expect("{rejected: {$any: true, a: 1}}", "`$any` stands alone in its map");
        expect("{rejected: {$contains: 7}}", "`$contains` takes a map, a list or a text");
    }
}
