//! What is told about a host while it runs: its log on standard error and its traces, for as long as the program lives.

use std::io::{self, IsTerminal as _};

use tokio::runtime::Handle;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::set_global_default;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::{Registry, fmt};

use super::args::{LogForm, LogLevel, WatchArgs};
use super::output::{Output, Problem};
use super::traces::Traces;
use crate::host::SPANS;

/// Everything that is told.
#[derive(Debug)]
pub(super) struct Watched {
    traces: Option<Traces>,
}

/// A log, in one of its forms.
type Log = Option<Box<dyn Layer<Registry> + Send + Sync>>;

/// Begins to tell. Works once in the life of a program; must be given the runtime that the host runs in.
pub(super) fn begin(args: &WatchArgs, output: &Output, runtime: &Handle) -> Result<Watched, Problem> {
    let traces = args.otlp.as_deref().map(|url| Traces::begin(url, runtime)).transpose()?;
    let subscriber = Registry::default().with(log(args, output.notes_have_colour()));
    let spans = Targets::new().with_target(SPANS, LevelFilter::INFO);
    let set = match &traces {
        Some(traces) => set_global_default(subscriber.with(traces.layer().with_filter(spans))),
        None => set_global_default(subscriber),
    };
    set.map_err(|_| Problem::usage("the log of this program was begun before"))?;
    Ok(Watched { traces })
}

impl Watched {
    /// Sends what is left to send.
    pub(super) fn end(self) {
        if let Some(traces) = self.traces {
            traces.end();
        }
    }
}

fn log(args: &WatchArgs, has_colour: bool) -> Log {
    let usual = if io::stderr().is_terminal() { LogForm::Text } else { LogForm::Json };
    // Nothing but our own lines: those of libraries may have anything in them.
    let lines = Targets::new()
        .with_target(env!("CARGO_PKG_NAME"), level(args.log_level))
        .with_target(SPANS, LevelFilter::OFF);
    let layer = fmt::layer().with_writer(io::stderr).with_target(false).log_internal_errors(false);
    match args.log.unwrap_or(usual) {
        LogForm::Json => {
            let json = layer.json().flatten_event(true).with_current_span(false).with_span_list(false);
            Some(json.with_filter(lines).boxed())
        }
        LogForm::Text => Some(layer.with_ansi(has_colour).with_filter(lines).boxed()),
        LogForm::Off => None,
    }
}

fn level(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    }
}
