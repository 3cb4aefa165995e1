//! What can be said on the command line: what commands share here, one file a command beside it.

#[cfg(feature = "nats")]
mod consume;
mod dead_letters;
mod deliver;
#[cfg(feature = "sandbox")]
mod demo;
mod diff;
mod docs;
mod explain;
mod graph;
mod lint;
mod mutate;
mod plan;
#[cfg(feature = "sandbox")]
mod sandbox;
mod schema;
mod serve;
mod test;
mod top;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::exit;
#[cfg(feature = "nats")]
pub(in crate::cli) use consume::{ConsumeArgs, PublishArgs, StreamArgs};
pub(in crate::cli) use dead_letters::{
    DeadLettersArgs, DropArgs, ExportArgs, ImportArgs, JournalArgs, LetterCommand, ListArgs, RetryArgs,
    ShowArgs, WhichArgs,
};
pub(in crate::cli) use deliver::DeliverArgs;
#[cfg(feature = "sandbox")]
pub(in crate::cli) use demo::DemoArgs;
pub(in crate::cli) use diff::{DiffArgs, DiffFormat};
pub(in crate::cli) use docs::DocsArgs;
pub(in crate::cli) use explain::ExplainArgs;
pub(in crate::cli) use graph::{GraphArgs, GraphFormat};
pub(in crate::cli) use lint::{LintArgs, LintFormat};
pub(in crate::cli) use mutate::MutateArgs;
pub(in crate::cli) use plan::PlanArgs;
#[cfg(feature = "sandbox")]
pub(in crate::cli) use sandbox::SandboxArgs;
pub(in crate::cli) use schema::{SchemaArgs, SchemaOf};
pub(in crate::cli) use serve::{LogForm, LogLevel, ServeArgs, WatchArgs};
pub(in crate::cli) use test::{CoverageFormat, TestArgs, TestFormat};
pub(in crate::cli) use top::TopArgs;

/// Sends customer events to a destination that one YAML file describes
///
/// The mapping file says which property of an event becomes which attribute of the destination, and which requests
/// are made in which order. Edit the file and the behaviour changes; nothing is rebuilt.
#[derive(Debug, Parser)]
#[command(name = "mapwright", version, after_help = exit::TABLE, propagate_version = false, max_term_width = 110)]
pub(in crate::cli) struct Cli {
    #[command(subcommand)]
    pub(in crate::cli) command: Command,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    Deliver(DeliverArgs),
    DeadLetters(DeadLettersArgs),
    Diff(DiffArgs),
    Explain(ExplainArgs),
    Lint(LintArgs),
    Plan(PlanArgs),
    Test(TestArgs),
    Graph(GraphArgs),
    Docs(DocsArgs),
    #[cfg(feature = "sandbox")]
    Demo(DemoArgs),
    #[cfg(feature = "sandbox")]
    Sandbox(SandboxArgs),
    Schema(SchemaArgs),
    Serve(ServeArgs),
    Top(TopArgs),
    #[cfg(feature = "nats")]
    Consume(ConsumeArgs),
    #[cfg(feature = "nats")]
    Publish(PublishArgs),
}

/// Form of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Which mapping
#[derive(Args, Debug)]
pub(in crate::cli) struct MappingArgs {
    /// Mapping file; without it, the `mapping:` of mapwright.yaml in the working folder
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) mapping: Option<PathBuf>,
}

/// With which settings
#[derive(Args, Debug)]
pub(in crate::cli) struct SettingArgs {
    /// Settings of the mapping, in YAML or JSON; a value may be {env: NAME} or {file: PATH}
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,

    /// One setting; wins over --config. Others may see what you type here: keep secrets in --config
    #[arg(long, value_name = "KEY=VALUE")]
    pub(in crate::cli) set: Vec<String>,
}

/// Where to
#[derive(Args, Debug)]
#[group(multiple = false)]
pub(in crate::cli) struct TargetArgs {
    /// Send to a simulated destination inside this process
    #[cfg(feature = "sandbox")]
    #[arg(long)]
    pub(in crate::cli) sandbox: bool,

    /// Replaces scheme and host of the mapping's base URL; plain http to this machine only
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) endpoint: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        for command in Cli::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let example = format!("  mapwright {}", command.get_name());
            assert!(help.contains(&example), "{}", command.get_name());
        }
    }
}
