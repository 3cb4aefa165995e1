//! The bar that moves while events are delivered; only where someone watches.

use std::borrow::Cow;
use std::fmt;
use std::fs::{File, Metadata};
use std::io::{BufRead, BufReader, IsTerminal};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::output::Output;

/// Files up to this size are counted beforehand; larger ones have a bar without an end.
const COUNTED_BYTES: u64 = 256 * 1024 * 1024;

/// How often the bar is drawn, per second.
const DRAWS: u8 = 10;

/// A bar on standard error, or nothing.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar for the lines of these files, if standard error is a terminal.
    pub(super) fn of(files: &[PathBuf]) -> Self {
        Self::of_lines(|| count_lines(files))
    }

    /// A bar for so many events, if standard error is a terminal.
    pub(super) fn of_events(count: usize) -> Self {
        Self::of_lines(|| u64::try_from(count).ok())
    }

    fn of_lines(lines: impl FnOnce() -> Option<u64>) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden() };
        }
        let lines = lines();
        let template = if lines.is_some() {
            "{wide_bar} {pos}/{len} events, {rate}, {eta} left {msg}"
        } else {
            "{spinner} {pos} events, {rate} {msg}"
        };
        let bar = lines.map_or_else(ProgressBar::no_length, ProgressBar::new);
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(DRAWS));
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("rate", write_rate));
        }
        Self { bar }
    }

    /// A bar for so many mutants, if standard error is a terminal.
    pub(super) fn of_mutants(n_mutants: usize) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::new(u64::try_from(n_mutants).unwrap_or(u64::MAX));
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(DRAWS));
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} mutants, {eta} left") {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// One more event or mutant is finished.
    pub(super) fn step(&self) {
        self.bar.inc(1);
    }

    /// Says something behind the numbers.
    pub(super) fn say(&self, message: impl Into<Cow<'static, str>>) {
        self.bar.set_message(message);
    }

    /// Writes a line above the bar.
    pub(super) fn note(&self, output: &mut Output, text: impl fmt::Display) {
        self.bar.suspend(|| output.note(text));
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn write_rate(state: &ProgressState, to: &mut dyn fmt::Write) {
    // The bar is drawn as well as it can be.
    let _ = write!(to, "{:.0} a second", state.per_sec());
}

/// Lines that are not blank, where that is quickly known.
fn count_lines(files: &[PathBuf]) -> Option<u64> {
    let size = files.iter().map(|file| Some(file.metadata().ok().filter(Metadata::is_file)?.len()));
    if size.sum::<Option<u64>>()? > COUNTED_BYTES {
        return None;
    }
    let mut count = 0;
    for file in files {
        let mut reader = BufReader::new(File::open(file).ok()?);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).ok()? > 0 {
            count += u64::from(!line.trim_ascii().is_empty());
            line.clear();
        }
    }
    Some(count)
}
