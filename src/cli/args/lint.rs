//! Arguments of `mapwright lint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Checks mappings
///
/// Shows what is wrong with each mapping, where, and what to do about it: first what keeps it from running, then what it
/// says in vain or leaves out, and where it does not fit the schemas of its destination. `# mapwright: allow RULE -- why` at the end of a line silences a rule there, `lint:` in
/// mapwright.yaml everywhere.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright lint
  mapwright lint mappings --format json
  mapwright lint --explain unsafe-retry
  mapwright lint mapping.yaml --fix
  mapwright lint - --fix < mapping.yaml > mended.yaml
  mapwright lint mapping.yaml --witness
  mapwright lint --budget

Ends with 0 when no mapping has errors, 1 when some has.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that users give")]
pub(in crate::cli) struct LintArgs {
    /// Mapping files, or folders with *.yaml files; `-` is standard input; without any, the mapping of mapwright.yaml
    #[arg(value_name = "PATHS")]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// Form of the findings
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: LintFormat,

    /// Prints the page of a finding, by its number or its name
    #[arg(long, value_name = "FINDING", conflicts_with_all = ["paths", "format", "fix", "unsafe_fixes", "budget"])]
    pub(in crate::cli) explain: Option<String>,

    /// Mends what can be mended without changing what the mapping does; standard input goes to standard output then, and
    /// the findings to standard error
    #[arg(long)]
    pub(in crate::cli) fix: bool,

    /// Mends more: look at the difference before you keep it
    #[arg(long)]
    pub(in crate::cli) unsafe_fixes: bool,

    /// Shows with a finding that says what can happen the smallest event and settings that make it happen, each of them
    /// tried; `explain` takes such an input from a file. A finding without one is proven from the mapping, or a piece
    /// of advice
    #[arg(long, conflicts_with_all = ["budget", "explain"])]
    pub(in crate::cli) witness: bool,

    /// Shows how many requests an event costs in each flow, and how many events a minute each plan of the destination
    /// takes, instead of the findings
    #[arg(long, conflicts_with_all = ["fix", "unsafe_fixes"])]
    pub(in crate::cli) budget: bool,

    /// Day for which dates are judged (YYYY-MM-DD); without it, today
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) as_of: Option<String>,
}

/// Form of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LintFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanners
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
}
