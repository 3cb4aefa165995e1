//! What the requests of an account are doing, and what they have spent their time with.

use std::future::Future;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use super::clock::{self, Instant};

/// What a request may be doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It is on its way to the destination, or its answer is on its way back.
    UnderWay,
    /// It waits until a limit of the account lets it go.
    Limits,
    /// It waits until fewer requests are under way.
    Turn,
    /// A job of the destination that it began has not ended.
    Job,
    /// It waits before it is made again.
    BackOff,
}

impl Doing {
    /// All of them.
    pub const ALL: [Doing; 5] = [Doing::UnderWay, Doing::Limits, Doing::Turn, Doing::Job, Doing::BackOff];

    /// In a word, for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Doing::UnderWay => "under_way",
            Doing::Limits => "limits",
            Doing::Turn => "turn",
            Doing::Job => "job",
            Doing::BackOff => "back_off",
        }
    }

    /// In a few words, for people.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Doing::UnderWay => "under way",
            Doing::Limits => "waiting for limits",
            Doing::Turn => "waiting for others",
            Doing::Job => "waiting for jobs",
            Doing::BackOff => "waiting before a repeat",
        }
    }
}

/// How much of something there was, and is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Time of all requests together, of those that have done with it.
    pub spent: Duration,
    /// Requests that do it now.
    pub now: u32,
}

/// What requests have spent their time with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent([Share; 5]);

impl Spent {
    /// How much of something there was, and is.
    #[must_use]
    pub fn of(&self, doing: Doing) -> Share {
        self.0.get(doing as usize).copied().unwrap_or_default()
    }
}

/// Keeps time.
#[derive(Debug, Default)]
pub(super) struct Clocks([Kept; 5]);

#[derive(Debug, Default)]
struct Kept {
    micros: AtomicU64,
    now: AtomicU32,
}

/// A request that is doing something until this is dropped.
struct Running<'c> {
    kept: &'c Kept,
    since: Instant,
}

impl Clocks {
    /// Keeps the time that something takes, also if it is broken off.
    pub(super) async fn time<T>(&self, doing: Doing, what: impl Future<Output = T>) -> T {
        let _running = self.0.get(doing as usize).map(|kept| {
            kept.now.fetch_add(1, Ordering::Relaxed);
            Running { kept, since: clock::now() }
        });
        what.await
    }

    pub(super) fn read(&self) -> Spent {
        Spent(Doing::ALL.map(|doing| {
            let kept = self.0.get(doing as usize);
            kept.map_or_else(Share::default, |kept| Share {
                spent: Duration::from_micros(kept.micros.load(Ordering::Relaxed)),
                now: kept.now.load(Ordering::Relaxed),
            })
        }))
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let micros = u64::try_from(self.since.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.kept.micros.fetch_add(micros, Ordering::Relaxed);
        self.kept.now.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_is_kept_apart_and_also_of_what_is_broken_off() {
        let clocks = Clocks::default();
        let second = Duration::from_secs(1);
        clocks.time(Doing::Limits, clock::wait(second)).await;
        let long = clocks.time(Doing::Job, clock::wait(second * 60));
        let broken_off = tokio::time::timeout(second * 2, long);
        let (during, _) = tokio::join!(
            async {
                clock::wait(second).await;
                clocks.read()
            },
            broken_off
        );
        assert_eq!(during.of(Doing::Job), Share { spent: Duration::ZERO, now: 1 });
        let after = clocks.read();
        assert_eq!(after.of(Doing::Limits), Share { spent: second, now: 0 });
        assert_eq!(after.of(Doing::Job), Share { spent: second * 2, now: 0 });
        assert_eq!(after.of(Doing::BackOff), Share::default());
    }
}
