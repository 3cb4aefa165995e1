//! `mapwright explain`: why each thing of an event is as it is.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::args::{ExplainArgs, Format};
use super::exit::Exit;
use super::output::{Done, Output, Problem};
use super::project::Project;
use super::{open, settings};
use crate::case;
use crate::deliver::Input;
use crate::diag::nearest;
use crate::explain;
use crate::run::{self, Imagined, Limits, Verdict};

/// Runs the command.
pub(super) fn run(args: &ExplainArgs, output: &mut Output) -> Done {
    let project = Project::read()?;
    let path = project.mapping(args.mapping.mapping.as_deref())?;
    let (plan, text) = open::mapping(&path, output)?;
    let Given { event, config, answers } = given(&args.event, args.line)?;
    let is_set = args.settings.config.is_some() || !args.settings.set.is_empty();
    let settings = match config {
        Some(config) if !is_set => config,
        _ => settings::for_sandbox(&args.settings, &project)?,
    };
    let session = open::session(plan, &settings)?;
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
    let end = answers.map(|answers| {
        let (_, outcome) = run::imagine(run::start(&session, event, &Limits::default()), answers);
        (answers, outcome.verdict)
    });
    match args.format {
        Format::Text => {
            output.print(explanation.text().trim_end())?;
            if let Some((answers, verdict)) = &end {
                let why = verdict.why().map(|why| format!(": {why}")).unwrap_or_default();
                output.print(format_args!("with answers `{}`: {}{why}", answers.name(), verdict.name()))?;
            }
        }
        Format::Json => {
            let mut shown = explanation.json();
            if let (Some((answers, verdict)), Some(members)) = (&end, shown.as_object_mut()) {
                let end = json!({"answers": answers.name(), "verdict": verdict.name(), "why": verdict.why()});
                members.insert("end".to_owned(), end);
            }
            output.print(format_args!("{shown:#}"))?;
        }
    }
    let is_rejected = is_rejected || matches!(end, Some((_, Verdict::Rejected { .. })));
    Ok(if is_rejected { Exit::Findings } else { Exit::Fine })
}

/// What is to be explained.
struct Given {
    event: Arc<Value>,
    /// The settings that a witness of `lint` brings along.
    config: Option<Map<String, Value>>,
    /// The answers that it needs.
    answers: Option<Imagined>,
}

/// An event, or a witness: an object with an event and settings in it.
fn given(path: &Path, line: Option<u64>) -> Result<Given, Problem> {
    let whole = event(path, line)?;
    let (Some(event @ Value::Object(_)), Some(Value::Object(config))) =
        (whole.get("event"), whole.get("config"))
    else {
        return Ok(Given { event: whole, config: None, answers: None });
    };
    let answers = whole.get("answers").and_then(Value::as_str).and_then(Imagined::parse);
    Ok(Given { event: Arc::new(event.clone()), config: Some(config.clone()), answers })
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
