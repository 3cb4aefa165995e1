//! `--update`: brings what a case expects up to what came.

use std::fs;

use super::record::{Record, Status, Update};
use crate::case::CaseError;
use crate::cli::args::TestArgs;
use crate::cli::output::Problem;
use crate::cli::settings;

/// In continuous integration nobody reads the difference.
pub(super) fn refuse_in_ci(args: &TestArgs) -> Result<(), Problem> {
    if args.update && settings::is_set("CI") {
        return Err(Problem::usage("`--update` does not run where `CI` is set")
            .with_help("run it on your machine, read the difference, and commit it"));
    }
    Ok(())
}

/// Rewrites the file of a case that failed, if it can be.
pub(super) fn update(record: &mut Record) -> Result<(), Problem> {
    if record.status() != Status::Failed {
        return Ok(());
    }
    let (Some(case), Ok((mapping, ran))) = (&record.case, &record.result) else { return Ok(()) };
    let update = case.updated(mapping, ran).map(|after| Update { before: case.text().to_owned(), after });
    if let Ok(Update { before, after }) = &update {
        let name = record.file.display();
        // Somebody may have saved the file meanwhile.
        let is_as_read = fs::read_to_string(&record.file).is_ok_and(|now| now == *before);
        if !is_as_read {
            record.update = Some(Err(CaseError::from("the file was changed while the case ran")));
            return Ok(());
        }
        fs::write(&record.file, after)
            .map_err(|error| Problem::unreadable(format!("cannot write {name}: {error}")))?;
    }
    record.update = Some(update);
    Ok(())
}
