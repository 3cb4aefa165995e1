//! What can be said on the command line.

#[cfg(feature = "sandbox")]
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::exit;

/// Sends customer events to a destination that one YAML file describes
///
/// The mapping file says which property of an event becomes which attribute of the destination, and which requests
/// are made in which order. Edit the file and the behaviour changes; nothing is rebuilt.
#[derive(Debug, Parser)]
#[command(name = "mapwright", version, after_help = exit::TABLE, propagate_version = false, max_term_width = 110)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Deliver(DeliverArgs),
    Explain(ExplainArgs),
    Lint(LintArgs),
    Test(TestArgs),
    #[cfg(feature = "sandbox")]
    Demo(DemoArgs),
    #[cfg(feature = "sandbox")]
    Sandbox(SandboxArgs),
    Schema(SchemaArgs),
}

/// Form of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Which mapping
#[derive(Args, Debug)]
pub(super) struct MappingArgs {
    /// Mapping file; without it, the `mapping:` of mapwright.yaml in the working folder
    #[arg(long, value_name = "FILE")]
    pub(super) mapping: Option<PathBuf>,
}

/// With which settings
#[derive(Args, Debug)]
pub(super) struct SettingArgs {
    /// Settings of the mapping, in YAML or JSON; a value may be {env: NAME} or {file: PATH}
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// One setting; wins over --config. Others may see what you type here: keep secrets in --config
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
}

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
  mapwright deliver events.ndjson --sandbox

Ends with 0 when all events were delivered or skipped, 1 when some were rejected, 4 when some failed.
Ctrl-C finishes what is under way and says what was not sent; a second Ctrl-C ends at once.")]
pub(super) struct DeliverArgs {
    /// Files of events; `-` is standard input
    #[arg(required = true, value_name = "EVENTS")]
    pub(super) events: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) mapping: MappingArgs,

    #[command(flatten)]
    pub(super) settings: SettingArgs,

    #[command(flatten)]
    pub(super) target: TargetArgs,

    /// Events under way at the same time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(super) concurrency: u16,

    /// Times that one request is made at most
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(super) attempts: u32,

    /// File to which rejected and failed events are appended, with reason and trace
    #[arg(long, value_name = "FILE")]
    pub(super) dead_letters: Option<PathBuf>,

    /// Form of the summary
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// Where to
#[derive(Args, Debug)]
#[group(multiple = false)]
pub(super) struct TargetArgs {
    /// Send to a simulated destination inside this process
    #[cfg(feature = "sandbox")]
    #[arg(long)]
    pub(super) sandbox: bool,

    /// Replaces scheme and host of the mapping's base URL; plain http to this machine only
    #[arg(long, value_name = "URL")]
    pub(super) endpoint: Option<String>,
}

/// Says why each thing of an event is as it is
///
/// Which flow takes the event and why, what each condition saw, where each value of a body comes from and why other
/// candidates lost, with the lines of the mapping, and what in the event nobody reads. It goes as far as the first
/// request: it sends nothing and needs no account. Without settings it takes those for the sandbox in mapwright.yaml.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright explain examples/events.ndjson --line 2
  mapwright explain examples/events.ndjson --leaf user.external_id
  mapwright explain - --config account.yaml --format json

Ends with 0, or with 1 when the event is rejected.")]
pub(super) struct ExplainArgs {
    /// File with an event, or with one a line; `-` is standard input
    #[arg(value_name = "EVENT")]
    pub(super) event: PathBuf,

    /// Line of the event in a file that has one a line; without it, the first event
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) line: Option<u64>,

    /// One value of the bodies, or all below an object: `user.name`
    #[arg(long, value_name = "PATH")]
    pub(super) leaf: Option<String>,

    #[command(flatten)]
    pub(super) mapping: MappingArgs,

    #[command(flatten)]
    pub(super) settings: SettingArgs,

    /// Form of the output
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// Checks mappings
///
/// Shows what is wrong with each mapping, where, and what to do about it: first what keeps it from running, then what it
/// says in vain or leaves out. `# mapwright: allow RULE -- why` at the end of a line silences a rule there, `lint:` in
/// mapwright.yaml everywhere.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright lint
  mapwright lint mappings --format json
  mapwright lint --explain unsafe-retry
  mapwright lint mapping.yaml --fix
  mapwright lint --budget

Ends with 0 when no mapping has errors, 1 when some has.")]
pub(super) struct LintArgs {
    /// Mapping files, or folders with *.yaml files; `-` is standard input; without any, the mapping of mapwright.yaml
    #[arg(value_name = "PATHS")]
    pub(super) paths: Vec<PathBuf>,

    /// Form of the findings
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: LintFormat,

    /// Prints the page of a finding, by its number or its name
    #[arg(long, value_name = "FINDING", conflicts_with_all = ["paths", "format", "fix", "unsafe_fixes", "budget"])]
    pub(super) explain: Option<String>,

    /// Mends what can be mended without changing what the mapping does
    #[arg(long)]
    pub(super) fix: bool,

    /// Mends more: look at the difference before you keep it
    #[arg(long)]
    pub(super) unsafe_fixes: bool,

    /// Shows how many requests an event costs in each flow, instead of the findings
    #[arg(long, conflicts_with_all = ["fix", "unsafe_fixes"])]
    pub(super) budget: bool,

    /// Day for which dates are judged (YYYY-MM-DD); without it, today
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<String>,
}

/// Form of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum LintFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanners
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
}

/// Runs case files against mappings
///
/// A case file has a mapping, events, the destination's replies, and what must come of it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright test
  mapwright test tests/cases/identify

Ends with 0 when all cases pass, 1 when some fails.")]
pub(super) struct TestArgs {
    /// Case files, or folders of them; without any, tests/cases
    #[arg(value_name = "PATHS")]
    pub(super) paths: Vec<PathBuf>,
}

/// Shows sample events on their way into a simulated destination
///
/// Needs neither an account nor a network. Reads the mapping afresh each time, so edit it and look again.
#[cfg(feature = "sandbox")]
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright demo
  mapwright demo my-events.ndjson --mapping my-mapping.yaml --config account.yaml")]
pub(super) struct DemoArgs {
    /// File of events
    #[arg(default_value = "examples/events.ndjson", value_name = "EVENTS")]
    pub(super) events: PathBuf,

    #[command(flatten)]
    pub(super) mapping: MappingArgs,

    #[command(flatten)]
    pub(super) settings: SettingArgs,
}

/// Runs a simulated destination on this machine
///
/// It forgets everything when it ends, unless --state names a file. /_sandbox/state shows what it holds,
/// /_sandbox/requests what it was asked. Without credentials given here it takes any.
#[cfg(feature = "sandbox")]
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright sandbox --listen 127.0.0.1:8085
  mapwright sandbox --plan suite-growth --strict-limits --bulk-import --state state.json
  mapwright deliver events.ndjson --config account.yaml --endpoint http://127.0.0.1:8085")]
pub(super) struct SandboxArgs {
    /// Address to listen on; port 0 picks a free one. One that others can reach needs --allow-remote
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8085")]
    pub(super) listen: SocketAddr,

    /// YAML file of switches: `bulk_import: true`; flags win over it
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// E-mail address that must log in, with --token
    #[arg(long, value_name = "EMAIL", requires = "token")]
    pub(super) email: Option<String>,

    /// API token that goes with --email
    #[arg(long, value_name = "TOKEN", requires = "email")]
    pub(super) token: Option<String>,

    /// The same for an agent who is no administrator, with --agent-token
    #[arg(long, value_name = "EMAIL", requires = "agent_token")]
    pub(super) agent_email: Option<String>,

    /// API token that goes with --agent-email
    #[arg(long, value_name = "TOKEN", requires = "agent_email")]
    pub(super) agent_token: Option<String>,

    /// OAuth client that must log in, with --client-secret
    #[arg(long, value_name = "ID", requires = "client_secret")]
    pub(super) client_id: Option<String>,

    /// Secret that goes with --client-id
    #[arg(long, value_name = "SECRET", requires = "client_id")]
    pub(super) client_secret: Option<String>,

    #[command(flatten)]
    pub(super) switches: super::switches::Switches,
}

/// Prints the JSON Schema of mapping files or of case files
///
/// Editors with a YAML language server complete and check the files with it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright schema > schemas/mapping.schema.json
  mapwright schema case > schemas/case.schema.json")]
pub(super) struct SchemaArgs {
    /// Which files
    #[arg(value_enum, default_value_t)]
    pub(super) of: SchemaOf,
}

/// Files that have a schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// Mappings
    #[default]
    Mapping,
    /// Test cases
    Case,
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
