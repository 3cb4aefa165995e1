//! Test cases: one YAML file says what comes in and what is expected, and a runner says whether it holds.
//!
//! Users' cases and ours have this one format (`docs/testing.md`). A case is *scripted* (its replies stand in the file,
//! nothing is sent) or runs against the *sandbox* (real HTTP over loopback, a state before and after).

mod compare;
mod file;
mod planned;
mod replies;
#[cfg(all(feature = "http", feature = "sandbox"))]
mod sandboxed;
#[cfg(feature = "cli")]
mod schema;
mod schemas;
mod scripted;

pub use planned::Planned;
#[cfg(feature = "cli")]
pub use schema::schema;
pub use schemas::{SchemasError, schemas};

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::compile::{self, Plan};
use crate::diag::{self, Diagnostic, Diagnostics};
use crate::run::{Outcome, Session};
use file::{CaseFile, Expected};

/// What running a case gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All that is expected is so.
    Passed,
    /// What differs, in lines for people.
    Failed(String),
    /// The case needs something that this build does not have.
    Skipped(String),
}

/// Why a case could not be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseError(String);

impl fmt::Display for CaseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for CaseError {}

/// A request that was made, in the form in which cases are compared.
#[derive(Clone, Debug, PartialEq)]
struct Made {
    /// Method and decoded target: `GET /users/search?external_id=u+1`.
    request: String,
    body: Option<Value>,
}

/// What a case did.
#[derive(Debug, Default)]
struct Done {
    outcomes: Vec<Outcome>,
    requests: Vec<Made>,
    state: Option<Value>,
}

/// Runs the case in a file. `mapping` is used by cases that bring none.
///
/// # Errors
/// [`CaseError`] when the file cannot be read or is not a case, or the sandbox cannot be started.
pub fn run(path: &Path, mapping: Option<&Path>) -> Result<Verdict, CaseError> {
    let text = read(path)?;
    let case = file::read(&text, &path.display().to_string())?;
    let Used { name: mapping_name, text: mapping_text, folder } = mapping_of(&case, path, mapping)?;
    let mut found = Diagnostics::new();
    let plan = compile::load(&mapping_text, &mut found);
    let found = found.into_vec();
    let mut differences = Vec::new();
    if !case.replies.is_empty() {
        let schemas = schemas(&mapping_text, &folder);
        let schemas = schemas.map_err(|error| CaseError(format!("{mapping_name}, {error}")))?;
        if let Some(destination) = schemas {
            replies::check(&case.replies, &destination, &mut differences);
        }
    }
    if let Some(expected) = &case.expect.diagnostics {
        compare::diagnostics(expected, &found, &mapping_text, &mut differences);
    } else if plan.is_none() {
        return Ok(Verdict::Failed(diag::render::human(&found, &mapping_name, &mapping_text)));
    }
    if plan.is_none() && !case.events.is_empty() {
        differences.push("the mapping has errors, so no event was run".into());
    }
    if let (Some(plan), false) = (plan, case.events.is_empty()) {
        match perform(&case, plan)? {
            Performed::Done(done) => compare::done(&case.expect, &done, &mut differences),
            Performed::Unable(why) => return Ok(Verdict::Skipped(why)),
        }
    }
    Ok(if differences.is_empty() { Verdict::Passed } else { Verdict::Failed(differences.join("\n")) })
}

/// What came of the events of a case.
#[cfg_attr(
    all(feature = "http", feature = "sandbox"),
    expect(dead_code, reason = "every case can be run with all features")
)]
enum Performed {
    Done(Done),
    Unable(String),
}

/// Plans the events of the case in a file. `mapping` is used by cases that bring none.
///
/// # Errors
/// [`CaseError`] when the file cannot be read or is not a case, its mapping has errors, a read has no reply, or the
/// sandbox cannot be started.
pub fn plan(path: &Path, mapping: Option<&Path>) -> Result<Planned, CaseError> {
    let text = read(path)?;
    let case = file::read(&text, &path.display().to_string())?;
    let Used { name: mapping_name, text: mapping_text, .. } = mapping_of(&case, path, mapping)?;
    let mut found = Diagnostics::new();
    let plan = compile::load(&mapping_text, &mut found);
    let plan =
        plan.ok_or_else(|| CaseError(diag::render::human(&found.into_vec(), &mapping_name, &mapping_text)))?;
    let session = session_of(&case, plan)?;
    let Some(state) = &case.sandbox else { return planned::scripted(&session, &case) };
    #[cfg(all(feature = "http", feature = "sandbox"))]
    return sandboxed::plan(&session, &case.events, state, &case.faults);
    #[cfg(not(all(feature = "http", feature = "sandbox")))]
    {
        let _ = state;
        Err(CaseError("this build has no sandbox".into()))
    }
}

fn session_of(case: &CaseFile, plan: Plan) -> Result<Arc<Session>, CaseError> {
    Session::open(Arc::new(plan), &case.config).map(Arc::new).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        CaseError(lines.join("; "))
    })
}

fn perform(case: &CaseFile, plan: Plan) -> Result<Performed, CaseError> {
    let session = session_of(case, plan)?;
    let Some(state) = &case.sandbox else {
        return Ok(Performed::Done(scripted::perform(&session, &case.events, &case.replies)?));
    };
    #[cfg(all(feature = "http", feature = "sandbox"))]
    return sandboxed::perform(&session, &case.events, state, &case.faults).map(Performed::Done);
    #[cfg(not(all(feature = "http", feature = "sandbox")))]
    {
        let _ = state;
        Ok(Performed::Unable("this build has no sandbox".into()))
    }
}

/// The mapping of a case, and the folder in which what it names is looked for.
struct Used {
    name: String,
    text: String,
    folder: PathBuf,
}

fn mapping_of(case: &CaseFile, path: &Path, default: Option<&Path>) -> Result<Used, CaseError> {
    let folder_of = |file: &Path| file.parent().unwrap_or(Path::new(".")).to_owned();
    if let Some(text) = &case.mapping {
        return Ok(Used { name: "mapping".into(), text: text.clone(), folder: folder_of(path) });
    }
    let own = case.mapping_file.as_ref().map(|file| folder_of(path).join(file));
    let file = own.as_deref().or(default).ok_or_else(|| CaseError("the case names no mapping".into()))?;
    Ok(Used { name: file.display().to_string(), text: read(file)?, folder: folder_of(file) })
}

fn read(path: &Path) -> Result<String, CaseError> {
    std::fs::read_to_string(path)
        .map_err(|error| CaseError(format!("cannot read {}: {error}", path.display())))
}

/// All case files at or below some paths, in order.
///
/// # Errors
/// [`CaseError`] when a path cannot be read.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CaseError> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), CaseError> {
    let problem = |error: std::io::Error| CaseError(format!("cannot read {}: {error}", path.display()));
    if !std::fs::metadata(path).map_err(problem)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(problem)? {
        let inner = entry.map_err(problem)?.path();
        if inner.is_dir() || inner.extension().is_some_and(|extension| extension == "yaml") {
            collect(&inner, files)?;
        }
    }
    Ok(())
}

/// A target without its percent-escapes, as people read it.
fn decoded(target: &str) -> String {
    percent_encoding::percent_decode_str(target).decode_utf8_lossy().into_owned()
}

/// Line and column of a finding, from 1.
fn position(finding: &Diagnostic, text: &str) -> (usize, usize) {
    let position = diag::LineIndex::new(text).position(finding.primary.start);
    (position.line, position.column)
}

/// Settings of a case.
type Config = Map<String, Value>;

/// Expectations of a case that say nothing would let anything pass.
fn asserts_something(expected: &Expected) -> bool {
    expected.outcomes.is_some() || expected.diagnostics.is_some() || expected.state.is_some()
}
