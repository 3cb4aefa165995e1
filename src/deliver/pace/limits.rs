//! The limits that a mapping declares: so many requests of a kind in a time, for all or for each key.

use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{NotUntil, Quota, RateLimiter};

use super::super::clock;
use super::budget::Together;
use super::turns::Turns;
use crate::run::{Pace, Request};

/// Keys beyond this number are looked through for those that have waited long enough to be forgotten.
const MANY_KEYS: usize = 10_000;

/// Of a rate, one part in so many may come at once; the rest is spread over the time.
const AT_ONCE: u32 = 20;

/// The limits of an account.
#[derive(Debug)]
pub(super) struct Limits {
    /// By the numbers that requests name; those that the settings leave open are missing.
    by_number: Vec<Option<Limiter>>,
}

/// One limit.
#[derive(Debug)]
pub(super) struct Limiter {
    pace: Pace,
    together: RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Moment>>,
    by_key: RateLimiter<String, HashMapStateStore<String>, Ticks, NoOpMiddleware<Moment>>,
    turns: Turns,
}

type Moment = std::time::Instant;

/// The clock of the deliverer, which tests can hold.
#[derive(Clone, Copy, Debug)]
struct Ticks;

impl Clock for Ticks {
    type Instant = Moment;

    fn now(&self) -> Moment {
        clock::now().into_std()
    }
}

impl Limits {
    pub(super) fn new(paces: &[Option<Pace>]) -> Self {
        Self { by_number: paces.iter().map(|pace| pace.as_ref().map(Limiter::new)).collect() }
    }

    /// Waits until a request may be made by all limits that it counts against. A key is one process' alone, as its events
    /// are; what counts for all is kept together with the others.
    pub(super) async fn pass(&self, request: &Request, together: &Together) {
        for by in &request.limits {
            let Some(Some(limiter)) = self.by_number.get(by.limit) else { continue };
            if let Some(key) = &by.key {
                limiter.pass_key(key).await;
            } else {
                limiter.pass(&request.step).await;
                together.pass_limit(by.limit, &limiter.pace).await;
            }
        }
    }
}

impl Limiter {
    pub(super) fn new(pace: &Pace) -> Self {
        let quota = quota(pace);
        Self {
            pace: *pace,
            together: RateLimiter::direct_with_clock(quota, Ticks),
            by_key: RateLimiter::hashmap_with_clock(quota, Ticks),
            turns: Turns::default(),
        }
    }

    pub(super) async fn pass(&self, class: &Arc<str>) {
        let _turn = self.turns.take(class).await;
        while let Err(early) = self.together.check() {
            wait(&early).await;
        }
    }

    async fn pass_key(&self, key: &String) {
        if self.by_key.len() > MANY_KEYS {
            self.by_key.retain_recent();
        }
        while let Err(early) = self.by_key.check_key(key) {
            wait(&early).await;
        }
    }
}

async fn wait(early: &NotUntil<Moment>) {
    let wait = early.earliest_possible().duration_since(Ticks.now());
    clock::wait(wait).await;
}

/// What comes at once and what follows is together no more than the rate in any span of its time.
fn quota(pace: &Pace) -> Quota {
    let at_once = pace.rate.get().div_ceil(AT_ONCE);
    // A twentieth slower than allowed where that is one at a time: the way to the destination takes now more, now less.
    let spread = (pace.rate.get() - at_once).max(1);
    let period = if pace.rate.get() == 1 { pace.per + pace.per / AT_ONCE } else { pace.per / spread };
    let one_at_a_time = || Quota::per_second(NonZeroU32::MIN);
    let at_once = NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(period).map_or_else(one_at_a_time, |quota| quota.allow_burst(at_once))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn limits(rate: u32, per: u64) -> Limits {
        Limits::new(&[
            Some(Pace { rate: NonZeroU32::new(rate).unwrap(), per: Duration::from_secs(per) }),
            None,
        ])
    }

    /// Times in milliseconds at which so many requests of a key pass.
    async fn times(limits: &Limits, key: Option<&str>, n: usize) -> Vec<u128> {
        let start = clock::now();
        let mut times = Vec::new();
        for _ in 0..n {
            let limiter = limits.by_number[0].as_ref().unwrap();
            match key {
                Some(key) => limiter.pass_key(&key.to_owned()).await,
                None => limiter.pass(&"step".into()).await,
            }
            times.push((clock::now() - start).as_millis());
        }
        times
    }

    #[tokio::test(start_paused = true)]
    async fn one_a_second_is_a_little_slower_than_that() {
        let times = times(&limits(1, 1), None, 4).await;
        assert!(
            times[0] == 0 && times.windows(2).all(|pair| (1_050..1_060).contains(&(pair[1] - pair[0]))),
            "{times:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn no_minute_has_more_than_its_rate() {
        let times = times(&limits(100, 60), None, 400).await;
        for from in &times {
            let n = times.iter().filter(|time| (*from..from + 60_000).contains(*time)).count();
            assert!(n <= 100, "{n} from {from}");
        }
        assert!(times[399] < 4 * 66_000, "{}", times[399]);
    }

    #[tokio::test(start_paused = true)]
    async fn keys_count_alone() {
        let limits = limits(5, 60);
        assert_eq!(times(&limits, Some("a"), 2).await[1], times(&limits, Some("b"), 2).await[1]);
    }
}
