//! `mapwright schema`: prints the JSON Schemas of the files that users write.

mod project;

use super::args::{SchemaArgs, SchemaOf};
use super::exit::Exit;
use super::open;
use super::output::{Done, Output, Problem};
use super::project::Project;
use crate::{case, model};

/// Runs the command.
pub(super) fn run(args: &SchemaArgs, output: &mut Output) -> Done {
    let named = args.mapping.mapping.as_deref();
    if named.is_some() && args.of != SchemaOf::Config {
        let problem = Problem::usage("only the settings depend on a mapping");
        return Err(problem.with_help("`mapwright schema config --mapping FILE`").into());
    }
    let schema = match args.of {
        SchemaOf::Mapping => model::schema(),
        SchemaOf::Case => case::schema(),
        SchemaOf::Config => {
            let path = Project::read()?.mapping(named)?;
            model::config_schema(&open::model(&path, output)?)
        }
        SchemaOf::Project => project::schema(),
    };
    output.print(format_args!("{schema:#}"))?;
    Ok(Exit::Fine)
}
