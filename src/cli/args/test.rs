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
  mapwright test --mutate --mutate-min 90

Ends with 0 when all cases pass or were updated, 1 when some fails, 2 when there is none. With --mutate it
is 1 when the cases notice too few mistakes.")]
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
    #[arg(long, conflicts_with_all = ["format", "update"])]
    pub(in crate::cli) watch: bool,

    #[command(flatten)]
    pub(in crate::cli) mutate: MutateArgs,
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
