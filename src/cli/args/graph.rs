//! Arguments of `mapwright graph`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Draws the flows of a mapping
///
/// What is read and written in which order, what decides, and how an event ends. Reads have round corners, writes a
/// double border, decisions are diamonds, loops are trapezia; a dashed line goes around steps that are left out, or to
/// an early end. Parts that flows share stand in a frame with their name.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright graph
  mapwright graph --flow track --format svg --output track.svg
  mapwright graph mapping.yaml --format dot")]
pub(in crate::cli) struct GraphArgs {
    /// Mapping file; without it, the `mapping:` of mapwright.yaml in the working folder
    #[arg(value_name = "MAPPING")]
    pub(in crate::cli) mapping: Option<PathBuf>,

    /// The only flow to draw
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) flow: Option<String>,

    /// Form of the picture
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: GraphFormat,

    /// File to write instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
}

/// Form of a graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum GraphFormat {
    /// A Mermaid flowchart, which Markdown viewers draw
    #[default]
    Mermaid,
    /// DOT, for Graphviz
    Dot,
    /// A picture, laid out here
    Svg,
}
