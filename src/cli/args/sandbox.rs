//! Arguments of `mapwright sandbox`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::cli::switches::Switches;

/// Runs a simulated destination on this machine
///
/// It forgets everything when it ends, unless --state names a file. /_sandbox/state shows what it holds,
/// /_sandbox/requests what it was asked. Without credentials given here it takes any.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright sandbox --listen 127.0.0.1:8085
  mapwright sandbox --plan suite-growth --strict-limits --bulk-import --state state.json
  mapwright deliver events.ndjson --config account.yaml --endpoint http://127.0.0.1:8085")]
pub(in crate::cli) struct SandboxArgs {
    /// Address to listen on; port 0 picks a free one. One that others can reach needs --allow-remote
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8085")]
    pub(in crate::cli) listen: SocketAddr,

    /// YAML file of switches: `bulk_import: true`; flags win over it
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,

    /// E-mail address that must log in, with --token
    #[arg(long, value_name = "EMAIL", requires = "token")]
    pub(in crate::cli) email: Option<String>,

    /// API token that goes with --email
    #[arg(long, value_name = "TOKEN", requires = "email")]
    pub(in crate::cli) token: Option<String>,

    /// The same for an agent who is no administrator, with --agent-token
    #[arg(long, value_name = "EMAIL", requires = "agent_token")]
    pub(in crate::cli) agent_email: Option<String>,

    /// API token that goes with --agent-email
    #[arg(long, value_name = "TOKEN", requires = "agent_email")]
    pub(in crate::cli) agent_token: Option<String>,

    /// OAuth client that must log in, with --client-secret
    #[arg(long, value_name = "ID", requires = "client_secret")]
    pub(in crate::cli) client_id: Option<String>,

    /// Secret that goes with --client-id
    #[arg(long, value_name = "SECRET", requires = "client_id")]
    pub(in crate::cli) client_secret: Option<String>,

    #[command(flatten)]
    pub(in crate::cli) switches: Switches,
}
