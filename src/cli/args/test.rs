//! Arguments of `mapwright test`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Runs case files against mappings
///
/// A case file has a mapping, events, the destination's replies, and what must come of it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright test
  mapwright test tests/cases/identify
  mapwright test --format json
  mapwright test --coverage --coverage-min 100
  mapwright test --coverage=html --coverage-output coverage.html

Ends with 0 when all cases pass, 1 when some fails or the coverage is below
--coverage-min.")]
pub(in crate::cli) struct TestArgs {
    /// Case files, or folders of them; without any, tests/cases
    #[arg(value_name = "PATHS")]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// Form of the results
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: TestFormat,

    #[command(flatten)]
    pub(in crate::cli) coverage: CoverageArgs,
}

/// What is told of coverage
#[derive(Args, Debug)]
pub(in crate::cli) struct CoverageArgs {
    /// Tell what of the mapping files the cases have used, and what not; cases that bring their mapping do not count
    #[arg(
        long,
        value_enum,
        value_name = "FORM",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "text"
    )]
    pub(in crate::cli) coverage: Option<CoverageFormat>,

    /// File to write the coverage to, or a folder; without it a text goes to the standard output
    #[arg(long, value_name = "PATH", requires = "coverage")]
    pub(in crate::cli) coverage_output: Option<PathBuf>,

    /// Fail when less than so many of a hundred points of a mapping file are covered
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
}
