//! `mapwright sandbox`: runs the simulated Zendesk until it is told to end.

use sandbox::Sandbox;

use super::args::SandboxArgs;
use super::exit::Exit;
use super::output::{Done, Output, Problem};
use super::signals;

/// Runs the command.
pub(super) fn run(args: &SandboxArgs, output: &mut Output) -> Done {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let mut builder = Sandbox::builder().listen(args.listen);
        if let (Some(email), Some(token)) = (&args.email, &args.token) {
            builder = builder.api_token(email, token);
        }
        if let (Some(id), Some(secret)) = (&args.client_id, &args.client_secret) {
            builder = builder.oauth_client(id, secret);
        }
        let sandbox = builder.start().await.map_err(|error| Problem::unreadable(error.to_string()))?;
        output.print(format_args!("listening on {}", sandbox.url()))?;
        signals::asked_to_end().await;
        sandbox.stop().await;
        Ok(Exit::Fine)
    })
}
