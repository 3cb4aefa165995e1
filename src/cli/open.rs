//! From files to a session: the mapping read and compiled, the settings checked.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::file;
use super::output::{Output, Problem};
use crate::compile::{self, Plan};
use crate::diag::{Diagnostics, Severity, render};
use crate::run::Session;

/// Reads a mapping that is to be used. Its errors are shown; warnings are for `lint`.
pub(super) fn plan(path: &Path, output: &mut Output) -> Result<Arc<Plan>, Problem> {
    mapping(path, output).map(|(plan, _)| plan)
}

/// The same, with the mapping's text.
pub(super) fn mapping(path: &Path, output: &mut Output) -> Result<(Arc<Plan>, String), Problem> {
    let text = file::read_text(path)?;
    let plan = compiled(&path.display().to_string(), &text, output)?;
    Ok((plan, text))
}

/// Compiles the text of a mapping that is to be used, under a name for messages.
pub(super) fn compiled(name: &str, text: &str, output: &mut Output) -> Result<Arc<Plan>, Problem> {
    let mut diagnostics = Diagnostics::new();
    let plan = compile::load(text, &mut diagnostics);
    if let Some(plan) = plan.filter(|_| !diagnostics.has_errors()) {
        return Ok(Arc::new(plan));
    }
    let mut found = diagnostics.into_vec();
    found.retain(|finding| finding.severity == Severity::Error);
    output.note(render::human(&found, name, text));
    Err(Problem::unreadable(format!("{name} is not a mapping that works, so nothing was sent")))
}

/// Opens a session with checked settings.
pub(super) fn session(plan: Arc<Plan>, settings: &Map<String, Value>) -> Result<Arc<Session>, Problem> {
    Session::open(plan, settings).map(Arc::new).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let help = "give settings with --config FILE or --set KEY=VALUE";
        Problem::usage(format!("{}; nothing was sent", problems.join("; "))).with_help(help)
    })
}
