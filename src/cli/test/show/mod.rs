//! Forms in which records are shown, one file a form.

mod json;
mod junit;
mod tap;
mod text;

use super::record::{Record, Tally};
use crate::cli::args::TestFormat;
use crate::cli::output::{Ended, Output};

/// Shows records as they come.
pub(super) trait Show {
    /// Before the first of so many.
    fn begin(&mut self, n_cases: usize, output: &mut Output) -> Result<(), Ended>;

    /// A record.
    fn record(&mut self, record: &Record, output: &mut Output) -> Result<(), Ended>;

    /// After the last.
    fn end(&mut self, tally: &Tally, output: &mut Output) -> Result<(), Ended>;
}

/// The form that is wanted.
pub(super) fn of(format: TestFormat) -> Box<dyn Show> {
    match format {
        TestFormat::Text => Box::new(text::Text),
        TestFormat::Json => Box::new(json::Json::default()),
        TestFormat::Tap => Box::new(tap::Tap::default()),
        TestFormat::Junit => Box::new(junit::Junit::default()),
    }
}
