//! Test cases: one YAML file says what comes in and what is expected, and a runner says whether it holds.
//!
//! Users' cases and ours have this one format (`docs/testing.md`). A case is *scripted* (its replies stand in the file,
//! nothing is sent) or runs against the *sandbox* (real HTTP over loopback, a state before and after).

mod coverage;
mod expect;
mod file;
pub mod mutate;
mod planned;
mod replies;
#[cfg(all(feature = "http", feature = "sandbox"))]
mod sandboxed;
#[cfg(feature = "cli")]
mod schema;
mod schemas;
mod scripted;

pub use coverage::{Coverage, Covered, FileCoverage, Lack, Tally};
pub use expect::{Difference, Line};
pub use planned::{Planned, plan};
#[cfg(feature = "cli")]
pub use schema::schema;
pub use schemas::{SchemasError, schemas};

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::compile::{self, Plan};
use crate::diag::{self, Diagnostic, Diagnostics};
use crate::model::Marks;
use crate::run::{Limits, Outcome, Session};
use crate::source;
use expect::{Extent, Part, Seen};
use file::CaseFile;

/// What running a case gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All that is expected is so.
    Passed,
    /// What differs.
    Failed(Differences),
    /// The case needs something that this build does not have.
    Skipped(String),
}

/// All that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differences(pub Vec<Difference>);

impl fmt::Display for Differences {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&all.join("\n"))
    }
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

impl From<&str> for CaseError {
    fn from(why: &str) -> Self {
        Self(why.to_owned())
    }
}

/// A request that was made, in the form in which cases are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// Method and decoded target: `GET /users/search?external_id=u+1`.
    pub request: String,
    /// Its JSON body.
    pub body: Option<Value>,
}

impl Made {
    /// Whether it is made to change something.
    #[must_use]
    pub fn writes(&self) -> bool {
        !self.request.starts_with("GET ") && !self.request.starts_with("HEAD ")
    }
}

/// What a case did.
#[derive(Clone, Debug, Default)]
pub struct Done {
    /// What became of each event, with the trace of all that was decided.
    pub outcomes: Vec<Outcome>,
    /// All requests, in order.
    pub requests: Vec<Made>,
    /// What the sandbox holds afterwards.
    pub state: Option<Value>,
    /// What of the mapping was used.
    pub marks: Marks,
}

/// The mapping that a case is run with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Its name in messages.
    pub name: String,
    /// Its file, unless its text stands in the case.
    pub path: Option<PathBuf>,
    /// The folder in which what it names is looked for.
    pub folder: PathBuf,
    /// Its text.
    pub text: String,
}

/// A case that was read from its file.
#[derive(Debug)]
pub struct Case {
    path: PathBuf,
    text: String,
    file: CaseFile,
}

/// What came of running a case.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Whether it is as expected.
    pub verdict: Verdict,
    /// What it did; nothing when no event was run.
    pub done: Option<Done>,
    /// What is wrong with the mapping.
    pub found: Vec<Diagnostic>,
    /// Replies that the destination never gives.
    misfits: Vec<String>,
    /// Why not all of it could be looked at.
    problem: Option<String>,
}

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    /// [`CaseError`] when the file cannot be read or is not a case.
    pub fn read(path: &Path) -> Result<Self, CaseError> {
        let text = read(path)?;
        Self::of(path, text)
    }

    fn of(path: &Path, text: String) -> Result<Self, CaseError> {
        let file = file::read(&text, &path.display().to_string())?;
        Ok(Self { path: path.to_owned(), text, file })
    }

    /// What the case shows and why.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.file.about
    }

    /// The text of its file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file of its mapping, unless it brings the text; `default` when it names none.
    #[must_use]
    pub fn mapping_path(&self, default: Option<&Path>) -> Option<PathBuf> {
        if self.file.mapping.is_some() {
            return None;
        }
        let own = self.file.mapping_file.as_ref().map(|file| folder_of(&self.path).join(file));
        own.or_else(|| default.map(Path::to_owned))
    }

    /// The mapping that the case means; `default` when it names none.
    ///
    /// # Errors
    /// [`CaseError`] when there is none, or it cannot be read.
    pub fn mapping(&self, default: Option<&Path>) -> Result<Mapping, CaseError> {
        if let Some(text) = &self.file.mapping {
            let folder = folder_of(&self.path);
            return Ok(Mapping { name: "mapping".into(), path: None, folder, text: text.clone() });
        }
        let path = self.mapping_path(default).ok_or_else(|| CaseError("the case names no mapping".into()))?;
        let (name, folder) = (path.display().to_string(), folder_of(&path));
        Ok(Mapping { name, folder, text: read(&path)?, path: Some(path) })
    }

    /// Runs the case with a mapping: its own, or another that takes its place.
    ///
    /// # Errors
    /// [`CaseError`] when the settings do not fit the mapping, its schemas cannot be read, or the sandbox cannot be
    /// started.
    pub fn run(&self, mapping: &Mapping) -> Result<Ran, CaseError> {
        let mut found = Diagnostics::new();
        let plan = compile::load(&mapping.text, &mut found).map(Arc::new);
        self.run_compiled(mapping, plan, found.into_vec(), self.misfits(mapping)?)
    }

    /// The same for a mapping that was compiled before, with what was found then, and with the replies that the
    /// destination never gives.
    fn run_compiled(
        &self,
        mapping: &Mapping,
        plan: Option<Arc<Plan>>,
        found: Vec<Diagnostic>,
        misfits: Vec<String>,
    ) -> Result<Ran, CaseError> {
        let case = &self.file;
        let (problem, done) = match plan {
            Some(_) if case.events.is_empty() => (None, None),
            Some(plan) => match perform(case, plan)? {
                Performed::Done(done, problem) => (problem, Some(done)),
                Performed::Unable(why) => {
                    let verdict = Verdict::Skipped(why);
                    return Ok(Ran { verdict, done: None, found, misfits, problem: None });
                }
            },
            None if case.expect.diagnostics.is_none() => {
                (Some(diag::render::human(&found, &mapping.name, &mapping.text)), None)
            }
            None if case.events.is_empty() => (None, None),
            None => (Some("the mapping has errors, so no event was run".to_owned()), None),
        };
        let mut ran = Ran { verdict: Verdict::Passed, done, found, misfits, problem };
        ran.verdict = self.verdict(mapping, &ran);
        Ok(ran)
    }

    /// What the destination would never answer, by the schemas that the mapping names.
    fn misfits(&self, mapping: &Mapping) -> Result<Vec<String>, CaseError> {
        let mut misfits = Vec::new();
        if !self.file.replies.is_empty() {
            let schemas = schemas(&mapping.text, &mapping.folder);
            let schemas = schemas.map_err(|error| CaseError(format!("{}, {error}", mapping.name)))?;
            if let Some(destination) = schemas {
                replies::check(&self.file.replies, &destination, &mut misfits);
            }
        }
        Ok(misfits)
    }

    /// Holds what came against what is expected. After a problem nothing else is said about the events.
    fn verdict(&self, mapping: &Mapping, ran: &Ran) -> Verdict {
        let parts = expect::parts(&self.file.expect, &ran.seen(mapping));
        let mut differences: Vec<Difference> = ran.misfits.iter().map(Difference::said).collect();
        differences.extend(parts.iter().flat_map(Part::differences));
        differences.extend(ran.problem.as_ref().map(Difference::said));
        if differences.is_empty() { Verdict::Passed } else { Verdict::Failed(Differences(differences)) }
    }

    /// The text of the file with an expectation that fits what came of it. All else stays byte by byte, and so do
    /// expected values that fit.
    ///
    /// # Errors
    /// [`CaseError`] when the case did not run to its end, or the file is written in a way that cannot be changed.
    pub fn updated(&self, mapping: &Mapping, ran: &Ran) -> Result<String, CaseError> {
        if let Some(problem) = ran.misfits.first().or(ran.problem.as_ref()) {
            return Err(CaseError(problem.clone()));
        }
        let parts = expect::parts(&self.file.expect, &ran.seen(mapping));
        let document = source::read(&self.text, &mut Diagnostics::new());
        let sent = ran.done.as_ref().map_or(&[][..], |done| &done.requests);
        let ends_in_cr = !self.text.replace("\r\n", "").contains('\n');
        let in_style = |text: String| {
            if ends_in_cr { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text }
        };
        let fits = |text: &String| {
            let case = Self::of(&self.path, text.clone());
            case.is_ok_and(|case| case.verdict(mapping, ran) == Verdict::Passed)
        };
        [Extent::Differences, Extent::Parts]
            .into_iter()
            .filter_map(|extent| expect::mend(document.as_ref()?, &parts, sent, extent))
            .map(in_style)
            .find(fits)
            .ok_or_else(|| CaseError("`expect` is written in a way that cannot be changed".into()))
    }
}

impl Ran {
    fn seen<'a>(&'a self, mapping: &'a Mapping) -> Seen<'a> {
        let done = self.done.as_ref().filter(|_| self.problem.is_none());
        Seen { done, found: &self.found, text: &mapping.text }
    }
}

/// Runs the case in a file. `mapping` is used by cases that bring none.
///
/// # Errors
/// [`CaseError`] when the file cannot be read or is not a case, or the sandbox cannot be started.
pub fn run(path: &Path, mapping: Option<&Path>) -> Result<Verdict, CaseError> {
    let case = Case::read(path)?;
    Ok(case.run(&case.mapping(mapping)?)?.verdict)
}

/// What came of the events of a case.
#[cfg_attr(
    all(feature = "http", feature = "sandbox"),
    expect(dead_code, reason = "every case can be run with all features")
)]
enum Performed {
    /// What the events did, and why not all of them were run.
    Done(Done, Option<String>),
    Unable(String),
}

fn session_of(case: &CaseFile, plan: Arc<Plan>) -> Result<Arc<Session>, CaseError> {
    Session::open(plan, &case.config).map(Arc::new).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        CaseError(lines.join("; "))
    })
}

fn perform(case: &CaseFile, plan: Arc<Plan>) -> Result<Performed, CaseError> {
    let session = session_of(case, plan)?;
    let mut performed = match &case.sandbox {
        None => {
            let (done, problem) = scripted::perform(&session, &case.events, &case.replies);
            Performed::Done(done, problem)
        }
        Some(state) => in_sandbox(case, &session, state)?,
    };
    if let Performed::Done(done, _) = &mut performed {
        done.marks = session.marks();
        done.outcomes.iter().for_each(|outcome| done.marks.merge(&outcome.trace.marks));
    }
    Ok(performed)
}

#[cfg(all(feature = "http", feature = "sandbox"))]
fn in_sandbox(case: &CaseFile, session: &Arc<Session>, state: &Value) -> Result<Performed, CaseError> {
    let done = sandboxed::perform(session, &case.events, state, &case.faults)?;
    Ok(Performed::Done(done, None))
}

#[cfg(not(all(feature = "http", feature = "sandbox")))]
#[expect(clippy::unnecessary_wraps, reason = "with a sandbox it can fail")]
fn in_sandbox(_: &CaseFile, _: &Arc<Session>, _: &Value) -> Result<Performed, CaseError> {
    Ok(Performed::Unable("this build has no sandbox".into()))
}

/// Bounds of the runs of a case, which count what they use of the mapping.
fn limits() -> Limits {
    Limits { marks: true, ..Limits::default() }
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().unwrap_or(Path::new(".")).to_owned()
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

/// Settings of a case.
type Config = Map<String, Value>;
