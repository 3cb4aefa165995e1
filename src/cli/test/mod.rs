//! `mapwright test`: runs case files.
//!
//! ```text
//! arguments ─ select ─▶ cases ─ record ─▶ a record of each ─ update ─▶ show: text, JSON, TAP, JUnit
//!                         ▲                                              │
//!                         └──────────────── watch ───────────────────────┘
//! all records ─ coverage ─▶ text, JSON, lcov, HTML
//! ```

mod coverage;
mod filter;
mod mutate;
mod record;
mod select;
mod show;
mod update;
mod watch;

use super::args::TestArgs;
use super::exit::Exit;
use super::output::{Done, Ended, Output};
use super::project::Project;
use coverage::Report;
use record::{Record, Tally};
use select::Chosen;

/// Runs the command.
pub(super) fn run(args: &TestArgs, output: &mut Output) -> Done {
    update::refuse_in_ci(args)?;
    let filter = filter::of(args)?;
    if args.watch {
        return watch::run(args, filter.as_ref(), output);
    }
    let project = Project::read()?;
    let mapping = project.mapping(None).ok();
    let cases = select::cases(args, filter.as_ref())?;
    select::refuse_none(&cases, args)?;
    if args.mutate.mutate {
        return mutate::run(args, cases, &project, output);
    }
    let mut coverage = Report::of(args)?;
    let tally = run_all(cases, args, output, |chosen| {
        let record = Record::of(chosen, mapping.as_deref());
        coverage.count(&record);
        record
    })?;
    let is_enough = coverage.tell(output)?;
    Ok(if tally.failed > 0 || !is_enough { Exit::Findings } else { Exit::Fine })
}

/// Runs cases, and shows what comes of them.
fn run_all(
    cases: Vec<Chosen>,
    args: &TestArgs,
    output: &mut Output,
    mut run: impl FnMut(Chosen) -> Record,
) -> Result<Tally, Ended> {
    let mut show = show::of(args.format);
    let mut tally = Tally::default();
    show.begin(cases.len(), output)?;
    for chosen in cases {
        let mut record = run(chosen);
        if args.update {
            update::update(&mut record)?;
        }
        tally.count(&record);
        show.record(&record, output)?;
    }
    show.end(&tally, output)?;
    Ok(tally)
}
