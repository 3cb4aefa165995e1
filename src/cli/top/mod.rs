//! `mapwright top`: a running host, delivery or consumer, as its counts show it.

mod counts;
mod show;

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyModifiers};
use reqwest::Client;
use tokio::runtime::Runtime;

use super::args::TopArgs;
use super::exit::Exit;
use super::output::{Done, Output, Problem};
use crate::deliver::{causes, plain_client, stopwatch};
use counts::{Counts, Figures};
use show::{Shown, draw, lines};

/// Looks that are kept for the chart.
const HISTORY: usize = 500;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Between two looks at the keyboard.
const KEYS: Duration = Duration::from_millis(100);

/// Runs the command.
pub(super) fn run(args: &TopArgs, output: &mut Output) -> Done {
    let runtime = Runtime::new()?;
    let client =
        plain_client().map_err(|error| Problem::usage(format!("cannot set up the HTTP client: {error}")))?;
    let source = Source { url: url_of(&args.address), client, runtime };
    let every = Duration::from_secs(args.every.into());
    let unreachable = |why: String| {
        let help = "is it running, and was it begun with --metrics ADDRESS?";
        Problem::not_delivered(format!("no counts at {}: {why}", source.url)).with_help(help)
    };
    let first = source.look().map_err(unreachable)?;
    if args.once {
        std::thread::sleep(every);
        let now = source.look().map_err(unreachable)?;
        output.print(lines(&now, &Figures::between(&first, &now, every)).join("\n"))?;
        return Ok(Exit::Fine);
    }
    let mut terminal = ratatui::try_init()?;
    let ended = Watch::new(&args.address, first).run(&source, every, &mut terminal);
    ratatui::restore();
    Ok(ended.map(|()| Exit::Fine)?)
}

/// Where counts come from.
struct Source {
    url: String,
    client: Client,
    runtime: Runtime,
}

impl Source {
    fn look(&self) -> Result<Counts, String> {
        let text = self.runtime.block_on(async {
            let answer = self.client.get(&self.url).timeout(PATIENCE).send().await?;
            answer.error_for_status()?.text().await
        });
        let text = text.map_err(|error: reqwest::Error| why(&error))?;
        if text.contains("# TYPE ") {
            Ok(Counts::read(&text))
        } else {
            Err("what answers has no counts".to_owned())
        }
    }
}

/// The innermost cause, which says most.
fn why(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

fn url_of(address: &str) -> String {
    let address = address.trim_end_matches('/');
    let url = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    if url.ends_with("/metrics") { url } else { format!("{url}/metrics") }
}

/// What is on the screen.
struct Watch<'a> {
    address: &'a str,
    counts: Counts,
    figures: Figures,
    history: VecDeque<u64>,
}

impl<'a> Watch<'a> {
    fn new(address: &'a str, counts: Counts) -> Self {
        let figures = Figures::between(&counts, &counts, Duration::from_secs(1));
        Self { address, counts, figures, history: VecDeque::new() }
    }

    /// Looks and draws until somebody wishes to end.
    fn run(mut self, source: &Source, every: Duration, terminal: &mut DefaultTerminal) -> io::Result<()> {
        let mut since_last = stopwatch();
        loop {
            let gone_for = (since_last() > every * 2).then(&since_last);
            terminal.draw(|frame| draw(frame, &self.shown(gone_for)))?;
            let since_look = stopwatch();
            while since_look() < every {
                if wishes_to_end()? {
                    return Ok(());
                }
            }
            if let Ok(now) = source.look() {
                self.take(now, since_last());
                since_last = stopwatch();
            }
        }
    }

    fn shown(&self, gone_for: Option<Duration>) -> Shown<'_> {
        let Self { address, counts, figures, history } = self;
        Shown { address, counts, figures, history, gone_for }
    }

    fn take(&mut self, now: Counts, time: Duration) {
        self.figures = Figures::between(&self.counts, &now, time);
        self.counts = now;
        if self.history.len() == HISTORY {
            self.history.pop_front();
        }
        // Less than nothing or more than fits does not come about.
        let events = format!("{:.0}", self.figures.events).parse().unwrap_or_default();
        self.history.push_back(events);
    }
}

/// Whether q, Escape or Ctrl-C is pressed within a moment.
fn wishes_to_end() -> io::Result<bool> {
    if !event::poll(KEYS)? {
        return Ok(false);
    }
    let Event::Key(key) = event::read()? else { return Ok(false) };
    let is_break = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
    Ok(is_break || matches!(key.code, KeyCode::Char('q') | KeyCode::Esc))
}

#[cfg(test)]
mod tests {
    use super::url_of;

    #[test]
    fn an_address_may_be_short_or_whole() {
        for address in ["127.0.0.1:9", "http://127.0.0.1:9/", "127.0.0.1:9/metrics"] {
            assert_eq!(url_of(address), "http://127.0.0.1:9/metrics");
        }
    }
}
