//! Where the program writes: results to standard output, everything else to standard error.
//!
//! Colours are left out where `NO_COLOR` or the kind of the stream asks for it. A reader that goes away ends the
//! program quietly.

use std::fmt;
use std::io::{self, Write};

use super::exit::Exit;

/// How a command ends: with an exit code, or before its end.
pub(super) type Done = Result<Exit, Ended>;

/// Why a command ends early.
#[derive(Debug)]
pub(super) enum Ended {
    /// Something is wrong that the user can do something about.
    Problem(Problem),
    /// The output cannot be written.
    Output(io::Error),
}

/// What is wrong, in one sentence, what it means for the exit code, and perhaps what to do.
#[derive(Debug)]
pub(super) struct Problem {
    exit: Exit,
    message: String,
    help: Option<String>,
}

impl Problem {
    /// Arguments or settings are wrong.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), help: None }
    }

    /// A file cannot be read or written, or is not what it should be.
    pub(super) fn unreadable(message: impl Into<String>) -> Self {
        Self { exit: Exit::Unreadable, message: message.into(), help: None }
    }

    /// Nothing was delivered, since something is not what it was.
    pub(super) fn not_delivered(message: impl Into<String>) -> Self {
        Self { exit: Exit::NotDelivered, message: message.into(), help: None }
    }

    /// What the user can do.
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl From<Problem> for Ended {
    fn from(problem: Problem) -> Self {
        Ended::Problem(problem)
    }
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Ended::Output(error)
    }
}

/// The two streams.
pub(super) struct Output {
    stdout: anstream::Stdout,
    stderr: anstream::Stderr,
    /// Standard output has a text of the user, so that results go to standard error.
    is_filter: bool,
}

impl fmt::Debug for Output {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Output")
    }
}

impl Output {
    /// The streams of the process.
    pub(super) fn of_process() -> Self {
        Self { stdout: anstream::stdout(), stderr: anstream::stderr(), is_filter: false }
    }

    /// Writes a text of the user to standard output as it is; results go to standard error from now on.
    pub(super) fn pass(&mut self, text: &str) -> Result<(), Ended> {
        self.is_filter = true;
        self.stdout.write_all(text.as_bytes())?;
        self.stdout.flush()?;
        Ok(())
    }

    /// Writes a line or several to standard output.
    pub(super) fn print(&mut self, text: impl fmt::Display) -> Result<(), Ended> {
        if self.is_filter {
            self.note(text);
            return Ok(());
        }
        writeln!(self.stdout, "{text}")?;
        self.stdout.flush()?;
        Ok(())
    }

    /// Writes a line or several to standard error. That nobody reads it is no reason to stop.
    pub(super) fn note(&mut self, text: impl fmt::Display) {
        let _ = writeln!(self.stderr, "{text}");
    }

    /// Whether standard output shows colours.
    pub(super) fn has_colour(&self) -> bool {
        let choice = if self.is_filter { self.stderr.current_choice() } else { self.stdout.current_choice() };
        choice != anstream::ColorChoice::Never
    }

    /// Whether standard error shows colours.
    pub(super) fn notes_have_colour(&self) -> bool {
        self.stderr.current_choice() != anstream::ColorChoice::Never
    }

    /// Says how a command ended and gives the exit code.
    pub(super) fn conclude(&mut self, done: Done) -> Exit {
        match done {
            Ok(exit) => exit,
            Err(Ended::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Fine,
            Err(Ended::Output(error)) => {
                self.note(format_args!("{ERROR}: cannot write the output: {error}"));
                Exit::Unreadable
            }
            Err(Ended::Problem(problem)) => {
                self.note(format_args!("{ERROR}: {problem}"));
                if let Some(help) = &problem.help {
                    self.note(format_args!("  help: {help}"));
                }
                problem.exit
            }
        }
    }
}

/// `error` in red, where there are colours.
pub(super) const ERROR: &str = "\x1b[1;31merror\x1b[0m";

/// Text in bold, where there are colours.
pub(super) fn bold(text: &str) -> String {
    format!("\x1b[1m{text}\x1b[0m")
}

/// Text in red, where there are colours.
pub(super) fn red(text: &str) -> String {
    format!("\x1b[31m{text}\x1b[0m")
}

/// Text in green, where there are colours.
pub(super) fn green(text: &str) -> String {
    format!("\x1b[32m{text}\x1b[0m")
}
