//! Which case files are run.

use std::path::PathBuf;

use crate::case;
use crate::cli::args::TestArgs;
use crate::cli::output::Problem;

/// Where the cases are when nothing is said.
const DEFAULT: &str = "tests/cases";

/// The files that are meant, in order.
pub(super) fn files(args: &TestArgs) -> Result<Vec<PathBuf>, Problem> {
    let paths = if args.paths.is_empty() { vec![DEFAULT.into()] } else { args.paths.clone() };
    case::files(&paths).map_err(|error| Problem::unreadable(error.to_string()))
}
