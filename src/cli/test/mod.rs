//! `mapwright test`: runs case files.
//!
//! ```text
//! arguments ─ select ─▶ files ─ record ─▶ a record of each case ─ show ─▶ text, JSON
//! ```

mod mutate;
mod record;
mod select;
mod show;

use super::args::TestArgs;
use super::exit::Exit;
use super::output::{Done, Output};
use super::project::Project;
use record::{Record, Tally};

/// Runs the command.
pub(super) fn run(args: &TestArgs, output: &mut Output) -> Done {
    let files = select::files(args)?;
    let project = Project::read()?;
    if args.mutate.mutate {
        return mutate::run(args, &files, &project, output);
    }
    let mapping = project.mapping(None).ok();
    let mut show = show::of(args.format);
    let mut tally = Tally::default();
    show.begin(files.len(), output)?;
    for file in &files {
        let record = Record::of(file, mapping.as_deref());
        tally.count(&record);
        show.record(&record, output)?;
    }
    show.end(&tally, output)?;
    Ok(if tally.n_failed > 0 { Exit::Findings } else { Exit::Fine })
}
