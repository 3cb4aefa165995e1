//! `mapwright test`: runs case files.

use std::path::Path;

use super::args::TestArgs;
use super::exit::Exit;
use super::output::{Done, Output, Problem, bold};
use super::project::Project;
use crate::case::{self, Verdict};

/// Where the cases are when nothing is said.
const DEFAULT: &str = "tests/cases";

/// Runs the command.
pub(super) fn run(args: &TestArgs, output: &mut Output) -> Done {
    let paths = if args.paths.is_empty() { vec![DEFAULT.into()] } else { args.paths.clone() };
    let files = case::files(&paths).map_err(|error| Problem::unreadable(error.to_string()))?;
    let mapping = Project::read()?.mapping(None).ok();
    let (mut passed, mut failed, mut skipped) = (0_usize, 0_usize, 0_usize);
    for file in &files {
        let (count, line) = match case::run(file, mapping.as_deref()) {
            Ok(Verdict::Passed) => (&mut passed, told("passed", file)),
            Ok(Verdict::Skipped(why)) => (&mut skipped, format!("{}: {why}", told("skipped", file))),
            Ok(Verdict::Failed(differences)) => (&mut failed, explained(file, &differences)),
            Err(error) => (&mut failed, explained(file, &error.to_string())),
        };
        *count += 1;
        output.print(line)?;
    }
    output.print(format_args!("{passed} passed, {failed} failed, {skipped} skipped"))?;
    Ok(if failed > 0 { Exit::Findings } else { Exit::Fine })
}

fn told(what: &str, file: &Path) -> String {
    format!("{what}  {}", file.display())
}

fn explained(file: &Path, differences: &str) -> String {
    let mut text = bold(&told("FAILED", file));
    for line in differences.lines() {
        text.push_str("\n    ");
        text.push_str(line);
    }
    text
}
