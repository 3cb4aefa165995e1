//! Counts and figures as lines of text, and as a screen.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};
use ratatui::style::Stylize as _;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph, Sparkline};

use super::counts::{Counts, Figures, Took};
use crate::deliver::Doing;

/// What is shown of a moment.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) address: &'a str,
    pub(super) counts: &'a Counts,
    pub(super) figures: &'a Figures,
    /// Events a second, the latest last.
    pub(super) history: &'a VecDeque<u64>,
    /// Nothing answers since.
    pub(super) gone_for: Option<Duration>,
}

/// The lines below the title.
pub(super) fn lines(counts: &Counts, figures: &Figures) -> Vec<String> {
    let mut lines = vec![
        format!(
            "events    {:>10}  {:>8.1} a second  {}",
            counts.n_events(),
            figures.events,
            listed(&counts.events)
        ),
        format!(
            "requests  {:>10}  {:>8.1} a second  {}",
            counts.n_requests(),
            figures.requests,
            listed(&counts.requests)
        ),
        format!("took      {}", took(figures)),
    ];
    let now =
        Doing::ALL.map(|doing| (doing.about(), counts.doing.get(doing.name()).copied().unwrap_or_default()));
    let now: Vec<String> =
        now.iter().filter(|(_, now)| *now > 0.0).map(|(about, now)| format!("{now} {about}")).collect();
    if !counts.doing.is_empty() {
        lines.push(format!(
            "now       {}",
            if now.is_empty() { "nothing".to_owned() } else { now.join(", ") }
        ));
    }
    let whole: f64 = counts.spent.values().sum();
    if whole > 0.0 {
        let part = |doing: Doing| counts.spent.get(doing.name()).map_or(0.0, |spent| spent / whole * 100.0);
        let parts = Doing::ALL.iter().filter(|doing| part(**doing) >= 1.0);
        let parts: Vec<String> =
            parts.map(|doing| format!("{:.0} % {}", part(*doing), doing.about())).collect();
        lines.push(format!("so far    {}", parts.join(", ")));
    }
    if let Some(left) = counts.left {
        lines.push(format!("left      {left} requests"));
    }
    let memory = counts.memory.map(|bytes| format!("{:.0} MB", bytes / 1_048_576.0));
    let cpu = figures.cpu.map(|part| format!("{:.0} % of a processor", part * 100.0));
    let process: Vec<String> = memory.into_iter().chain(cpu).collect();
    if !process.is_empty() {
        lines.push(format!("process   {}", process.join(", ")));
    }
    lines
}

fn listed(counts: &BTreeMap<String, f64>) -> String {
    let counts = counts.iter().filter(|(_, count)| **count > 0.0);
    counts.map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
}

fn took(figures: &Figures) -> String {
    let within = |took: Took| {
        took.map_or("longer than all bounds".to_owned(), |took| format!("at most {} ms", took.as_millis()))
    };
    match figures.took {
        Some((half, most)) => format!("half {}, 99 % {}", within(half), within(most)),
        None => "no requests".to_owned(),
    }
}

/// Draws the screen.
pub(super) fn draw(frame: &mut Frame<'_>, shown: &Shown<'_>) {
    let Shown { address, counts, figures, history, gone_for } = shown;
    let [title, chart, text, help] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(8),
        Constraint::Min(8),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    let state = match gone_for {
        None => Line::from(format!("mapwright at {address}")).bold(),
        Some(time) => {
            Line::from(format!("mapwright at {address}: no answer for {} s, trying again", time.as_secs()))
                .red()
        }
    };
    frame.render_widget(Paragraph::new(state), title);
    let width = usize::from(chart.width.saturating_sub(2));
    let latest: Vec<u64> = history.iter().skip(history.len().saturating_sub(width)).copied().collect();
    let block = Block::bordered().title("events a second");
    frame.render_widget(Sparkline::default().block(block).data(latest), chart);
    let lines: Vec<Line<'_>> = lines(counts, figures).into_iter().map(Line::from).collect();
    frame.render_widget(Paragraph::new(lines), text);
    frame.render_widget(Paragraph::new("q ends"), help);
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;

    fn counts() -> Counts {
        Counts::read(
            "mapwright_event_count{end=\"delivered\"} 40\nmapwright_requests{doing=\"limits\"} 3\n\
             mapwright_request_seconds{doing=\"limits\"} 3\nmapwright_request_seconds{doing=\"under_way\"} 1\n\
             mapwright_rate_left 17\nprocess_resident_memory_bytes 10485760\n",
        )
    }

    #[test]
    fn lines_say_what_is_there() {
        let counts = counts();
        let figures = Figures::between(&Counts::default(), &counts, Duration::from_secs(1));
        assert_eq!(
            lines(&counts, &figures),
            [
                "events            40      40.0 a second  delivered 40",
                "requests           0       0.0 a second  ",
                "took      no requests",
                "now       3 waiting for limits",
                "so far    25 % under way, 75 % waiting for limits",
                "left      17 requests",
                "process   10 MB",
            ]
        );
    }

    #[test]
    fn the_screen_has_a_chart_and_the_lines() {
        let counts = counts();
        let figures = Figures::between(&Counts::default(), &counts, Duration::from_secs(1));
        let history = VecDeque::from([1, 5, 40]);
        let mut terminal = Terminal::new(TestBackend::new(70, 20)).unwrap();
        let shown = |gone_for| Shown {
            address: "here:1",
            counts: &counts,
            figures: &figures,
            history: &history,
            gone_for,
        };
        terminal.draw(|frame| draw(frame, &shown(None))).unwrap();
        let screen = terminal.backend().to_string();
        for part in ["mapwright at here:1", "events a second", "█", "3 waiting for limits", "q ends"] {
            assert!(screen.contains(part), "{part} in\n{screen}");
        }
        terminal.draw(|frame| draw(frame, &shown(Some(Duration::from_secs(9))))).unwrap();
        assert!(terminal.backend().to_string().contains("no answer for 9 s, trying again"));
    }
}
