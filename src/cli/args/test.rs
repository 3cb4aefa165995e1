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
  mapwright test tests/cases/identify
  mapwright test --format json
  mapwright test --mutate --mutate-min 90

Ends with 0 when all cases pass, 1 when some fails; with --mutate, when the cases notice
too few mistakes.")]
pub(in crate::cli) struct TestArgs {
    /// Case files, or folders of them; without any, tests/cases
    #[arg(value_name = "PATHS")]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// Form of the results
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: TestFormat,

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
}
