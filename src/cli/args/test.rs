//! Arguments of `mapwright test`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::MutateArgs;

/// Runs case files against mappings
///
/// A case file has a mapping, events, the destination's replies, and what must come of it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright test
  mapwright test tests/cases/identify --filter email
  mapwright test --update
  mapwright test --watch
  mapwright test --format junit > results.xml
  mapwright test --coverage --coverage-min 100
  mapwright test --coverage=html --coverage-output coverage.html
  mapwright test --mutate --mutate-min 90

Ends with 0 when all cases pass or were updated, 1 when some fails, less is covered or fewer mistakes are noticed than
must be, 2 when there is none.")]
pub(in crate::cli) struct TestArgs {
    /// Case files, or folders of them; without any, tests/cases
    #[arg(value_name = "PATHS")]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// Runs those cases whose path or `about` has this text in it; between slashes, a regular expression
    #[arg(long, value_name = "TEXT|/REGEX/")]
    pub(in crate::cli) filter: Option<String>,

    /// Form of the results
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: TestFormat,

    /// Rewrites what failing cases expect to what came: read the difference before you keep it
    #[arg(long)]
    pub(in crate::cli) update: bool,

    /// Stays, and runs again those cases whose file or mapping is changed; Ctrl-C ends
    #[arg(long, conflicts_with_all = ["format", "update", "coverage"])]
    pub(in crate::cli) watch: bool,

    #[command(flatten)]
    pub(in crate::cli) coverage: CoverageArgs,

    #[command(flatten)]
    pub(in crate::cli) mutate: MutateArgs,
}

/// What is told of coverage
#[derive(Args, Debug)]
pub(in crate::cli) struct CoverageArgs {
    /// Tells what of the mapping files the cases have used, and what not; a mapping that stands in a case does not count
    #[arg(
        long,
        value_enum,
        value_name = "FORM",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "text"
    )]
    pub(in crate::cli) coverage: Option<CoverageFormat>,

    /// File to write the coverage to, or a folder; without it a text is shown behind the results
    #[arg(long, value_name = "PATH", requires = "coverage")]
    pub(in crate::cli) coverage_output: Option<PathBuf>,

    /// Fails when less than so many of a hundred points of a mapping file are covered
    #[arg(long, value_name = "PERCENT", requires = "coverage", value_parser = percent)]
    pub(in crate::cli) coverage_min: Option<f64>,
}

/// Form of a report of coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum CoverageFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For genhtml and editors
    Lcov,
    /// For browsers: the mapping, with what was used of each line
    Html,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| "expected a number from 0 to 100".to_owned())
}

/// Form of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TestFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// Test Anything Protocol, version 14
    Tap,
    /// JUnit XML, for servers of continuous integration
    Junit,
}
