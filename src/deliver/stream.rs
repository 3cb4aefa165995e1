//! Delivers a whole input: reads as far ahead as it must, keeps the order of keys, runs the rest side by side.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::Deliverer;
use super::gather::Busy;
use super::input::{Input, InputError, Line};
use super::order::{Order, Turn};
use super::stop::Stop;
use super::summary::{NotSent, Summary};
use crate::run::{Blame, Outcome, Trace, Verdict};

/// Lines that the reader may be ahead of the delivery.
const READ_AHEAD: usize = 16;

/// How long a stopped delivery counts what it leaves behind.
const LONGEST_COUNT: Duration = Duration::from_secs(2);

/// A line and what became of it.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Where it stands, and the event if it is one.
    pub line: Line,
    /// What became of it.
    pub outcome: Outcome,
}

/// What the reader hands over.
#[derive(Debug)]
pub(super) enum Read {
    /// A line of the input.
    Line(Line),
    /// The input broke off.
    Broken(InputError),
    /// The delivery was stopped; so many lines were left.
    Left(u64),
}

type Task = (Option<String>, Finished);

struct Stream<'a> {
    deliverer: &'a Deliverer,
    stop: &'a Stop,
    lines: mpsc::Receiver<Read>,
    order: Order<Line>,
    running: JoinSet<Task>,
    /// The input is at its end, or is no longer wanted.
    ended: bool,
    left: Option<u64>,
    broken: Option<InputError>,
    summary: Summary,
    /// Held while there is room for more events.
    busy: Option<Busy>,
}

/// Delivers what a reader hands over, or as much as there is time for.
pub(super) async fn deliver_all(
    deliverer: &Deliverer,
    lines: mpsc::Receiver<Read>,
    stop: &Stop,
    mut on_finished: impl FnMut(&Finished),
) -> (Summary, Option<InputError>) {
    let mut stream = Stream {
        deliverer,
        stop,
        lines,
        order: Order::default(),
        running: JoinSet::new(),
        ended: false,
        left: None,
        broken: None,
        summary: Summary::default(),
        busy: None,
    };
    stream.run(&mut on_finished).await;
    if stop.is_stopped() {
        stream.count_left().await;
    }
    stream.summary.requests = deliverer.requests();
    (stream.summary, stream.broken)
}

impl Stream<'_> {
    async fn run(&mut self, on_finished: &mut impl FnMut(&Finished)) {
        let concurrency = self.deliverer.events();
        let most_waiting = concurrency * 4;
        loop {
            self.start_ready(concurrency);
            let may_read = !self.ended && !self.stop.is_stopped() && self.order.waiting() < most_waiting;
            // As long as there is room, another event may ask for what those under way ask for.
            if may_read && self.running.len() < concurrency {
                self.busy.get_or_insert_with(|| self.deliverer.busy());
            } else {
                self.busy = None;
            }
            if self.running.is_empty() && !may_read {
                return;
            }
            tokio::select! {
                Some(done) = self.running.join_next() => self.finish(done, on_finished),
                read = self.lines.recv(), if may_read => self.take(read, on_finished),
                () = self.stop.stopped(), if may_read => {}
            }
        }
    }

    fn start_ready(&mut self, concurrency: usize) {
        while !self.stop.is_stopped() && self.running.len() < concurrency {
            let Some(Turn { key, event: line }) = self.order.next() else { return };
            match &line.content {
                Ok(event) => {
                    let entry = self.deliverer.journal.as_ref().map(|journal| journal.entry(&line, event));
                    let outcome = self.deliverer.deliver_entry(Arc::clone(event), entry);
                    self.running.spawn(async move {
                        let outcome = outcome.await;
                        (key, Finished { line, outcome })
                    });
                }
                Err(unreadable) => {
                    let outcome = rejected(&unreadable.why);
                    self.running.spawn(async move { (key, Finished { line, outcome }) });
                }
            }
        }
    }

    fn take(&mut self, read: Option<Read>, on_finished: &mut impl FnMut(&Finished)) {
        match read {
            None => self.ended = true,
            Some(Read::Left(left)) => self.left = Some(left),
            Some(Read::Broken(error)) => self.broken = Some(error),
            Some(Read::Line(line)) => match &line.content {
                Ok(event) => {
                    let journal = self.deliverer.journal.as_ref();
                    if journal.is_some_and(|journal| journal.entry(&line, event).is_finished()) {
                        self.summary.done_before += 1;
                        return;
                    }
                    let key = self.deliverer.order_key(event);
                    self.order.push(key, line);
                }
                Err(unreadable) => {
                    let outcome = rejected(&unreadable.why);
                    self.report(&Finished { line, outcome }, on_finished);
                }
            },
        }
    }

    fn finish(
        &mut self,
        done: Result<Task, tokio::task::JoinError>,
        on_finished: &mut impl FnMut(&Finished),
    ) {
        match done {
            Ok((key, finished)) => {
                self.order.finish(key);
                self.report(&finished, on_finished);
            }
            // A panic is a bug of ours; it goes where all of them go.
            Err(error) => {
                if let Ok(panic) = error.try_into_panic() {
                    resume_unwind(panic);
                }
            }
        }
    }

    fn report(&mut self, finished: &Finished, on_finished: &mut impl FnMut(&Finished)) {
        self.summary.count(&finished.outcome.verdict);
        on_finished(finished);
    }

    /// Counts what was taken but not started, and what the reader still finds.
    async fn count_left(&mut self) {
        let mut events = self.order.waiting() as u64;
        let counted = tokio::time::timeout(LONGEST_COUNT, async {
            while let Some(read) = self.lines.recv().await {
                match read {
                    Read::Line(_) => events += 1,
                    Read::Left(left) => events += left,
                    Read::Broken(error) => self.broken = Some(error),
                }
            }
        });
        let at_least = counted.await.is_err();
        let events = events + self.left.unwrap_or(0);
        if events > 0 || at_least {
            self.summary.not_sent = Some(NotSent { events, at_least });
        }
    }
}

/// Reads on a thread of its own, which nobody waits for: a read from a terminal may never end.
pub(super) fn read_ahead(mut input: Input, stop: Stop) -> mpsc::Receiver<Read> {
    let (sender, receiver) = mpsc::channel(READ_AHEAD);
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
                let _ = sender.blocking_send(Read::Left(input.count_rest()));
                return;
            }
        }
    });
    receiver
}

fn rejected(why: &str) -> Outcome {
    let verdict = Verdict::Rejected { why: why.to_owned() };
    Outcome { verdict, blame: Blame::Event, notes: Vec::new(), trace: Trace::default() }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_stopped_reader_counts_what_is_left() {
        let stop = Stop::default();
        stop.stop();
        let input = Input::from_reader("events", Box::new(Cursor::new("{}\n{}\n\n{}")));
        let mut lines = read_ahead(input, stop);
        assert!(matches!(lines.blocking_recv(), Some(Read::Line(_))));
        assert!(matches!(lines.blocking_recv(), Some(Read::Left(2))));
        assert!(lines.blocking_recv().is_none());
    }
}
