//! Arguments of `mapwright diff`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::SettingArgs;

/// Tells what changes for events when a mapping changes
///
/// Each event goes through both mappings, and what they would send and how they would end is compared: which requests,
/// which attributes. Nothing is sent. Both get the answers of one imagined destination: all writes succeed, and
/// look-ups first find what they ask for, then find nothing; a change that shows in one of the two only says so. What
/// a destination refuses is not imagined, so a change of error tables, retries or caches alone shows nothing.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright diff examples/crm.old.yaml examples/crm.yaml --events examples/events.ndjson
  git show HEAD:mapping.yaml | mapwright diff - mapping.yaml --events events.ndjson
  mapwright diff old.yaml new.yaml --events events.ndjson --format markdown > comment.md

Ends with 0 when no event changes, 1 when some does.")]
pub(in crate::cli) struct DiffArgs {
    /// Mapping file as it was; `-` is standard input
    #[arg(value_name = "OLD")]
    pub(in crate::cli) old: PathBuf,

    /// Mapping file as it is to be; `-` is standard input
    #[arg(value_name = "NEW")]
    pub(in crate::cli) new: PathBuf,

    /// File of events, one a line; may be given several times
    #[arg(long, value_name = "FILE", required = true)]
    pub(in crate::cli) events: Vec<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) settings: SettingArgs,

    /// Kinds of change that are shown at most, in text and Markdown
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(in crate::cli) groups: usize,

    /// Form of the output
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: DiffFormat,
}

/// Form of differences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DiffFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For a pull request
    Markdown,
}
