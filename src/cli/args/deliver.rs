//! Arguments of `mapwright deliver`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::{Format, MappingArgs, SettingArgs, TargetArgs};

/// Sends events to the destination
///
/// Reads one event a line (NDJSON): an event as `RudderStack` and Segment send it, or an
/// object with such an event in `message`.
/// Events of one user stay in order, others go side by side. A bad event does not stop the others.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright deliver events.ndjson --config account.yaml --dead-letters dead.ndjson
  gunzip -c events.ndjson.gz | mapwright deliver - --config account.yaml --format json
  mapwright deliver events.ndjson --config account.yaml --journal events.journal
  mapwright deliver events.ndjson --sandbox
  mapwright deliver --plan plan.json --config account.yaml

Ends with 0 when all events were delivered or skipped, 1 when some were rejected, 4 when some failed or were refused.
Ctrl-C finishes what is under way and says what was not sent; a second Ctrl-C ends at once.")]
pub(in crate::cli) struct DeliverArgs {
    /// Files of events; `-` is standard input
    #[arg(required_unless_present = "plan", value_name = "EVENTS")]
    pub(in crate::cli) events: Vec<PathBuf>,

    /// Does what this plan says and nothing else, one event after another; an event for which the destination has
    /// changed since is refused, with the reason
    #[arg(long, value_name = "FILE", conflicts_with = "events")]
    pub(in crate::cli) plan: Option<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) mapping: MappingArgs,

    #[command(flatten)]
    pub(in crate::cli) settings: SettingArgs,

    #[command(flatten)]
    pub(in crate::cli) target: TargetArgs,

    /// Requests under way at the same time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(in crate::cli) concurrency: u16,

    /// Times that one request is made at most
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(in crate::cli) attempts: u32,

    /// Times that one event is tried at most; half a second to a minute apart, and the events of its user wait
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "plan", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(in crate::cli) tries: u32,

    /// Keeps what was done in this file: started again, a delivery that was killed goes on where it was, and events that
    /// failed are tried again. Rejected and failed events are its dead letters, see `mapwright dead-letters`
    #[arg(long, value_name = "FILE", conflicts_with = "plan")]
    pub(in crate::cli) journal: Option<PathBuf>,

    /// File to which rejected and failed events are appended, with reason and trace
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) dead_letters: Option<PathBuf>,

    /// Gives counts for Prometheus, and for `mapwright top`, at /metrics on this address; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", conflicts_with = "plan")]
    pub(in crate::cli) metrics: Option<SocketAddr>,

    /// Form of the summary
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Format,
}
