//! TAP, the Test Anything Protocol, version 14.
//!
//! Source: testanything.org, TAP 14 specification.

use super::Show;
use crate::cli::output::{Ended, Output};
use crate::cli::test::record::{Record, Status, Tally};

/// How many cases were shown.
#[derive(Debug, Default)]
pub(super) struct Tap {
    n_shown: usize,
}

impl Show for Tap {
    fn begin(&mut self, n_cases: usize, output: &mut Output) -> Result<(), Ended> {
        output.print(format_args!("TAP version 14\n1..{n_cases}"))
    }

    fn record(&mut self, record: &Record, output: &mut Output) -> Result<(), Ended> {
        self.n_shown += 1;
        let file = record.file.display().to_string();
        let name = record.about().map_or_else(|| file.clone(), |about| format!("{file}: {about}"));
        let (number, name) = (self.n_shown, escaped(&name));
        match record.status() {
            Status::Passed | Status::Updated => output.print(format_args!("ok {number} - {name}")),
            Status::Skipped => {
                output.print(format_args!("ok {number} - {name} # SKIP {}", on_one_line(&record.why())))
            }
            Status::Failed | Status::Broken => {
                output.print(format_args!("not ok {number} - {name}\n{}", diagnostics(record)))
            }
        }
    }

    fn end(&mut self, _tally: &Tally, _output: &mut Output) -> Result<(), Ended> {
        Ok(())
    }
}

/// What differs, as a block of YAML.
fn diagnostics(record: &Record) -> String {
    let milliseconds = record.took.as_secs_f64() * 1000.0;
    let why = record.why();
    // The text begins two blanks behind its key, whatever its own first blanks.
    let message: String = why.lines().flat_map(|line| ["    ", line, "\n"]).collect();
    format!("  ---\n  duration_ms: {milliseconds:.3}\n  severity: fail\n  message: |2\n{message}  ...")
}

/// A description: a hash would begin a directive.
fn escaped(text: &str) -> String {
    on_one_line(text).replace('\\', "\\\\").replace('#', "\\#")
}

fn on_one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
