//! What the cases have covered of their mapping files, as the user wants to see it.

use std::fs;
use std::path::{Path, PathBuf};

use anstream::adapter::strip_str;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};

use super::record::Record;
use crate::case::{Coverage, FileCoverage, Lack, Tally};
use crate::cli::args::{CoverageFormat, TestArgs, TestFormat};
use crate::cli::output::{Ended, Output, Problem, bold};
use crate::lint::PointKind;
use crate::model::Marks;

/// Counts while cases run, and tells at the end.
#[derive(Debug)]
pub(super) struct Report<'a> {
    format: Option<CoverageFormat>,
    path: Option<PathBuf>,
    args: &'a TestArgs,
    coverage: Coverage,
}

impl<'a> Report<'a> {
    /// What the arguments ask for.
    pub(super) fn of(args: &'a TestArgs) -> Result<Self, Problem> {
        let format = args.coverage.coverage;
        let path =
            args.coverage.coverage_output.as_deref().zip(format).map(|(path, format)| file_of(path, format));
        if path.is_none() && !matches!(format, None | Some(CoverageFormat::Text)) {
            let help = "add `--coverage-output FILE`";
            return Err(Problem::usage("nothing says where the coverage is to be written").with_help(help));
        }
        Ok(Self { format, path, args, coverage: Coverage::default() })
    }

    /// Counts what a case has used.
    pub(super) fn count(&mut self, record: &Record) {
        if let (Some(_), Ok((mapping, ran))) = (self.format, &record.result) {
            let marks = ran.done.as_ref().map(|done| &done.marks);
            self.coverage.count(mapping, marks.unwrap_or(&Marks::default()));
        }
    }

    /// Tells, and says whether enough is covered.
    pub(super) fn tell(&self, output: &mut Output) -> Result<bool, Ended> {
        let Some(format) = self.format else { return Ok(true) };
        let files = self.coverage.files();
        let text = match format {
            CoverageFormat::Text => text(&files),
            CoverageFormat::Json => self.coverage.to_json().to_string(),
            CoverageFormat::Lcov => self.coverage.to_lcov(),
            CoverageFormat::Html => self.coverage.to_html(),
        };
        match &self.path {
            None if self.args.format == TestFormat::Text => output.print(text.trim_end())?,
            // The standard output is for programs then.
            None => output.note(text.trim_end()),
            Some(path) => {
                write(path, &text)?;
                output.note(format_args!("wrote {}", path.display()));
            }
        }
        self.is_enough(&files, output)
    }

    fn is_enough(&self, files: &[FileCoverage], output: &mut Output) -> Result<bool, Ended> {
        let Some(least) = self.args.coverage.coverage_min else { return Ok(true) };
        if files.is_empty() {
            return Err(Problem::usage("no case ran against a mapping file, so nothing is covered").into());
        }
        let mut is_enough = true;
        for file in files.iter().filter(|file| !file.tally().reaches(least)) {
            let percent = file.tally().percent();
            output.note(format_args!("{}: {percent} % is covered where {least} % must be", file.name));
            is_enough = false;
        }
        Ok(is_enough)
    }
}

/// The file in a folder, where a folder is named.
fn file_of(path: &Path, format: CoverageFormat) -> PathBuf {
    let is_folder = path.is_dir() || path.to_string_lossy().ends_with(['/', '\\']);
    let name = match format {
        CoverageFormat::Text => "coverage.txt",
        CoverageFormat::Json => "coverage.json",
        CoverageFormat::Lcov => "lcov.info",
        CoverageFormat::Html => "coverage.html",
    };
    if is_folder { path.join(name) } else { path.to_owned() }
}

fn write(path: &Path, text: &str) -> Result<(), Problem> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let made = folder.map_or(Ok(()), fs::create_dir_all);
    // A file has no colours.
    let text = format!("{}\n", strip_str(text.trim_end_matches('\n')));
    made.and_then(|()| fs::write(path, text))
        .map_err(|error| Problem::unreadable(format!("cannot write {}: {error}", path.display())))
}

/// Tables, and what they do not show: each point that is missing.
fn text(files: &[FileCoverage]) -> String {
    if files.is_empty() {
        return "no case ran against a mapping file, so nothing is covered".to_owned();
    }
    files.iter().map(of_file).collect::<Vec<_>>().join("\n")
}

fn of_file(file: &FileCoverage) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(["", "covered", "of", "%", "out of reach"]);
    let kinds = PointKind::ALL.iter().map(|kind| (kind.plural(), file.tally_of(*kind)));
    for (what, tally) in kinds.chain([("all", file.tally())]) {
        let Tally { covered, reachable, idle } = tally;
        if reachable + idle > 0 {
            let numbers =
                [covered.to_string(), reachable.to_string(), tally.percent().to_string(), idle.to_string()];
            table.add_row([what.to_owned()].into_iter().chain(numbers));
        }
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut lines = vec![bold(&format!("Coverage of {}", file.name)), table.to_string()];
    section(&mut lines, "Not covered", file, &file.lacks());
    section(&mut lines, "Out of reach of every event", file, &file.out_of_reach());
    lines.join("\n") + "\n"
}

fn section(lines: &mut Vec<String>, title: &str, file: &FileCoverage, lacks: &[Lack]) {
    lines.extend((!lacks.is_empty()).then(|| format!("{title}:")));
    for Lack { line, column, text } in lacks {
        lines.push(format!("  {}:{line}:{column}: {text}", file.name));
    }
}
