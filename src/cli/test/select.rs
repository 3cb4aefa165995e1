//! Which cases are run.

use std::path::PathBuf;

use super::filter::Filter;
use crate::case::{self, Case, CaseError};
use crate::cli::args::TestArgs;
use crate::cli::output::Problem;

/// Where the cases are when nothing is said.
const DEFAULT: &str = "tests/cases";

/// A file that is to be run.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) file: PathBuf,
    /// The case in it, or why it is none.
    pub(super) case: Result<Case, CaseError>,
}

/// The files and folders that are meant.
pub(super) fn paths(args: &TestArgs) -> Vec<PathBuf> {
    if args.paths.is_empty() { vec![DEFAULT.into()] } else { args.paths.clone() }
}

/// The cases that are meant, in the order of their files.
pub(super) fn cases(args: &TestArgs, filter: Option<&Filter>) -> Result<Vec<Chosen>, Problem> {
    let files = case::files(&paths(args)).map_err(|error| Problem::unreadable(error.to_string()))?;
    let all = files.into_iter().map(|file| Chosen { case: Case::read(&file), file });
    Ok(all.filter(|chosen| filter.is_none_or(|filter| filter.takes(chosen))).collect())
}

/// A run of no case must not look like one in which all is well.
pub(super) fn refuse_none(cases: &[Chosen], args: &TestArgs) -> Result<(), Problem> {
    if !cases.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = paths(args).iter().map(|path| format!("`{}`", path.display())).collect();
    let places = places.join(", ");
    Err(match &args.filter {
        Some(filter) => Problem::usage(format!("no case in {places} fits `--filter {filter}`")),
        None => Problem::usage(format!("no case files are in {places}")),
    })
}
