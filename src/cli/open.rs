//! From files to a session: the mapping read and compiled, the settings checked.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::file;
use super::output::{Output, Problem};
use crate::compile::{self, Plan};
use crate::diag::{Diagnostics, Severity, render};
use crate::model::{self, Mapping};
use crate::run::Session;
use crate::source;

/// Reads a mapping that is to be used. Its errors are shown; warnings are for `lint`.
pub(super) fn plan(path: &Path, output: &mut Output) -> Result<Arc<Plan>, Problem> {
    mapping(path, output).map(|(plan, _)| plan)
}

/// The same, with the mapping's text.
pub(super) fn mapping(path: &Path, output: &mut Output) -> Result<(Arc<Plan>, String), Problem> {
    compiled(path, output, ", so nothing was sent").map(|(plan, text)| (Arc::new(plan), text))
}

/// The mapping as it is written, of a file that has no errors.
pub(super) fn model(path: &Path, output: &mut Output) -> Result<Mapping, Problem> {
    let (_, text) = compiled(path, output, "")?;
    let mut found = Diagnostics::new();
    let mapping = source::read(&text, &mut found).and_then(|document| model::lower(&document, &mut found));
    mapping.ok_or_else(|| Problem::unreadable(format!("{} is not a mapping", path.display())))
}

/// The plan of a file that has no errors, with its text; `so` is what they lead to.
fn compiled(path: &Path, output: &mut Output, so: &str) -> Result<(Plan, String), Problem> {
    let text = file::read_text(path)?;
    let plan = of_text(&path.display().to_string(), &text, output, so)?;
    Ok((plan, text))
}

/// The plan of a text that has no errors, under a name for messages; `so` is what they lead to.
pub(super) fn of_text(name: &str, text: &str, output: &mut Output, so: &str) -> Result<Plan, Problem> {
    let mut diagnostics = Diagnostics::new();
    let plan = compile::load(text, &mut diagnostics);
    if let Some(plan) = plan.filter(|_| !diagnostics.has_errors()) {
        return Ok(plan);
    }
    let mut found = diagnostics.into_vec();
    found.retain(|finding| finding.severity == Severity::Error);
    output.note(render::human(&found, name, text));
    Err(Problem::unreadable(format!("{name} is not a mapping that works{so}")))
}

/// Opens a session with checked settings.
pub(super) fn session(plan: Arc<Plan>, settings: &Map<String, Value>) -> Result<Arc<Session>, Problem> {
    Session::open(plan, settings).map(Arc::new).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let help = "give settings with --config FILE or --set KEY=VALUE";
        Problem::usage(format!("{}; nothing was sent", problems.join("; "))).with_help(help)
    })
}
