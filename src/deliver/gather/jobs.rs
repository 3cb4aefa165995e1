//! Jobs of the destination: one read tells how all of them stand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::super::clock::{self, Instant};
use super::super::spent::Doing;
use super::super::wire::Wire;
use super::batch::ask;
use crate::compile::JobPlan;
use crate::run::together;

/// Most jobs that one read asks for.
const MOST_ASKED: usize = 100;

/// The jobs of an account.
#[derive(Debug)]
pub(super) struct Jobs {
    wire: Arc<Wire>,
    places: Option<Arc<Semaphore>>,
    open: Arc<Mutex<Open>>,
}

/// Jobs that have not ended.
#[derive(Debug, Default)]
struct Open {
    by_id: HashMap<String, Job>,
    /// Somebody is asking for them.
    is_watched: bool,
}

#[derive(Debug)]
struct Job {
    since: Instant,
    rows: oneshot::Sender<Vec<Value>>,
}

impl Jobs {
    pub(super) fn new(wire: Arc<Wire>) -> Self {
        let most = wire.session.plan().service.job.as_ref().map(|job| job.most);
        Self { wire, places: most.map(|most| Arc::new(Semaphore::new(most))), open: Arc::default() }
    }

    /// A place for one more job; it is free again when it is dropped.
    pub(super) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.places.as_ref()?.clone().acquire_owned().await.ok()
    }

    /// The rows of a job when it has ended; `None` when it does not end in time or cannot be found.
    pub(super) async fn end_of(&self, step: &Arc<str>, id: String) -> Option<Vec<Value>> {
        let (rows, ended) = oneshot::channel();
        let must_watch = {
            let mut open = lock(&self.open);
            open.by_id.insert(id, Job { since: clock::now(), rows });
            !std::mem::replace(&mut open.is_watched, true)
        };
        if must_watch {
            tokio::spawn(watch(self.wire.clone(), self.open.clone(), step.clone()));
        }
        self.wire.clocks.time(Doing::Job, ended).await.ok()
    }
}

/// Asks for all open jobs again and again until none is left.
async fn watch(wire: Arc<Wire>, open: Arc<Mutex<Open>>, step: Arc<str>) {
    let Some(job) = wire.session.plan().service.job.as_ref() else { return };
    loop {
        clock::wait(job.every).await;
        let Some(ids) = still_open(&open, job) else { return };
        for ids in ids.chunks(MOST_ASKED) {
            let Ok(Some(reply)) = ask(&wire, together::jobs_request(&step, job, ids)).await else { continue };
            for (id, rows) in together::ended(&wire.session, job, &reply) {
                if let Some(job) = lock(&open).by_id.remove(&id) {
                    // Whoever has given up waiting does not need them.
                    drop(job.rows.send(rows));
                }
            }
        }
    }
}

/// The ids of the jobs that may still end in time; those that may not are given up. Without any, watching ends.
fn still_open(open: &Mutex<Open>, job: &JobPlan) -> Option<Vec<String>> {
    let mut open = lock(open);
    let now = clock::now();
    open.by_id.retain(|_, open| now.duration_since(open.since) < job.within);
    open.is_watched = !open.by_id.is_empty();
    let mut ids: Vec<String> = open.by_id.keys().cloned().collect();
    ids.sort();
    open.is_watched.then_some(ids)
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}
