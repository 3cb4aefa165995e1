//! Arguments of `mapwright serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Answers a customer data platform as its transformer
///
/// Speaks the protocol between `rudder-server` and its transformer, for the destinations that it has mappings for: point
/// `DEST_TRANSFORM_URL` at it. Events are delivered here, with retries, caches and the order of each user; what cannot
/// be delivered now goes back and comes again. A mapping that is saved is served from the next request on; one with
/// errors is not, and the version before it stays.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright serve
  mapwright serve --mappings mappings/crm.yaml --listen 0.0.0.0:9090
  mapwright serve --upstream http://127.0.0.1:9190
  mapwright serve --endpoint crm=http://127.0.0.1:8085

Ctrl-C or SIGTERM finishes what is under way. Ends with 0, or with 4 when something was cut off.")]
pub(in crate::cli) struct ServeArgs {
    /// Mapping files, or folders with *.yaml files
    #[arg(long, value_name = "PATH", default_value = "mappings", num_args = 1..)]
    pub(in crate::cli) mappings: Vec<PathBuf>,

    /// Address to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9090")]
    pub(in crate::cli) listen: SocketAddr,

    /// Address for /metrics (Prometheus); port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9091")]
    pub(in crate::cli) metrics_listen: SocketAddr,

    /// Another transformer, to which everything goes that is about other destinations
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) upstream: Option<String>,

    /// Replaces scheme and host of a destination's base URL; plain http to this machine only
    #[arg(long, value_name = "NAME=URL")]
    pub(in crate::cli) endpoint: Vec<String>,

    /// Who makes the last request of an event: `engine` (there is nothing to send), or `host` (the caller sends it, where
    /// the mapping can leave it); NAME=engine or NAME=host for one destination. Without it, who the mapping says
    #[arg(long, value_name = "WHO")]
    pub(in crate::cli) finish: Vec<String>,

    /// Requests to one account under way at the same time
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(in crate::cli) concurrency: u16,

    /// Runs the next N events through a saved mapping as well, with the answers that the served one gets, and serves it
    /// only if it does the same with all of them; one that does not is served when its file is saved once more. 0 serves
    /// a saved mapping at once
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(in crate::cli) shadow: u64,

    /// Longest time to finish what is under way when asked to end, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(in crate::cli) drain: u64,

    #[command(flatten)]
    pub(in crate::cli) limits: LimitArgs,

    #[command(flatten)]
    pub(in crate::cli) watch: WatchArgs,
}

/// What callers may take.
#[derive(Args, Debug)]
#[command(next_help_heading = "Limits")]
pub(in crate::cli) struct LimitArgs {
    /// Connections at the same time; more wait until one ends
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) connections: u16,

    /// Calls under way at the same time; more are answered 503 and asked to come again
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) calls: u16,

    /// Longest time for the head of a request, and for a connection that says nothing, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) head_time: u16,

    /// Longest time for the body of a request, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) body_time: u16,

    /// Longest time of a call, in seconds; events that are not at their end by then are to be sent again
    #[arg(long, value_name = "SECONDS", default_value_t = 590, value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) call_time: u16,
}

/// What is told about the host while it runs.
#[derive(Args, Debug)]
#[command(next_help_heading = "Logs and traces")]
pub(in crate::cli) struct WatchArgs {
    /// Form of the log, which goes to standard error; without it, text on a terminal and JSON elsewhere
    #[arg(long, value_name = "FORM")]
    pub(in crate::cli) log: Option<LogForm>,

    /// What is logged: failed events and refused calls from `warn` on, start, end and saved mappings from `info` on
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(in crate::cli) log_level: LogLevel,

    /// Sends traces to a collector (OTLP over HTTP): its address, to which /v1/traces is added
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) otlp: Option<String>,
}

/// Form of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogForm {
    /// An object a line
    Json,
    /// For people
    Text,
    /// None
    Off,
}

/// The least of what is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogLevel {
    /// Mappings that are refused
    Error,
    /// Failed events and refused calls as well
    Warn,
    /// Start, end and saved mappings as well
    Info,
    /// Each call as well
    Debug,
}
