//! Delivers a whole input: reads as far ahead as it must, keeps the order of keys, runs the rest side by side.

use std::panic::resume_unwind;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};

use super::Deliverer;
use super::attend::{Attended, attend};
use super::clock;
use super::gather::Busy;
use super::input::Line;
use super::order::{Order, Turn};
use super::source::{Arrived, Source, SourceError};
use super::stop::Stop;
use super::summary::{NotSent, Summary};
use crate::run::Outcome;

/// When nothing has come for so long, what is gathered does not wait for more.
const QUIET: Duration = Duration::from_millis(100);

/// A line and what became of it.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Where it stands, and the event if it is one.
    pub line: Line,
    /// What became of it.
    pub outcome: Outcome,
    /// It failed because nobody knows whether one of its writes has arrived.
    pub is_unknown: bool,
}

type Task = (Option<String>, Attended);

struct Stream<'a, S: Source> {
    deliverer: &'a Deliverer,
    stop: &'a Stop,
    source: S,
    order: Order<Arrived<S::Ticket>>,
    running: JoinSet<Task>,
    /// The source is at its end, or is no longer wanted.
    ended: bool,
    broken: Option<SourceError>,
    summary: Summary,
    given_back: u64,
    /// Held while another event may come at any moment, and there is room for it.
    busy: Option<Busy>,
    is_quiet: bool,
}

/// Delivers what a source gives out, or as much as there is time for.
pub(super) async fn deliver_all<S: Source>(
    deliverer: &Deliverer,
    source: S,
    stop: &Stop,
    mut on_finished: impl FnMut(&Finished),
) -> (Summary, Option<SourceError>) {
    let mut stream = Stream {
        deliverer,
        stop,
        source,
        order: Order::default(),
        running: JoinSet::new(),
        ended: false,
        broken: None,
        summary: Summary::default(),
        given_back: 0,
        busy: None,
        is_quiet: false,
    };
    stream.run(&mut on_finished).await;
    stream.close().await;
    stream.summary.requests = deliverer.requests();
    stream.summary.spent = deliverer.spent();
    (stream.summary, stream.broken)
}

impl<S: Source> Stream<'_, S> {
    async fn run(&mut self, on_finished: &mut impl FnMut(&Finished)) {
        let concurrency = self.deliverer.events();
        let most_waiting = concurrency * 4;
        loop {
            self.start_ready(concurrency);
            let may_read = !self.ended && !self.stop.is_stopped() && self.order.waiting() < most_waiting;
            let may_come = may_read && !self.is_quiet && self.running.len() < concurrency;
            // As long as there is room, another event may ask for what those under way ask for.
            if may_come {
                self.busy.get_or_insert_with(|| self.deliverer.busy());
            } else {
                self.busy = None;
            }
            if self.running.is_empty() && !may_read {
                return;
            }
            tokio::select! {
                Some(done) = self.running.join_next() => self.finish(done, on_finished),
                arrived = self.source.next(), if may_read => self.take(arrived),
                () = self.stop.stopped(), if may_read => {}
                () = clock::wait(QUIET), if may_come => self.is_quiet = true,
            }
        }
    }

    fn start_ready(&mut self, concurrency: usize) {
        while !self.stop.is_stopped() && self.running.len() < concurrency {
            let Some(Turn { key, event: arrived }) = self.order.next() else { return };
            let attended = attend(self.deliverer, arrived, self.stop);
            self.running.spawn(async move { (key, attended.await) });
        }
    }

    fn take(&mut self, arrived: Option<Result<Arrived<S::Ticket>, SourceError>>) {
        self.is_quiet = false;
        match arrived {
            None => self.ended = true,
            Some(Err(error)) => self.break_off(error),
            Some(Ok(arrived)) if !self.source.repeats() && self.deliverer.is_finished(&arrived.line) => {
                self.summary.done_before += 1;
            }
            Some(Ok(arrived)) => {
                let key =
                    arrived.line.content.as_ref().ok().and_then(|event| self.deliverer.order_key(event));
                self.order.push(key, arrived);
            }
        }
    }

    fn finish(&mut self, done: Result<Task, JoinError>, on_finished: &mut impl FnMut(&Finished)) {
        match done {
            Ok((key, attended)) => {
                self.order.finish(key);
                match attended {
                    Attended::Finished(finished, error) => {
                        self.summary.count(&finished.outcome.verdict);
                        on_finished(&finished);
                        if let Some(error) = error {
                            self.break_off(error);
                        }
                    }
                    Attended::GivenBack => self.given_back += u64::from(self.stop.is_stopped()),
                }
            }
            // A panic is a bug of ours; it goes where all of them go.
            Err(error) => {
                if let Ok(panic) = error.try_into_panic() {
                    resume_unwind(panic);
                }
            }
        }
    }

    /// Nothing more is begun; what is under way comes to its end.
    fn break_off(&mut self, error: SourceError) {
        self.broken.get_or_insert(error);
        self.ended = true;
    }

    /// Lets go of what was taken and not begun, and of the source.
    async fn close(&mut self) {
        let waiting = self.order.waiting() as u64 + self.given_back;
        self.order = Order::default();
        let left = self.source.close().await;
        if !self.stop.is_stopped() {
            return;
        }
        let NotSent { events, at_least } = left.unwrap_or_default();
        let events = events + waiting;
        if events > 0 || at_least {
            self.summary.not_sent = Some(NotSent { events, at_least });
        }
    }
}
