//! `mapwright lint`: checks mappings and shows what is wrong.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::args::{Format, LintArgs};
use super::exit::Exit;
use super::file;
use super::output::{Done, Output, Problem};
use super::project::Project;
use crate::diag::render::{self, Colour};
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::{compile, source};

/// The findings of one mapping.
struct Checked {
    name: String,
    text: String,
    found: Vec<Diagnostic>,
}

/// Runs the command.
pub(super) fn run(args: &LintArgs, output: &mut Output) -> Done {
    let paths =
        if args.paths.is_empty() { vec![Project::read()?.mapping(None)?] } else { args.paths.clone() };
    let mut all = Vec::new();
    for path in mappings_of(&paths)? {
        all.push(check(&path)?);
    }
    match args.format {
        Format::Json => output.print(to_json(&all))?,
        Format::Text => show(&all, output)?,
    }
    Ok(if count(&all, Severity::Error) > 0 { Exit::Findings } else { Exit::Fine })
}

/// Files as they are, folders as the mappings in them by name.
fn mappings_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let problem =
            |error| Problem::unreadable(format!("cannot read the folder {}: {error}", path.display()));
        let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(problem)?;
        let mut inside: Vec<PathBuf> =
            entries.iter().map(fs::DirEntry::path).filter(|path| is_yaml(path)).collect();
        if inside.is_empty() {
            return Err(Problem::unreadable(format!("there is no *.yaml file in {}", path.display())));
        }
        inside.sort();
        files.append(&mut inside);
    }
    Ok(files)
}

fn is_yaml(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn check(path: &Path) -> Result<Checked, Problem> {
    let text = file::read_text(path)?;
    let mut diagnostics = Diagnostics::new();
    source::confirm(&text, &mut diagnostics);
    compile::load(&text, &mut diagnostics);
    Ok(Checked { name: path.display().to_string(), text, found: diagnostics.into_vec() })
}

fn to_json(all: &[Checked]) -> Value {
    let found = all.iter().map(|checked| render::json(&checked.found, &checked.name, &checked.text));
    found.flat_map(|found| if let Value::Array(found) = found { found } else { Vec::new() }).collect()
}

fn show(all: &[Checked], output: &mut Output) -> Result<(), super::output::Ended> {
    let colour = if output.has_colour() { Colour::Always } else { Colour::Never };
    for checked in all.iter().filter(|checked| !checked.found.is_empty()) {
        output.print(render::human_with(&checked.found, &checked.name, &checked.text, colour))?;
    }
    let files = if all.len() == 1 { "1 mapping".to_owned() } else { format!("{} mappings", all.len()) };
    let (errors, warnings) = (count(all, Severity::Error), count(all, Severity::Warning));
    output.print(format_args!("{files} checked: {errors} errors, {warnings} warnings"))
}

fn count(all: &[Checked], severity: Severity) -> usize {
    all.iter().flat_map(|checked| &checked.found).filter(|finding| finding.severity == severity).count()
}
