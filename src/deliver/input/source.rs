//! Files as a source: read ahead on a thread of its own, which nobody waits for, since a read from a terminal may never end.

use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;

use super::super::source::{Arrived, Source, SourceError, Ticket};
use super::super::stop::Stop;
use super::super::summary::NotSent;
use super::{Input, InputError, Line};

/// Lines that the reader may be ahead of the delivery.
const READ_AHEAD: usize = 16;

/// How long a stopped delivery counts what it leaves behind.
const LONGEST_COUNT: Duration = Duration::from_secs(2);

/// What the reader hands over.
#[derive(Debug)]
enum Read {
    /// A line of the input.
    Line(Line),
    /// The input broke off.
    Broken(InputError),
    /// The delivery was stopped; so many lines were left.
    Left(u64),
}

/// The lines of an input.
#[derive(Debug)]
pub struct Lines {
    read: mpsc::Receiver<Read>,
    left: u64,
}

/// Nobody needs to be told about a line: the journal and the dead letters are the deliverer's.
#[derive(Debug, Default)]
pub struct LineTicket(());

impl Lines {
    /// Begins to read, until somebody wishes to stop.
    #[must_use]
    pub fn of(mut input: Input, stop: Stop) -> Self {
        let (sender, read) = mpsc::channel(READ_AHEAD);
        thread::spawn(move || {
            while let Some(line) = input.next_line() {
                let read = match line {
                    Ok(line) => Read::Line(line),
                    Err(error) => Read::Broken(error),
                };
                if sender.blocking_send(read).is_err() {
                    return;
                }
                if stop.is_stopped() {
                    // Whoever does not listen any more does not want the number.
                    let _ = sender.blocking_send(Read::Left(input.count_rest()));
                    return;
                }
            }
        });
        Self { read, left: 0 }
    }

    /// Lines that are all there at once: with time paused, a reader on a thread of its own would come at any moment.
    #[cfg(test)]
    pub(in super::super) fn at_once(mut input: Input) -> Self {
        let (sender, read) = mpsc::channel(10_000);
        while let Some(line) = input.next_line() {
            sender.try_send(Read::Line(line.unwrap())).unwrap();
        }
        Self { read, left: 0 }
    }
}

impl Source for Lines {
    type Ticket = LineTicket;

    async fn next(&mut self) -> Option<Result<Arrived<LineTicket>, SourceError>> {
        loop {
            match self.read.recv().await? {
                Read::Line(line) => {
                    return Some(Ok(Arrived { line, is_in_doubt: false, ticket: LineTicket::default() }));
                }
                Read::Broken(error) => return Some(Err(SourceError::new(error))),
                Read::Left(left) => self.left = left,
            }
        }
    }

    async fn close(&mut self) -> Option<NotSent> {
        let mut events = 0;
        let counted = tokio::time::timeout(LONGEST_COUNT, async {
            while let Some(read) = self.read.recv().await {
                match read {
                    Read::Line(_) => events += 1,
                    Read::Left(left) => events += left,
                    Read::Broken(_) => {}
                }
            }
        });
        let at_least = counted.await.is_err();
        Some(NotSent { events: events + self.left, at_least })
    }
}

impl Ticket for LineTicket {}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[tokio::test]
    async fn a_stopped_reader_counts_what_is_left() {
        let stop = Stop::default();
        stop.stop();
        let input = Input::from_reader("events", Box::new(Cursor::new("{}\n{}\n\n{}")));
        let mut lines = Lines::of(input, stop);
        assert!(matches!(lines.next().await, Some(Ok(_))));
        assert!(lines.next().await.is_none());
        assert_eq!(lines.close().await, Some(NotSent { events: 2, at_least: false }));
    }
}
