//! The command line: arguments in, text and an exit code out.
//!
//! One file a command. Only this module reads arguments, the environment and the working folder, and only
//! `output` writes.

mod apply;
mod args;
#[cfg(feature = "nats")]
mod consume;
mod counts;
mod dead_letters;
mod deliver;
#[cfg(feature = "sandbox")]
mod demo;
mod diff;
mod docs;
mod exit;
mod explain;
mod file;
mod graph;
mod lint;
mod open;
mod output;
mod plan;
mod progress;
mod project;
#[cfg(feature = "sandbox")]
mod sandbox;
mod schema;
mod serve;
mod settings;
mod signals;
#[cfg(feature = "sandbox")]
mod switches;
#[cfg(feature = "sandbox")]
mod tables;
mod target;
mod test;
mod top;
mod traces;
mod watched;

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use exit::Exit;
use output::{Done, ERROR, Output};

/// Runs the program with the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    let mut output = Output::of_process();
    let args = match Cli::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help goes to standard output, anything else to standard error; that nobody reads it is no failure.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Fine.into() };
        }
    };
    panic::set_hook(Box::new(say_that_we_have_a_bug));
    let done = panic::catch_unwind(AssertUnwindSafe(|| dispatch(&args.command, &mut output)));
    done.map_or(Exit::Bug, |done| output.conclude(done)).into()
}

fn dispatch(command: &Command, output: &mut Output) -> Done {
    match command {
        Command::Deliver(args) => deliver::run(args, output),
        Command::DeadLetters(args) => dead_letters::run(args, output),
        Command::Diff(args) => diff::run(args, output),
        Command::Explain(args) => explain::run(args, output),
        Command::Lint(args) => lint::run(args, output),
        Command::Plan(args) => plan::run(args, output),
        Command::Test(args) => test::run(args, output),
        Command::Graph(args) => graph::run(args, output),
        Command::Docs(args) => docs::run(args, output),
        #[cfg(feature = "sandbox")]
        Command::Demo(args) => demo::run(args, output),
        #[cfg(feature = "sandbox")]
        Command::Sandbox(args) => sandbox::run(args, output),
        Command::Schema(args) => schema::run(args, output),
        Command::Serve(args) => serve::run(args, output),
        Command::Top(args) => top::run(args, output),
        #[cfg(feature = "nats")]
        Command::Consume(args) => consume::run(args, output),
        #[cfg(feature = "nats")]
        Command::Publish(args) => consume::run_publish(args, output),
    }
}

/// Names the place but not the message of a panic, which may hold data of the user.
fn say_that_we_have_a_bug(info: &panic::PanicHookInfo<'_>) {
    let place =
        info.location().map(|place| format!(" at {}:{}", place.file(), place.line())).unwrap_or_default();
    Output::of_process().note(format_args!(
        "{ERROR}: this is a bug in mapwright{place}; please report it with the command that you ran"
    ));
}
