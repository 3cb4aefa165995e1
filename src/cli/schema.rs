//! `mapwright schema`: prints the JSON Schemas of the files that users write.

use super::args::{SchemaArgs, SchemaOf};
use super::exit::Exit;
use super::output::{Done, Output};
use crate::{case, model};

/// Runs the command.
pub(super) fn run(args: &SchemaArgs, output: &mut Output) -> Done {
    let schema = match args.of {
        SchemaOf::Mapping => model::schema(),
        SchemaOf::Case => case::schema(),
    };
    output.print(format_args!("{schema:#}"))?;
    Ok(Exit::Fine)
}
