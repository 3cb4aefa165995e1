//! Arguments of `mapwright explain`.

use std::path::PathBuf;

use clap::Args;

use super::{Format, MappingArgs, SettingArgs};

/// Says why each thing of an event is as it is
///
/// Which flow takes the event and why, what each condition saw, where each value of a body comes from and why other
/// candidates lost, with the lines of the mapping, and what in the event nobody reads. When the mapping names the schemas
/// of its destination, also what a body could have and no row fills. It goes as far as the first request: it sends
/// nothing and needs no account. Without settings it takes those for the sandbox in mapwright.yaml.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright explain examples/events.ndjson --line 2
  mapwright explain examples/events.ndjson --leaf user.external_id
  mapwright explain - --config account.yaml --format json

Ends with 0, or with 1 when the event is rejected.")]
pub(in crate::cli) struct ExplainArgs {
    /// File with an event, with one a line, or with a witness of `lint`; `-` is standard input
    #[arg(value_name = "EVENT")]
    pub(in crate::cli) event: PathBuf,

    /// Line of the event in a file that has one a line; without it, the first event
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(in crate::cli) line: Option<u64>,

    /// One value of the bodies, or all below an object: `user.name`
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) leaf: Option<String>,

    #[command(flatten)]
    pub(in crate::cli) mapping: MappingArgs,

    #[command(flatten)]
    pub(in crate::cli) settings: SettingArgs,

    /// Form of the output
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Format,
}
