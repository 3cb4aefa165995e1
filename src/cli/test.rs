//! `mapwright test`: runs case files.

use super::args::TestArgs;
use super::output::{Done, Output, Problem};

/// Runs the command.
pub(super) fn run(_args: &TestArgs, _output: &mut Output) -> Done {
    Err(Problem::usage("case files cannot be run yet").into())
}
