//! Running one case, and what is written down about it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::case::{Case, Ran, Verdict};
use crate::deliver;

/// What came of a case file.
#[derive(Debug)]
pub(super) struct Record {
    /// The file.
    pub(super) file: PathBuf,
    /// What the case shows and why; nothing when the file is no case.
    pub(super) about: Option<String>,
    /// What came of it.
    pub(super) result: Result<Ran, String>,
    /// How long it took.
    pub(super) took: Duration,
}

/// A record in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// All is as expected.
    Passed,
    /// Something is not as expected, or the case cannot be run.
    Failed,
    /// This build cannot run the case.
    Skipped,
}

impl Record {
    /// Runs the case in a file; `mapping` is used by a case that names none.
    pub(super) fn of(file: &Path, mapping: Option<&Path>) -> Self {
        let took = deliver::stopwatch();
        let case = Case::read(file);
        let about = case.as_ref().ok().map(|case| case.about().to_owned());
        let result = case.and_then(|case| case.run(&case.mapping(mapping)?));
        let result = result.map_err(|error| error.to_string());
        Self { file: file.to_owned(), about, result, took: took() }
    }

    /// The record in a word.
    pub(super) fn status(&self) -> Status {
        match &self.result {
            Ok(Ran { verdict: Verdict::Passed, .. }) => Status::Passed,
            Ok(Ran { verdict: Verdict::Skipped(_), .. }) => Status::Skipped,
            Ok(Ran { verdict: Verdict::Failed(_), .. }) | Err(_) => Status::Failed,
        }
    }

    /// What differs, or why the case was not run; nothing for one that passed.
    pub(super) fn why(&self) -> &str {
        match &self.result {
            Ok(Ran { verdict: Verdict::Passed, .. }) => "",
            Ok(Ran { verdict: Verdict::Skipped(why) | Verdict::Failed(why), .. }) | Err(why) => why,
        }
    }
}

/// How many cases ended how.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) n_passed: usize,
    pub(super) n_failed: usize,
    pub(super) n_skipped: usize,
    /// How long they took.
    pub(super) took: Duration,
}

impl Tally {
    /// Counts a record.
    pub(super) fn count(&mut self, record: &Record) {
        let count = match record.status() {
            Status::Passed => &mut self.n_passed,
            Status::Failed => &mut self.n_failed,
            Status::Skipped => &mut self.n_skipped,
        };
        *count += 1;
        self.took += record.took;
    }
}
