//! Arguments of `mapwright plan`.

use std::path::PathBuf;

use clap::Args;

use super::{Format, MappingArgs, SettingArgs, TargetArgs};

/// Says what events would do, and does none of it
///
/// Reads are really made, writes never: `+` create, `~` update, `&` link, `-` remove, `=` unchanged, `?` unknown until
/// applied. What only the answer to a write would tell is shown as `(known after apply)`. See docs/plan.md.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright plan events.ndjson --config account.yaml
  mapwright plan events.ndjson --config account.yaml --save plan.json
  mapwright deliver --plan plan.json --config account.yaml
  mapwright plan examples/events.ndjson --sandbox
  mapwright plan --case case.yaml

Ends with 0 when all events were planned, 1 when some would be rejected, 4 when reads failed.")]
pub(in crate::cli) struct PlanArgs {
    /// Files of events; `-` is standard input
    #[arg(required_unless_present = "case", value_name = "EVENTS")]
    pub(in crate::cli) events: Vec<PathBuf>,

    /// Takes events, settings and the destination's answers or state from a case file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["events", "config", "set", "TargetArgs"])]
    pub(in crate::cli) case: Option<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) mapping: MappingArgs,

    #[command(flatten)]
    pub(in crate::cli) settings: SettingArgs,

    #[command(flatten)]
    pub(in crate::cli) target: TargetArgs,

    /// Times that one read is made at most
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(in crate::cli) attempts: u32,

    /// Writes the plan to a file that `deliver --plan` takes; it holds the events, and no secrets
    #[arg(long, value_name = "FILE", conflicts_with = "case")]
    pub(in crate::cli) save: Option<PathBuf>,

    /// Form of the output
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Format,
}
