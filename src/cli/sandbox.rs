//! `mapwright sandbox`: runs the simulated Zendesk until it is told to end.

use std::fs;
use std::path::Path;

use sandbox::{Builder, Sandbox, SandboxError};
use serde_json::Value;

use super::args::SandboxArgs;
use super::exit::Exit;
use super::output::{Done, Output, Problem};
use super::signals;

/// Runs the command.
pub(super) fn run(args: &SandboxArgs, output: &mut Output) -> Done {
    let builder = builder(args)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let sandbox = builder.start().await.map_err(|error| unreadable(&error))?;
        let asked = signals::asked_to_end();
        output.print(format_args!("listening on {}", sandbox.url()))?;
        if !sandbox.addr().ip().is_loopback() {
            output.print(format_args!("other machines can reach it; it has no encryption"))?;
        }
        asked.await;
        let saved = sandbox.save();
        sandbox.stop().await;
        saved.map_err(|error| unreadable(&error))?;
        Ok(Exit::Fine)
    })
}

/// The settings of the file, then those of the flags.
fn builder(args: &SandboxArgs) -> Result<Builder, Problem> {
    let mut builder = Sandbox::builder().listen(args.listen);
    if let (Some(email), Some(token)) = (&args.email, &args.token) {
        builder = builder.api_token(email, token);
    }
    if let (Some(email), Some(token)) = (&args.agent_email, &args.agent_token) {
        builder = builder.agent_token(email, token);
    }
    if let (Some(id), Some(secret)) = (&args.client_id, &args.client_secret) {
        builder = builder.oauth_client(id, secret);
    }
    if let Some(path) = &args.config {
        for (name, value) in &read(path)? {
            builder = builder.set(name, value).map_err(|error| unreadable(&error))?;
        }
    }
    for (name, value) in &args.switches.0 {
        builder = builder.set(name, value).map_err(|error| unreadable(&error))?;
    }
    Ok(builder)
}

fn read(path: &Path) -> Result<serde_json::Map<String, Value>, Problem> {
    let problem = |why: &dyn std::fmt::Display| Problem::unreadable(format!("{}: {why}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| problem(&error))?;
    match serde_yaml::from_str(&text).map_err(|error| problem(&error))? {
        Value::Object(settings) => Ok(settings),
        Value::Null => Ok(serde_json::Map::new()),
        _ => Err(problem(&"expected `setting: value` lines")),
    }
}

fn unreadable(error: &SandboxError) -> Problem {
    Problem::unreadable(error.to_string())
}
