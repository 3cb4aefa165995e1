//! `mapwright lint`: checks mappings and shows what is wrong, mends it, or tells what events cost.

mod explain;
mod files;
mod mend;

use std::sync::Arc;
use std::thread;

use serde_json::{Value, json};

use super::args::{LintArgs, LintFormat};
use super::exit::Exit;
use super::output::{Done, Ended, Output, Problem};
use super::project::Project;
use crate::diag::render::{self, Colour, OfFile};
use crate::diag::{Diagnostic, Diagnostics, Safety, Severity};
use crate::lint::{self, Options, budget};
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
        Self { found: findings(&file.text, options), name: file.name, text: file.text }
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
    let options = Options { levels: project.lint_levels().clone(), as_of: Some(as_of(args)?) };
    if args.budget {
        return show_budget(&files, args.format, output);
    }
    let most = match (args.unsafe_fixes, args.fix) {
        (true, _) => Some(Safety::Unsafe),
        (false, true) => Some(Safety::Safe),
        (false, false) => None,
    };
    let mut all = Vec::new();
    for mut file in files {
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

/// Everything that is to be said about a text. The other readers look at it at the same time.
fn findings(text: &str, options: &Options) -> Vec<Diagnostic> {
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
    confirmed.into_vec()
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

/// Requests of each flow, as a table or as JSON.
fn show_budget(files: &[Given], format: LintFormat, output: &mut Output) -> Done {
    let mut rows = Vec::new();
    for file in files {
        let mut found = Diagnostics::new();
        let document = source::read(&file.text, &mut found);
        let mapping = document.as_ref().and_then(|document| model::lower(document, &mut found));
        let compiles = compile::load(&file.text, &mut Diagnostics::new()).is_some();
        let (Some(document), Some(mapping), true) = (document, mapping, compiles) else {
            return Err(Problem::unreadable(format!("{} has errors", file.name))
                .with_help(format!("mapwright lint {}", file.name))
                .into());
        };
        rows.extend(
            budget::costs(&document, &mapping).into_iter().map(|(flow, cost)| (&file.name, flow, cost)),
        );
    }
    if format == LintFormat::Json {
        let costs: Value = rows
            .iter()
            .map(|(file, flow, cost)| {
                json!({"file": file, "flow": flow, "best": cost.best, "typical": cost.typical, "worst": cost.worst})
            })
            .collect();
        output.print(costs)?;
        return Ok(Exit::Fine);
    }
    let mut table = comfy_table::Table::new();
    table
        .load_style(comfy_table::presets::UTF8_FULL_CONDENSED)
        .set_header(["file", "flow", "best", "typical", "worst"]);
    for (file, flow, cost) in &rows {
        let numbers = [cost.best, cost.typical, cost.worst].map(|number| number.to_string());
        table.add_row([(*file).clone(), flow.clone()].into_iter().chain(numbers));
    }
    output.print(table)?;
    output.print("Requests of one event. A request that is made again after a failure counts once.")?;
    Ok(Exit::Fine)
}
