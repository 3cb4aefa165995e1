//! A rate that all instances keep together: who needs requests takes the next slot of time, by compare-and-set of one entry.
//!
//! The entry is the end of the last slot that was taken, in nanoseconds of the server's clock. A slot is worth as many
//! requests as come in a sixtieth of the rate's time; requests that are not made in their slot are lost, so that they cannot
//! come on top of those of a later one.
//!
//! Source: the generic cell rate algorithm, ITU-T I.371, as a schedule.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_nats::jetstream::kv::Store;
use tokio::time::{Instant, sleep, sleep_until};

use super::super::cannot;
use super::stream::{BUDGETS, bucket};
use super::{Connection, StreamPlace};
use crate::deliver::{Budget, SourceError};
use crate::run::Pace;

/// Slots in the time of a rate, or as many as there are requests in it.
const SLOTS: u32 = 60;

/// Of a rate, one part in so many is left unused: ways take now more, now less time, and the time of a rate may begin and
/// end within slots.
const SPARED: u32 = 20;

/// The server's clock is looked at this often.
const CLOCK: Duration = Duration::from_mins(1);

/// Between two tries to take a slot.
const AGAIN: Duration = Duration::from_millis(20);

/// Between two tries when the server does not answer.
const UNANSWERED: Duration = Duration::from_secs(1);

/// Budgets of a stream's instances.
pub struct NatsBudget {
    store: Store,
    stream: String,
    clock: tokio::sync::Mutex<ServerClock>,
    slots: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Slot>>>>,
}

/// What the server's clock said, and when.
#[derive(Clone, Copy, Debug)]
struct ServerClock {
    nanos: u64,
    at: Instant,
}

/// Requests that this instance may make until a moment.
#[derive(Clone, Copy, Debug)]
struct Slot {
    left: u32,
    until: Instant,
}

impl fmt::Debug for NatsBudget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("NatsBudget").field("stream", &self.stream).finish_non_exhaustive()
    }
}

impl ServerClock {
    fn now(&self) -> u64 {
        self.nanos.saturating_add(nanos(self.at.elapsed()))
    }

    /// The moment here at which the server's clock says so.
    fn moment(&self, nanos: u64) -> Instant {
        self.at + Duration::from_nanos(nanos.saturating_sub(self.nanos))
    }

    async fn look(store: &Store, key: &str) -> Result<Self, SourceError> {
        let before = Instant::now();
        let cannot_look = |error: &dyn fmt::Display| cannot("look at the server's clock", error);
        store.put(key, "".into()).await.map_err(|error| cannot_look(&error))?;
        let took = before.elapsed();
        let entry = store.entry(key).await.map_err(|error| cannot_look(&error))?;
        let created = entry.map(|entry| entry.created.unix_timestamp_nanos()).unwrap_or_default();
        let nanos = u64::try_from(created).unwrap_or_default();
        Ok(Self { nanos, at: before + took / 2 })
    }
}

impl NatsBudget {
    /// The budgets of the instances of a stream.
    ///
    /// # Errors
    /// The server does not answer.
    pub async fn open(connection: &Connection, place: &StreamPlace) -> Result<Self, SourceError> {
        let store = bucket(&connection.context, BUDGETS, Duration::ZERO).await?;
        let clock = ServerClock::look(&store, &clock_key(&place.stream)).await?;
        Ok(Self {
            store,
            stream: place.stream.clone(),
            clock: tokio::sync::Mutex::new(clock),
            slots: Mutex::default(),
        })
    }

    /// Takes a request of the slot that is open, or waits for the next one.
    async fn take_one(&self, name: &str, pace: &Pace) {
        let slot = self.slot(name);
        let mut slot = slot.lock().await;
        loop {
            if slot.until > Instant::now()
                && let Some(left) = slot.left.checked_sub(1)
            {
                slot.left = left;
                return;
            }
            match self.next_slot(name, pace).await {
                Ok(Some((begins, next))) => {
                    sleep_until(begins).await;
                    *slot = next;
                }
                Ok(None) => sleep(AGAIN).await,
                Err(error) => {
                    tracing::warn!("no requests until the server answers: {error}");
                    sleep(UNANSWERED).await;
                }
            }
        }
    }

    /// Takes the next slot: when it begins, and what it is worth. Nothing if somebody else was faster.
    async fn next_slot(&self, name: &str, pace: &Pace) -> Result<Option<(Instant, Slot)>, SourceError> {
        let clock = self.clock().await?;
        let key = format!("{}.{name}", self.stream);
        let entry = self.store.entry(&key).await.map_err(|error| cannot("read the budget", &error))?;
        let revision = entry.as_ref().map_or(0, |entry| entry.revision);
        let taken = entry.and_then(|entry| std::str::from_utf8(&entry.value).ok()?.parse::<u64>().ok());
        let begins = taken.unwrap_or_default().max(clock.now());
        let (worth, length) = slot_of(pace);
        let ends = begins.saturating_add(nanos(length));
        if self.store.update(&key, ends.to_string().into(), revision).await.is_err() {
            return Ok(None);
        }
        let slot = Slot { left: worth, until: clock.moment(ends) };
        Ok(Some((clock.moment(begins), slot)))
    }

    async fn clock(&self) -> Result<ServerClock, SourceError> {
        let mut clock = self.clock.lock().await;
        if clock.at.elapsed() > CLOCK {
            *clock = ServerClock::look(&self.store, &clock_key(&self.stream)).await?;
        }
        Ok(*clock)
    }

    fn slot(&self, name: &str) -> Arc<tokio::sync::Mutex<Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let none = || Arc::new(tokio::sync::Mutex::new(Slot { left: 0, until: Instant::now() }));
        slots.entry(name.to_owned()).or_insert_with(none).clone()
    }
}

impl Budget for NatsBudget {
    fn take<'a>(&'a self, name: &'a str, pace: &'a Pace) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(self.take_one(name, pace))
    }
}

/// Requests of a slot, and its length.
fn slot_of(pace: &Pace) -> (u32, Duration) {
    let rate = pace.rate.get();
    let each = (pace.per + pace.per / SPARED) / rate;
    let worth = (rate / SLOTS).max(1);
    (worth, each * worth)
}

fn clock_key(stream: &str) -> String {
    format!("{stream}.clock")
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[track_caller]
    fn check(rate: u32, per: u64, worth: u32, millis: u128) {
        let pace = Pace { rate: NonZeroU32::new(rate).unwrap(), per: Duration::from_secs(per) };
        let (is_worth, length) = slot_of(&pace);
        assert_eq!((is_worth, length.as_millis()), (worth, millis));
    }

    #[test]
    fn slots_are_short() {
        check(400, 60, 6, 945);
        check(2_500, 60, 41, 1_033);
        check(1, 1, 1, 1_050);
        check(5, 60, 1, 12_600);
        check(20, 1, 1, 52);
    }
}
