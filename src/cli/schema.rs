//! `mapwright schema`: prints the JSON Schema of mapping files.

use super::args::SchemaArgs;
use super::output::{Done, Output, Problem};

/// Runs the command.
pub(super) fn run(_args: &SchemaArgs, _output: &mut Output) -> Done {
    Err(Problem::usage("the schema cannot be printed yet").into())
}
