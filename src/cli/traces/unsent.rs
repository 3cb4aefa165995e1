//! Traces of a program that was built without them: there are none.

use tokio::runtime::Handle;
use tracing_subscriber::layer::Identity;

use crate::cli::output::Problem;

/// Cannot be made.
#[derive(Debug)]
pub(in crate::cli) enum Traces {}

impl Traces {
    pub(in crate::cli) fn begin(_: &str, _: &Handle) -> Result<Self, Problem> {
        Err(Problem::usage("`--otlp`: this program was built without traces")
            .with_help("build it with the feature `otel`, which is there by default"))
    }

    pub(in crate::cli) fn layer(&self) -> Identity {
        match *self {}
    }

    pub(in crate::cli) fn end(self) {
        match self {}
    }
}
