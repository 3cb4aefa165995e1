//! For people: a line a case, and below it what differs.

use std::path::Path;

use super::Show;
use crate::cli::output::{Ended, Output, bold};
use crate::cli::test::record::{Record, Status, Tally};

/// Lines as the cases come.
#[derive(Debug)]
pub(super) struct Text;

impl Show for Text {
    fn begin(&mut self, _n_cases: usize, _output: &mut Output) -> Result<(), Ended> {
        Ok(())
    }

    fn record(&mut self, record: &Record, output: &mut Output) -> Result<(), Ended> {
        output.print(match record.status() {
            Status::Passed => told("passed", &record.file),
            Status::Skipped => format!("{}: {}", told("skipped", &record.file), record.why()),
            Status::Failed => explained(record),
        })
    }

    fn end(&mut self, tally: &Tally, output: &mut Output) -> Result<(), Ended> {
        let Tally { n_passed, n_failed, n_skipped, .. } = tally;
        output.print(format_args!("{n_passed} passed, {n_failed} failed, {n_skipped} skipped"))
    }
}

fn told(what: &str, file: &Path) -> String {
    format!("{what}  {}", file.display())
}

fn explained(record: &Record) -> String {
    let mut text = bold(&told("FAILED", &record.file));
    for line in record.why().lines() {
        text.push_str("\n    ");
        text.push_str(line);
    }
    text
}
