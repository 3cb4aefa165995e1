//! `mapwright serve`: runs a transformer host until it is told to end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::args::ServeArgs;
use super::counts::listen;
use super::exit::Exit;
use super::output::{Done, Output, Problem};
use super::{settings, signals, watched};
use crate::deliver::Stop;
use crate::host::{Finish, Host, Listening, Mappings, Options, Watch, not_served, serve, serve_metrics};

/// Runs the command.
pub(super) fn run(args: &ServeArgs, output: &mut Output) -> Done {
    let runtime = Runtime::new()?;
    let watched = watched::begin(&args.watch, output, runtime.handle())?;
    let done = serve_mappings(args, output, &runtime);
    watched.end();
    done
}

fn serve_mappings(args: &ServeArgs, output: &mut Output, runtime: &Runtime) -> Done {
    // What is saved while the host starts is seen when it follows.
    let watch = Watch::new(&args.mappings);
    let (mappings, unserved) =
        Mappings::read(&args.mappings).map_err(|error| Problem::unreadable(error.to_string()))?;
    let watch = watch.map_err(|error| Problem::unreadable(format!("cannot watch the mappings: {error}")))?;
    unserved.iter().for_each(not_served);
    let options = options(args, &mappings)?;
    let names: Vec<String> =
        mappings.names().map(|(name, file)| format!("{name} ({})", file.display())).collect();
    let names = if names.is_empty() { "nothing yet".to_owned() } else { names.join(", ") };
    let host = Host::new(mappings, options).map_err(|error| Problem::usage(error.to_string()))?;
    runtime.block_on(async {
        let listening = listen(args.listen).await?;
        let counts = listen(args.metrics_listen).await?;
        let asked = signals::asked_to_end();
        output.print(format_args!("listening on http://{}, serving {names}", listening.address()))?;
        output.print(format_args!("metrics on http://{}/metrics", counts.address()))?;
        serve_until(asked, watch, Arc::new(host), (listening, counts)).await
    })
}

fn options(args: &ServeArgs, mappings: &Mappings) -> Result<Options, Problem> {
    let limits = &args.limits;
    let seconds = |seconds: u16| Duration::from_secs(seconds.into());
    let usual = Options::default();
    Ok(Options {
        finish: finish(args, mappings)?,
        endpoints: endpoints(args, mappings)?,
        upstream: args.upstream.clone(),
        concurrency: args.concurrency.into(),
        connections: limits.connections.into(),
        calls: limits.calls.into(),
        head_time: seconds(limits.head_time),
        body_time: seconds(limits.body_time),
        call_time: seconds(limits.call_time),
        drain: Duration::from_secs(args.drain),
        shadow: args.shadow,
        instance: settings::instance().unwrap_or(usual.instance),
        ..usual
    })
}

async fn serve_until(
    asked: impl Future<Output = ()>,
    watch: Watch,
    host: Arc<Host>,
    (listening, counts): (Listening, Listening),
) -> Done {
    let stop = Stop::default();
    let asked = async {
        asked.await;
        stop.stop();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        served = serve(listening, host.clone(), &stop) => {
            Ok(if served { Exit::Fine } else { Exit::NotDelivered })
        }
        () = serve_metrics(counts, host.clone()) => Ok(Exit::Fine),
        () = watch.follow(&host, |_| {}) => Ok(Exit::Fine),
        () = asked => Ok(Exit::Fine),
    }
}

/// Endpoints by the name of their destination in lower case.
fn endpoints(args: &ServeArgs, mappings: &Mappings) -> Result<BTreeMap<String, String>, Problem> {
    let mut endpoints = BTreeMap::new();
    for text in &args.endpoint {
        let (name, url) = text.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
            Problem::usage(format!("`--endpoint {text}` names no destination"))
                .with_help("write it as --endpoint NAME=URL")
        })?;
        endpoints.insert(served("--endpoint", name, mappings)?, url.to_owned());
    }
    Ok(endpoints)
}

/// Who makes the last request, by the name of the destination in lower case.
fn finish(args: &ServeArgs, mappings: &Mappings) -> Result<BTreeMap<String, Finish>, Problem> {
    let mut all = BTreeMap::new();
    for text in &args.finish {
        let (name, who) = text.split_once('=').map_or((None, text.as_str()), |(name, who)| (Some(name), who));
        let who = match who {
            "engine" => Finish::Engine,
            "host" => Finish::Host,
            _ => {
                return Err(Problem::usage(format!("`--finish {text}` says neither `engine` nor `host`"))
                    .with_help("write --finish host, or --finish NAME=host"));
            }
        };
        match name {
            Some(name) => {
                all.insert(served("--finish", name, mappings)?, who);
            }
            None => {
                for (name, _) in mappings.names() {
                    all.entry(name.to_ascii_lowercase()).or_insert(who);
                }
            }
        }
    }
    Ok(all)
}

/// The name of a destination that is served, in lower case.
fn served(flag: &str, name: &str, mappings: &Mappings) -> Result<String, Problem> {
    if mappings.names().any(|(served, _)| served.eq_ignore_ascii_case(name)) {
        return Ok(name.to_ascii_lowercase());
    }
    let names: Vec<&str> = mappings.names().map(|(name, _)| name).collect();
    Err(Problem::usage(format!("`{flag}`: no mapping is for `{name}`"))
        .with_help(format!("there are: {}", names.join(", "))))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::args::{Cli, Command};

    #[test]
    fn a_host_has_the_same_limits_without_the_command_line() {
        let Command::Serve(args) = Cli::parse_from(["mapwright", "serve"]).command else {
            panic!("another command")
        };
        let limits = |options: Options| {
            let Options { concurrency, connections, calls, head_time, body_time, call_time, drain, .. } =
                options;
            (concurrency, connections, calls, [head_time, body_time, call_time, drain])
        };
        let options = options(&args, &Mappings::default()).ok().unwrap();
        assert_eq!(limits(options), limits(Options::default()));
    }
}
