//! `mapwright lint`: checks mappings and shows what is wrong, mends it, or tells what events cost.

mod budget;
mod explain;
mod files;
mod mend;

use std::sync::Arc;
use std::thread;

use serde_json::Value;

use super::args::{LintArgs, LintFormat};
use super::exit::Exit;
use super::output::{Done, Ended, Output, Problem};
use super::project::Project;
use crate::diag::render::{self, Colour, OfFile};
use crate::diag::{Code, Diagnostic, Diagnostics, Safety, Severity};
use crate::lint::{self, Options};
use crate::value::Day;
use crate::{compile, deliver, model, source, witness};
use files::Given;

/// The findings of one mapping.
struct Checked {
    name: String,
    text: String,
    found: Vec<Diagnostic>,
}

impl Checked {
    fn of(file: Given, options: &Options) -> Self {
        let mut diagnostics = all_findings(&file.text, options);
        if let Err(error) = file.schemas() {
            let message = format!("the schemas cannot be read: {}", error.why());
            let found = diagnostics.error(Code::UNREAD_SCHEMAS, error.span(), message);
            found.help("the folder is looked for from that of the mapping; `mapwright lint --explain D0575` says more");
        }
        Self { found: diagnostics.into_vec(), name: file.name, text: file.text }
    }

    /// Looks for a witness of each finding.
    fn with_witnesses(mut self) -> Self {
        let mut unread = Diagnostics::new();
        let document = source::read(&self.text, &mut unread);
        let mapping = document.as_ref().and_then(|document| model::lower(document, &mut unread));
        let plan = compile::load(&self.text, &mut unread).map(Arc::new);
        if let (Some(document), Some(mapping), Some(plan)) = (document, mapping, plan) {
            for found in &mut self.found {
                let witness = witness::witness(&plan, &document, &mapping, found);
                found.witness = witness.map(|witness| (witness.json(), witness.outcome));
            }
        }
        self
    }

    fn of_file(&self) -> OfFile<'_> {
        OfFile { found: &self.found, name: &self.name, text: &self.text }
    }
}

/// Runs the command.
pub(super) fn run(args: &LintArgs, output: &mut Output) -> Done {
    if let Some(wanted) = &args.explain {
        output.print(explain::page(wanted)?.trim_end())?;
        return Ok(Exit::Fine);
    }
    let project = Project::read()?;
    let paths = if args.paths.is_empty() { vec![project.mapping(None)?] } else { args.paths.clone() };
    let files = files::read(&paths)?;
    let options =
        Options { levels: project.lint_levels().clone(), as_of: Some(as_of(args)?), ..Options::default() };
    if args.budget {
        return budget::show(&files, args.format, output);
    }
    let most = match (args.unsafe_fixes, args.fix) {
        (true, _) => Some(Safety::Unsafe),
        (false, true) => Some(Safety::Safe),
        (false, false) => None,
    };
    let mut all = Vec::new();
    for mut file in files {
        let options = Options { destination: file.schemas().ok().flatten(), ..options.clone() };
        if let Some(most) = most {
            mend::mend(&mut file, most, &options, output)?;
        }
        let checked = Checked::of(file, &options);
        all.push(if args.witness { checked.with_witnesses() } else { checked });
    }
    match args.format {
        LintFormat::Json => output.print(to_json(&all))?,
        LintFormat::Sarif => {
            output.print(render::sarif(&all.iter().map(Checked::of_file).collect::<Vec<_>>()))?;
        }
        LintFormat::Github => {
            let lines = all.iter().map(|one| render::github(&one.found, &one.name, &one.text));
            let lines: String = lines.collect();
            if !lines.is_empty() {
                output.print(lines.trim_end())?;
            }
        }
        LintFormat::Text => show(&all, output)?,
    }
    Ok(if count(&all, Severity::Error) > 0 { Exit::Findings } else { Exit::Fine })
}

/// Everything that is to be said about a text.
fn findings(text: &str, options: &Options) -> Vec<Diagnostic> {
    all_findings(text, options).into_vec()
}

/// The same. The other readers look at the text at the same time.
fn all_findings(text: &str, options: &Options) -> Diagnostics {
    let (mut confirmed, mut diagnostics) = (Diagnostics::new(), Diagnostics::new());
    thread::scope(|scope| {
        scope.spawn(|| source::confirm(text, &mut confirmed));
        let document = source::read(text, &mut diagnostics);
        let mapping = document.as_ref().and_then(|document| model::lower(document, &mut diagnostics));
        let (Some(document), Some(mapping)) = (document, mapping) else { return };
        let compiles = compile::compile(&mapping, text, &mut diagnostics).is_some();
        if compiles && !diagnostics.has_errors() {
            lint::check(&document, &mapping, options, &mut diagnostics);
        }
    });
    for found in diagnostics.into_vec() {
        confirmed.push(found);
    }
    confirmed
}

/// The day that the user named, or else today.
fn as_of(args: &LintArgs) -> Result<Day, Problem> {
    match &args.as_of {
        Some(text) => Day::parse(text).ok_or_else(|| {
            Problem::usage(format!("`--as-of {text}` is not a day")).with_help("write it as in 2027-04-30")
        }),
        None => {
            deliver::today().ok_or_else(|| Problem::usage("the clock shows no day; name one with `--as-of`"))
        }
    }
}

fn to_json(all: &[Checked]) -> Value {
    let found = all.iter().map(|checked| render::json(&checked.found, &checked.name, &checked.text));
    found.flat_map(|found| if let Value::Array(found) = found { found } else { Vec::new() }).collect()
}

fn show(all: &[Checked], output: &mut Output) -> Result<(), Ended> {
    let colour = if output.has_colour() { Colour::Always } else { Colour::Never };
    for checked in all.iter().filter(|checked| !checked.found.is_empty()) {
        output.print(render::human_with(&checked.found, &checked.name, &checked.text, colour))?;
    }
    let files = if all.len() == 1 { "1 mapping".to_owned() } else { format!("{} mappings", all.len()) };
    let (errors, warnings) = (count(all, Severity::Error), count(all, Severity::Warning));
    let fixes = all.iter().flat_map(|checked| &checked.found).filter_map(|found| found.fix.as_ref());
    let n_safe = fixes.clone().filter(|fix| fix.safety == Safety::Safe).count();
    let n_unsafe = fixes.count() - n_safe;
    let offer = match (n_safe, n_unsafe) {
        (0, 0) => String::new(),
        (n_safe, 0) => format!("; --fix mends {n_safe}"),
        (0, n_unsafe) => format!("; --unsafe-fixes mends {n_unsafe}"),
        (n_safe, n_unsafe) => format!("; --fix mends {n_safe}, --unsafe-fixes {n_unsafe} more"),
    };
    output.print(format_args!("{files} checked: {errors} errors, {warnings} warnings{offer}"))
}

fn count(all: &[Checked], severity: Severity) -> usize {
    all.iter().flat_map(|checked| &checked.found).filter(|finding| finding.severity == severity).count()
}
