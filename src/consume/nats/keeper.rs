//! Keeps the leases of an instance: as many partitions as are its share, renewed in time, and given back in good order.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_nats::jetstream::kv::{Store, UpdateErrorKind};
use futures_util::StreamExt as _;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::held::{Held, NatsTicket};
use super::stream::{LEASE, Streams};
use crate::deliver::{Arrived, SourceError};

/// Failures in a row, each as long as a beat, after which a lease may have run out.
const MOST_FAILURES: u32 = 3;

/// The keeper of an instance.
pub(super) struct Keeper {
    streams: Arc<Streams>,
    mapping: Arc<str>,
    sender: mpsc::Sender<Result<Arrived<NatsTicket>, SourceError>>,
    /// Name of the instance.
    id: String,
    leases: BTreeMap<u32, Lease>,
}

/// A partition and its lease.
struct Lease {
    held: Held,
    revision: u64,
    failures: u32,
    /// Is being given back; the lease is ours until that is done.
    release: Option<JoinHandle<()>>,
}

impl Keeper {
    pub(super) fn new(
        streams: Arc<Streams>,
        mapping: &str,
        sender: mpsc::Sender<Result<Arrived<NatsTicket>, SourceError>>,
    ) -> Self {
        let id = streams.context.client().new_inbox().replace("_INBOX.", "");
        Self { streams, mapping: mapping.into(), sender, id, leases: BTreeMap::new() }
    }

    /// Keeps leases until there is no wish for them any more, and gives all back.
    pub(super) async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        let mut beats = interval(LEASE / 5);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = &mut stopped => break,
                _ = beats.tick() => self.beat().await,
            }
        }
        self.leases.values_mut().for_each(Lease::give_back);
        while !self.leases.is_empty() {
            beats.tick().await;
            self.renew().await;
            self.drop_released().await;
        }
        // Without us the others notice when its time is over.
        let _ = self.streams.leases.delete(self.instance_key()).await;
    }

    async fn beat(&mut self) {
        self.renew().await;
        self.drop_released().await;
        let instances = self.instances().await.max(1);
        let share = (self.streams.place.partitions as usize).div_ceil(instances);
        let ours = self.leases.values().filter(|lease| lease.release.is_none()).count();
        let too_many = self.leases.values_mut().rev().filter(|lease| lease.release.is_none());
        too_many.take(ours.saturating_sub(share)).for_each(Lease::give_back);
        if ours < share {
            self.take(share - ours).await;
        }
    }

    /// Renews what is ours, and lets go of what is no longer.
    async fn renew(&mut self) {
        let Self { streams, id, leases, .. } = self;
        for (number, lease) in leases.iter_mut() {
            let key = streams.place.partition(*number).key();
            lease.renew(&streams.leases, &key, id).await;
        }
        leases.retain(|_, lease| lease.release.is_some() || lease.held.is_held());
    }

    /// Lets others have what was given back.
    async fn drop_released(&mut self) {
        let is_released = |lease: &Lease| lease.release.as_ref().is_some_and(JoinHandle::is_finished);
        let released: Vec<u32> =
            self.leases.iter().filter(|(_, lease)| is_released(lease)).map(|(number, _)| *number).collect();
        for number in released {
            if let Some(lease) = self.leases.remove(&number) {
                let key = self.streams.place.partition(number).key();
                // Somebody else may have it by now.
                let _ = self.streams.leases.delete_expect_revision(key, Some(lease.revision)).await;
            }
        }
    }

    /// Says that we are here, and counts all who are.
    async fn instances(&self) -> usize {
        // Without our entry the others take a larger share for a while.
        let _ = self.streams.leases.put(self.instance_key(), "".into()).await;
        let Ok(keys) = self.streams.leases.keys().await else { return 1 };
        let prefix = self.instance_prefix();
        keys.filter(|key| std::future::ready(key.as_ref().is_ok_and(|key| key.starts_with(&prefix))))
            .count()
            .await
    }

    fn instance_prefix(&self) -> String {
        format!("{}.instance.", self.streams.place.stream)
    }

    fn instance_key(&self) -> String {
        self.instance_prefix() + &self.id
    }

    /// Takes so many partitions that are free, if there are as many.
    async fn take(&mut self, most: usize) {
        let mut wanted = most;
        for number in 0..self.streams.place.partitions {
            if wanted == 0 || self.leases.contains_key(&number) {
                continue;
            }
            let key = self.streams.place.partition(number).key();
            let Ok(revision) = self.streams.leases.create(&key, self.id.clone().into()).await else {
                continue;
            };
            match Held::take(&self.streams, number, &self.mapping, &self.sender).await {
                Ok(held) => {
                    wanted -= 1;
                    self.leases.insert(number, Lease { held, revision, failures: 0, release: None });
                }
                Err(error) => {
                    tracing::warn!("partition {number} is left to others: {error}");
                    let _ = self.streams.leases.delete(&key).await;
                }
            }
        }
    }
}

impl Lease {
    async fn renew(&mut self, leases: &Store, key: &str, id: &str) {
        let renewed = timeout(LEASE / 5, leases.update(key, id.to_owned().into(), self.revision)).await;
        match renewed {
            Ok(Ok(revision)) => {
                self.revision = revision;
                self.failures = 0;
            }
            Ok(Err(error)) if error.kind() == UpdateErrorKind::WrongLastRevision => self.lose(),
            Ok(Err(_)) | Err(_) => {
                self.failures += 1;
                if self.failures >= MOST_FAILURES {
                    self.lose();
                }
            }
        }
    }

    fn lose(&mut self) {
        self.held.lose();
        // What it waited for is no longer ours to give back.
        self.release.take().into_iter().for_each(|release| release.abort());
    }

    fn give_back(&mut self) {
        self.release.get_or_insert_with(|| tokio::spawn(self.held.release()));
    }
}
