//! `mapwright graph`: draws the flows of a mapping.

use std::fs;

use super::args::{GraphArgs, GraphFormat};
use super::exit::Exit;
use super::open;
use super::output::{Done, Output, Problem};
use super::project::Project;
use crate::diag::nearest;
use crate::graph::{dot, graph, mermaid, svg};
use crate::model::Mapping;

/// Runs the command.
pub(super) fn run(args: &GraphArgs, output: &mut Output) -> Done {
    let path = Project::read()?.mapping(args.mapping.as_deref())?;
    let mapping = open::model(&path, output)?;
    if let Some(flow) = &args.flow {
        check_flow(&mapping, flow)?;
    }
    let graph = graph(&mapping, args.flow.as_deref());
    let text = match args.format {
        GraphFormat::Mermaid => mermaid(&graph),
        GraphFormat::Dot => dot(&graph),
        GraphFormat::Svg => svg(&graph),
    };
    match &args.output {
        Some(file) => fs::write(file, text)
            .map_err(|error| Problem::unreadable(format!("cannot write {}: {error}", file.display())))?,
        None => output.print(text.trim_end())?,
    }
    Ok(Exit::Fine)
}

fn check_flow(mapping: &Mapping, wanted: &str) -> Result<(), Problem> {
    let names = || mapping.flows.iter().map(|flow| flow.name.text.as_str());
    if names().any(|name| name == wanted) {
        return Ok(());
    }
    let problem = Problem::usage(format!("the mapping has no flow `{wanted}`"));
    Err(match nearest(wanted, names()) {
        Some(near) => problem.with_help(format!("did you mean `{near}`?")),
        None => problem.with_help(format!("its flows are {}", names().collect::<Vec<_>>().join(", "))),
    })
}
