//! `mapwright diff`: what changes for events when a mapping changes.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use serde_json::{Map, Value};

use super::args::{DiffArgs, DiffFormat};
use super::exit::Exit;
use super::output::{Done, Output, Problem};
use super::project::Project;
use super::{open, settings};
use crate::compile::Plan;
use crate::deliver::{Input, Line};
use crate::diag::render::Colour;
use crate::diff::{Difference, Report, compare};
use crate::run::Session;

/// Lines that are compared at a time.
const CHUNK: usize = 4096;

/// One of the two mappings.
struct Side {
    name: String,
    text: String,
    plan: Arc<Plan>,
}

/// Runs the command.
pub(super) fn run(args: &DiffArgs, output: &mut Output) -> Done {
    let project = Project::read()?;
    let (old, new) = (side(&args.old, output)?, side(&args.new, output)?);
    let given = settings::for_sandbox(&args.settings, &project)?;
    // Those of the project may be for another mapping.
    let are_meant = args.settings.config.is_some() || !args.settings.set.is_empty();
    let old_session = session(&old, (&new, are_meant), &given)?;
    let new_session = session(&new, (&old, are_meant), &given)?;
    let mut report = Report::new((&old.name, &old.text, &old_session), (&new.name, &new.text, &new_session));
    let mut input = Input::open(&args.events).map_err(|error| Problem::unreadable(error.to_string()))?;
    let is_one_file = args.events.len() == 1;
    loop {
        let lines = next_lines(&mut input)?;
        let differences = compare_all(&old_session, &new_session, &lines);
        for (line, differences) in lines.iter().zip(differences) {
            let place = if is_one_file {
                format!("line {}", line.line)
            } else {
                format!("{} line {}", line.file, line.line)
            };
            match &line.content {
                Ok(event) => report.add(event, &place, differences),
                Err(_) => report.add_unreadable(),
            }
        }
        if lines.len() < CHUNK {
            break;
        }
    }
    let colour = if output.has_colour() { Colour::Always } else { Colour::Never };
    match args.format {
        DiffFormat::Text => output.print(report.text(args.groups, colour).trim_end())?,
        DiffFormat::Markdown => output.print(report.markdown(args.groups).trim_end())?,
        DiffFormat::Json => output.print(format_args!("{:#}", report.json()))?,
    }
    Ok(if report.has_changes() { Exit::Findings } else { Exit::Fine })
}

fn side(path: &Path, output: &mut Output) -> Result<Side, Problem> {
    if path != Path::new("-") {
        let (plan, text) = open::mapping(path, output)?;
        return Ok(Side { name: path.display().to_string(), text, plan });
    }
    let mut text = String::new();
    let read = io::stdin().lock().read_to_string(&mut text);
    read.map_err(|error| Problem::unreadable(format!("cannot read standard input: {error}")))?;
    let name = "<stdin>".to_owned();
    let plan = Arc::new(open::of_text(&name, &text, output, "")?);
    Ok(Side { name, text, plan })
}

/// A session of one side. Settings that only the other one declares are not for it, nor are those that neither
/// declares, unless the user meant them.
fn session(
    side: &Side,
    (other, are_meant): (&Side, bool),
    given: &Map<String, Value>,
) -> Result<Arc<Session>, Problem> {
    let names =
        |side: &Side| -> BTreeSet<String> { side.plan.settings().map(|(name, _)| name.to_owned()).collect() };
    let (own, foreign) = (names(side), names(other));
    let is_ours = |name: &String| own.contains(name) || (are_meant && !foreign.contains(name));
    let ours = given.iter().filter(|(name, _)| is_ours(name));
    let ours = ours.map(|(name, value)| (name.clone(), value.clone())).collect();
    open::session(side.plan.clone(), &ours)
}

fn next_lines(input: &mut Input) -> Result<Vec<Line>, Problem> {
    let mut lines = Vec::new();
    while lines.len() < CHUNK {
        let Some(line) = input.next_line() else { break };
        lines.push(line.map_err(|error| Problem::unreadable(error.to_string()))?);
    }
    Ok(lines)
}

/// The differences of each line, in their order, made on all cores.
fn compare_all(old: &Arc<Session>, new: &Arc<Session>, lines: &[Line]) -> Vec<Vec<Difference>> {
    let n_threads = thread::available_parallelism().map_or(1, usize::from);
    let share = lines.len().div_ceil(n_threads).max(1);
    let of_lines = |lines: &[Line]| -> Vec<Vec<Difference>> {
        let of_line = |line: &Line| line.content.as_ref().ok().map(|event| compare(old, new, event));
        lines.iter().map(|line| of_line(line).unwrap_or_default()).collect()
    };
    thread::scope(|scope| {
        let shares: Vec<_> = lines.chunks(share).map(|lines| scope.spawn(move || of_lines(lines))).collect();
        shares
            .into_iter()
            .flat_map(|share| share.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
