//! For programs: one object with all cases.

use serde_json::{Value, json};

use super::Show;
use crate::case::{Difference, Verdict};
use crate::cli::output::{Ended, Output};
use crate::cli::test::record::{Record, Status, Tally};

/// The cases so far.
#[derive(Debug, Default)]
pub(super) struct Json {
    cases: Vec<Value>,
}

impl Show for Json {
    fn begin(&mut self, _n_cases: usize, _output: &mut Output) -> Result<(), Ended> {
        Ok(())
    }

    fn record(&mut self, record: &Record, _output: &mut Output) -> Result<(), Ended> {
        let status = match record.status() {
            Status::Passed => "passed",
            Status::Failed => "failed",
            Status::Broken => "broken",
            Status::Skipped => "skipped",
            Status::Updated => "updated",
        };
        let mut case = json!({
            "file": record.file.display().to_string(),
            "about": record.about(),
            "status": status,
            "seconds": record.took.as_secs_f64(),
        });
        match record.verdict() {
            Some(Verdict::Passed) => {}
            Some(Verdict::Failed(differences)) => {
                case["differences"] = differences.0.iter().map(shown).collect();
            }
            Some(Verdict::Skipped(_)) | None => case["why"] = record.why().into(),
        }
        self.cases.push(case);
        Ok(())
    }

    fn end(&mut self, tally: &Tally, output: &mut Output) -> Result<(), Ended> {
        output.print(json!({
            "passed": tally.n_passed,
            "failed": tally.n_failed,
            "skipped": tally.n_skipped,
            "updated": tally.n_updated,
            "cases": self.cases,
        }))
    }
}

fn shown(difference: &Difference) -> Value {
    let lines: Vec<String> = difference.lines.iter().map(ToString::to_string).collect();
    json!({"place": difference.place, "lines": lines})
}
