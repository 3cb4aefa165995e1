//! Bulk jobs: queued by a request, worked off row by row as time passes, looked at until they are forgotten.
//!
//! Nothing runs in the background: before each request, the rows that are due by then are done, each with the time
//! at which it was due. Rows of jobs at the same time take turns.

mod kind;
mod row;
pub(crate) mod start;
mod status;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::account::Account;
use crate::clock::Moment;
use crate::config::{Config, JobSpeed};
use crate::payload::Payload;
use crate::random;
use crate::refusal;
use crate::show_many::Named;
pub(crate) use kind::Kind;
pub(crate) use status::{list, show, show_many};

/// What one row of a job is about.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// The record, when the row names one.
    pub(crate) target: Option<Named>,
    /// What to write, when there is something to write.
    pub(crate) payload: Option<Payload>,
}

/// One job.
#[derive(Debug)]
pub(crate) struct Job {
    /// `V3-` and 32 hexadecimal digits.
    pub(crate) id: String,
    kind: Kind,
    created: Moment,
    speed: JobSpeed,
    tasks: Vec<Task>,
    /// In which order the rows are done; not the given one.
    order: Vec<usize>,
    n_done: usize,
    /// The first so many rows that come to their turn fail, whatever they are about.
    n_failing: usize,
    /// Results by row.
    results: Vec<Value>,
}

/// All jobs that are still known, by number.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    known: BTreeMap<i64, Job>,
    unfinished: Vec<i64>,
    n_started: i64,
}

impl Job {
    /// When the next row is due; `None` when all are done.
    fn next_due(&self) -> Option<Duration> {
        let next = u32::try_from(self.n_done + 1).ok()?;
        (self.n_done < self.tasks.len())
            .then(|| self.speed.queue.saturating_add(self.speed.row.saturating_mul(next)))
    }

    fn last_due(&self) -> Duration {
        let n_rows = u32::try_from(self.tasks.len()).unwrap_or(u32::MAX);
        self.speed.queue.saturating_add(self.speed.row.saturating_mul(n_rows))
    }
}

impl Jobs {
    /// Jobs that are not done.
    pub(crate) fn unfinished(&self) -> impl Iterator<Item = &Job> {
        self.unfinished.iter().filter_map(|number| self.known.get(number))
    }

    /// Adds a job and gives its number.
    pub(crate) fn add(&mut self, kind: Kind, tasks: Vec<Task>, config: &Config, at: Moment) -> i64 {
        self.n_started += 1;
        let number = self.n_started;
        let seed = config.rules.seed.unwrap_or_default();
        let position = number.unsigned_abs();
        let mut speed = config.jobs;
        if config.rules.seed.is_some() {
            // No order between jobs is promised: under a seed, some wait up to twice as long as others.
            let percent = u32::try_from(random::mix(!seed, position) % 101).unwrap_or_default();
            speed.queue = speed.queue.saturating_add(speed.queue.saturating_mul(percent) / 100);
        }
        let job = Job {
            id: format!("V3-{}", random::hex32(seed, position)),
            kind,
            created: at,
            speed,
            order: random::shuffled(seed ^ position, tasks.len()),
            results: vec![Value::Null; tasks.len()],
            tasks,
            n_done: 0,
            n_failing: 0,
        };
        if !job.tasks.is_empty() {
            self.unfinished.push(number);
        }
        self.known.insert(number, job);
        number
    }

    /// Jobs that were ever begun.
    pub(crate) fn n_started(&self) -> i64 {
        self.n_started
    }

    /// Lets rows of the jobs fail that were begun after the first `n_before`.
    pub(crate) fn fail_rows_after(&mut self, n_before: i64, n_failing: usize) {
        for job in self.known.range_mut(n_before + 1..).map(|(_, job)| job) {
            job.n_failing = n_failing;
        }
    }

    /// Does all rows that are due, and forgets old jobs.
    pub(crate) fn run(&mut self, account: &mut Account, config: &Config, now: Moment) {
        while let Some((number, due)) = self.next_row(config.rules.seed, now.steady) {
            let Some(job) = self.known.get_mut(&number) else { break };
            let at = job.created.after(due);
            if let Some(index) = job.order.get(job.n_done).copied()
                && let (Some(task), Some(result)) = (job.tasks.get(index), job.results.get_mut(index))
            {
                *result = if job.n_done < job.n_failing {
                    row::failed(job.kind, task, index, &refusal::database_conflict())
                } else {
                    row::perform(account, job.kind, task, index, config.legacy_bad_row, at)
                };
            }
            job.n_done += 1;
            if job.n_done >= job.tasks.len() {
                self.unfinished.retain(|other| *other != number);
            }
        }
        while let Some(oldest) = self.known.first_entry()
            && now.steady.saturating_duration_since(oldest.get().created.steady) >= config.job_retention
            && oldest.get().next_due().is_none()
        {
            oldest.remove();
        }
    }

    /// The job whose next row is due first, and when since its start.
    fn next_row(&self, seed: Option<u64>, now: Instant) -> Option<(i64, Duration)> {
        let due = |number: &i64| {
            let job = self.known.get(number)?;
            let wait = job.next_due()?;
            let at = job.created.steady.checked_add(wait).filter(|at| *at <= now)?;
            // Rows of the same moment are in an order that the seed decides.
            let tie = seed.map_or(0, |seed| random::mix(seed ^ number.unsigned_abs(), job.n_done as u64));
            Some(((at, tie, *number), wait))
        };
        let first = self.unfinished.iter().filter_map(due).min_by_key(|(order, _)| *order);
        first.map(|((_, _, number), wait)| (number, wait))
    }
}
