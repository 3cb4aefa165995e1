//! Arguments of `mapwright demo`.

use std::path::PathBuf;

use clap::Args;

use super::{MappingArgs, SettingArgs};

/// Shows sample events on their way into a simulated destination
///
/// Needs neither an account nor a network. Reads the mapping afresh each time, so edit it and look again.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright demo
  mapwright demo my-events.ndjson --mapping my-mapping.yaml --config account.yaml")]
pub(in crate::cli) struct DemoArgs {
    /// File of events
    #[arg(default_value = "examples/events.ndjson", value_name = "EVENTS")]
    pub(in crate::cli) events: PathBuf,

    #[command(flatten)]
    pub(in crate::cli) mapping: MappingArgs,

    #[command(flatten)]
    pub(in crate::cli) settings: SettingArgs,
}
