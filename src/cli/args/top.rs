//! Arguments of `mapwright top`.

use clap::Args;

/// Shows a running host, delivery or consumer in the terminal
///
/// Reads its counts again and again: events and requests a second, how long requests take, what they wait for, what the
/// account has left. q or Ctrl-C ends it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright top 127.0.0.1:9091
  mapwright top 127.0.0.1:9091 --once

The address is that of --metrics of deliver and consume, or of --metrics-listen of serve.
Ends with 0, or with 4 when nothing answers there.")]
pub(in crate::cli) struct TopArgs {
    /// Where the counts are, as HOST:PORT or a URL
    #[arg(value_name = "ADDRESS")]
    pub(in crate::cli) address: String,

    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub(in crate::cli) every: u16,

    /// Looks twice, prints what it has seen, and ends
    #[arg(long)]
    pub(in crate::cli) once: bool,
}
