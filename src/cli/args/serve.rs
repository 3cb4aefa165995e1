//! Arguments of `mapwright serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

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

    /// Events of one request under way at the same time
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
}
