//! The case file.

use serde::Deserialize;
use serde_json::Value;

use super::{CaseError, Config, asserts_something};
use crate::diag::{self, Diagnostics};
use crate::source::{self, Route};

/// A case as it is run.
#[derive(Debug)]
pub(super) struct CaseFile {
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

/// A case as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CasePiece {
    #[expect(dead_code, reason = "it is for people, and must be there")]
    about: String,
    #[serde(default)]
    mapping: Option<String>,
    #[serde(default)]
    mapping_file: Option<String>,
    #[serde(default)]
    config: Option<Config>,
    #[serde(default)]
    event: Option<Value>,
    #[serde(default)]
    events: Vec<Value>,
    #[serde(default)]
    replies: Vec<Reply>,
    #[serde(default)]
    sandbox: Option<Value>,
    #[serde(default)]
    faults: Vec<Value>,
    expect: Expected,
}

/// A scripted reply.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    /// Method and decoded target.
    pub(super) request: String,
    #[serde(default)]
    pub(super) status: Option<u16>,
    #[serde(default)]
    pub(super) body: Option<Value>,
    /// A body that is not JSON.
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) retry_after: Option<u64>,
    #[serde(default)]
    pub(super) timeout: bool,
    #[serde(default)]
    pub(super) unreachable: bool,
}

/// What is expected; what is not named is not looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Expected {
    /// Outcome of the only event.
    pub(super) outcome: Option<Value>,
    /// Outcomes of several events.
    pub(super) outcomes: Option<Vec<Value>>,
    /// All requests, in order.
    pub(super) requests: Option<Vec<Value>>,
    /// All requests that write, in order.
    pub(super) writes: Option<Vec<Value>>,
    /// All notes, in order.
    pub(super) notes: Option<Vec<String>>,
    /// What the sandbox holds afterwards.
    pub(super) state: Option<Value>,
    /// Findings about the mapping.
    pub(super) diagnostics: Option<Vec<Finding>>,
}

/// An expected diagnostic.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Finding {
    pub(super) code: String,
    pub(super) line: usize,
    pub(super) column: usize,
    #[serde(default)]
    pub(super) message: Option<String>,
    #[serde(default)]
    pub(super) help: Option<String>,
}

/// Reads a case.
pub(super) fn read(text: &str, name: &str) -> Result<CaseFile, CaseError> {
    let mut found = Diagnostics::new();
    let piece = source::read(text, &mut found).and_then(|document| {
        source::read_piece::<CasePiece>(&document, &document.value, &Route::default(), &mut found)
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
    Ok(CaseFile {
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
