//! `mapwright explain`: why each thing of an event is as it is.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::args::{ExplainArgs, Format};
use super::exit::Exit;
use super::output::{Done, Output, Problem};
use super::project::Project;
use super::{open, settings};
use crate::case;
use crate::deliver::Input;
use crate::diag::nearest;
use crate::explain;
use crate::run::Verdict;

/// Runs the command.
pub(super) fn run(args: &ExplainArgs, output: &mut Output) -> Done {
    let project = Project::read()?;
    let path = project.mapping(args.mapping.mapping.as_deref())?;
    let (plan, text) = open::mapping(&path, output)?;
    let event = event(&args.event, args.line)?;
    let session = open::session(plan, &settings::for_sandbox(&args.settings, &project)?)?;
    let name = path.display().to_string();
    let mut explanation = explain::explain(&session, &event, &name, &text);
    let schemas = case::schemas(&text, path.parent().unwrap_or(Path::new("")));
    if let Some(destination) = schemas.map_err(|error| Problem::unreadable(format!("{name}, {error}")))? {
        explanation = explanation.beside(&session, &destination);
    }
    let is_rejected = matches!(explanation.examination().refusal, Some(Verdict::Rejected { .. }));
    if let Some(leaf) = &args.leaf {
        let known: Vec<String> = explanation.leaves().collect();
        if !explanation.only(leaf) {
            let problem = Problem::usage(format!("no body of this event has `{leaf}`"));
            return Err(match nearest(leaf, known.iter().map(String::as_str)) {
                Some(near) => problem.with_help(format!("did you mean `{near}`?")),
                None => problem.with_help("without --leaf all are shown"),
            }
            .into());
        }
    }
    match args.format {
        Format::Text => output.print(explanation.text().trim_end())?,
        Format::Json => output.print(format_args!("{:#}", explanation.json()))?,
    }
    Ok(if is_rejected { Exit::Findings } else { Exit::Fine })
}

/// The only event of a file, or that of a line.
fn event(path: &Path, line: Option<u64>) -> Result<Arc<Value>, Problem> {
    let unreadable = |why: String| Problem::unreadable(format!("cannot read {}: {why}", path.display()));
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        fs::read(path).map(|read| bytes = read)
    };
    read.map_err(|error| unreadable(error.to_string()))?;
    if line.is_none()
        && let Ok(event) = serde_json::from_slice::<Value>(&bytes)
    {
        // It may go over several lines.
        bytes = event.to_string().into_bytes();
    }
    let mut input = Input::from_reader(&path.display().to_string(), Box::new(io::Cursor::new(bytes)));
    while let Some(found) = input.next_line() {
        let found = found.map_err(|error| Problem::unreadable(error.to_string()))?;
        if line.is_none_or(|wanted| wanted == found.line) {
            return found.content.map_err(|bad| unreadable(format!("line {}: {}", found.line, bad.why)));
        }
    }
    Err(unreadable(match line {
        Some(line) => format!("there is no event in line {line}"),
        None => "there is no event in it".to_owned(),
    }))
}
