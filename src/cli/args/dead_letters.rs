//! Arguments of `mapwright dead-letters`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Format, SettingArgs, TargetArgs};

/// Looks at dead letters in a journal, tries them again, gives them up
///
/// A delivery with --journal keeps each event that was rejected or has failed as a dead letter in the journal: the event, the
/// reason, the trace, and which writes are done. It leaves the journal when it is delivered after all, or dropped.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright dead-letters list --journal events.journal
  mapwright dead-letters show 3f9a --journal events.journal
  mapwright dead-letters retry --all --with-mapping fixed.yaml --config account.yaml --journal events.journal
  mapwright dead-letters export letters.ndjson --journal events.journal

A letter is named by the beginning of its id, as long as no other begins the same.
Ends with 3 when there is no such letter, or another process delivers with the journal; retry ends as deliver does.")]
pub(in crate::cli) struct DeadLettersArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: LetterCommand,
}

/// What is done with them.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum LetterCommand {
    List(ListArgs),
    Show(ShowArgs),
    Retry(Box<RetryArgs>),
    Drop(DropArgs),
    Export(ExportArgs),
    Import(ImportArgs),
}

/// The journal
#[derive(Args, Debug)]
pub(in crate::cli) struct JournalArgs {
    /// File of the journal, as `deliver --journal` made it
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) journal: PathBuf,
}

/// Which letters
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(in crate::cli) struct WhichArgs {
    /// Ids of letters, or their beginnings
    #[arg(value_name = "ID")]
    pub(in crate::cli) ids: Vec<String>,

    /// All that are there
    #[arg(long)]
    pub(in crate::cli) all: bool,
}

/// Lists them, with a count of each reason
#[derive(Args, Debug)]
pub(in crate::cli) struct ListArgs {
    #[command(flatten)]
    pub(in crate::cli) journal: JournalArgs,

    /// Only those whose reason has this text
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) reason: Option<String>,

    /// Only those with this outcome; may be given more than once
    #[arg(long, value_enum, value_name = "OUTCOME")]
    pub(in crate::cli) outcome: Vec<LetterOutcome>,

    /// Form of the list; in JSON, one object a line
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Format,
}

/// Outcome of a dead letter
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LetterOutcome {
    /// The event is not as it must be
    Rejected,
    /// The destination was busy, down or refused the account
    Failed,
    /// A write may have arrived, and nobody can tell
    Unknown,
}

impl LetterOutcome {
    /// As letters spell it.
    pub(in crate::cli) fn name(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

/// Shows one: the event, the reason, what was asked and answered
#[derive(Args, Debug)]
pub(in crate::cli) struct ShowArgs {
    /// Id of the letter, or its beginning
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: String,

    #[command(flatten)]
    pub(in crate::cli) journal: JournalArgs,

    /// Form; JSON has the whole trace
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Format,
}

/// Delivers them again
///
/// An event runs from its beginning, and all its requests are made. What is in doubt, because nobody knows whether it
/// arrived, stays so. What is delivered is a dead letter no longer.
#[derive(Args, Debug)]
pub(in crate::cli) struct RetryArgs {
    #[command(flatten)]
    pub(in crate::cli) which: WhichArgs,

    #[command(flatten)]
    pub(in crate::cli) journal: JournalArgs,

    /// Goes on after what is done: a write that was answered is not made again, and the event gets that answer. A write that
    /// another mapping would make otherwise is another write
    #[arg(long)]
    pub(in crate::cli) from_step: bool,

    /// Mapping to deliver with; without it, the `mapping:` of mapwright.yaml in the working folder
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) with_mapping: Option<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) settings: SettingArgs,

    #[command(flatten)]
    pub(in crate::cli) target: TargetArgs,

    /// Times that one request is made at most
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(in crate::cli) attempts: u32,

    /// Form of the summary
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Format,
}

/// Gives them up: their events count as finished
#[derive(Args, Debug)]
pub(in crate::cli) struct DropArgs {
    #[command(flatten)]
    pub(in crate::cli) which: WhichArgs,

    #[command(flatten)]
    pub(in crate::cli) journal: JournalArgs,
}

/// Writes them to a file, one JSON object a line; they stay in the journal
#[derive(Args, Debug)]
pub(in crate::cli) struct ExportArgs {
    /// File; without it, standard output
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: Option<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) journal: JournalArgs,
}

/// Takes them from files: those of `export`, of `deliver --dead-letters`, or from a broker
#[derive(Args, Debug)]
pub(in crate::cli) struct ImportArgs {
    /// Files with one letter a line
    #[arg(value_name = "FILE", required = true)]
    pub(in crate::cli) files: Vec<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) journal: JournalArgs,
}
