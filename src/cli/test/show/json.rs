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
        let more = match record.verdict() {
            Some(Verdict::Passed) => None,
            Some(Verdict::Failed(differences)) => {
                Some(("differences", differences.0.iter().map(shown).collect()))
            }
            Some(Verdict::Skipped(_)) | None => Some(("why", record.why().into())),
        };
        let members = [
            ("file", record.file.display().to_string().into()),
            ("about", record.about().into()),
            ("status", status.into()),
            ("seconds", record.took.as_secs_f64().into()),
        ];
        let members = members.into_iter().chain(more).map(|(key, value)| (key.to_owned(), value));
        self.cases.push(Value::Object(members.collect()));
        Ok(())
    }

    fn end(&mut self, tally: &Tally, output: &mut Output) -> Result<(), Ended> {
        output.print(json!({
            "passed": tally.passed,
            "failed": tally.failed,
            "skipped": tally.skipped,
            "updated": tally.updated,
            "cases": self.cases,
        }))
    }
}

fn shown(difference: &Difference) -> Value {
    let lines: Vec<String> = difference.lines.iter().map(ToString::to_string).collect();
    json!({"place": difference.place, "lines": lines})
}
