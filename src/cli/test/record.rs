//! Running one case, and what is written down about it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::select::Chosen;
use crate::case::{Case, CaseError, Mapping, Ran, Verdict};
use crate::deliver;

/// What came of a case file.
#[derive(Debug)]
pub(super) struct Record {
    /// The file.
    pub(super) file: PathBuf,
    /// The case in it, unless it is none.
    pub(super) case: Option<Case>,
    /// What came of it, with the mapping that it was run with.
    pub(super) result: Result<(Mapping, Ran), CaseError>,
    /// Whether the file was brought up to date, and how it was before; or why not.
    pub(super) update: Option<Result<Update, CaseError>>,
    /// How long it took.
    pub(super) took: Duration,
}

/// A file that was rewritten.
#[derive(Debug)]
pub(super) struct Update {
    pub(super) before: String,
    pub(super) after: String,
}

/// A record in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// All is as expected.
    Passed,
    /// Something is not as expected.
    Failed,
    /// The case cannot be run.
    Broken,
    /// This build cannot run the case.
    Skipped,
    /// Something was not as expected, and is now.
    Updated,
}

impl Record {
    /// Runs a case; `mapping` is used by one that names none.
    pub(super) fn of(chosen: Chosen, mapping: Option<&Path>) -> Self {
        let took = deliver::stopwatch();
        let Chosen { file, case } = chosen;
        let run = |case: &Case| {
            let mapping = case.mapping(mapping)?;
            case.run(&mapping).map(|ran| (mapping, ran))
        };
        let (case, result) = match case {
            Ok(case) => {
                let result = run(&case);
                (Some(case), result)
            }
            Err(error) => (None, Err(error)),
        };
        Self { file, case, result, update: None, took: took() }
    }

    /// What the case shows and why.
    pub(super) fn about(&self) -> Option<&str> {
        self.case.as_ref().map(Case::about)
    }

    /// Whether it is as expected, unless it could not be run.
    pub(super) fn verdict(&self) -> Option<&Verdict> {
        self.result.as_ref().ok().map(|(_, ran)| &ran.verdict)
    }

    /// The record in a word.
    pub(super) fn status(&self) -> Status {
        match self.verdict() {
            Some(Verdict::Passed) => Status::Passed,
            Some(Verdict::Skipped(_)) => Status::Skipped,
            Some(Verdict::Failed(_)) if matches!(self.update, Some(Ok(_))) => Status::Updated,
            Some(Verdict::Failed(_)) => Status::Failed,
            None => Status::Broken,
        }
    }

    /// What differs, or why the case was not run; nothing for one that passed.
    pub(super) fn why(&self) -> String {
        match (self.verdict(), &self.result) {
            (Some(Verdict::Failed(differences)), _) => differences.to_string(),
            (Some(Verdict::Skipped(why)), _) => why.clone(),
            (_, Err(error)) => error.to_string(),
            (_, Ok(_)) => String::new(),
        }
    }
}

/// How many cases ended how.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) passed: usize,
    /// Those that cannot be run among them.
    pub(super) failed: usize,
    pub(super) skipped: usize,
    pub(super) updated: usize,
}

impl Tally {
    /// Counts a record.
    pub(super) fn count(&mut self, record: &Record) {
        let count = match record.status() {
            Status::Passed => &mut self.passed,
            Status::Failed | Status::Broken => &mut self.failed,
            Status::Skipped => &mut self.skipped,
            Status::Updated => &mut self.updated,
        };
        *count += 1;
    }
}
