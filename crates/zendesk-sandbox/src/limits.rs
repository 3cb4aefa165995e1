//! Rate limits: requests of the account, and updates of one record, each in windows of a minute.
//!
//! The windows start with the first request, so a test near a full minute of the wall clock sees no surprise.

use std::collections::HashMap;
use std::time::Instant;

use crate::clock::MINUTE;
use crate::reply::Reply;

/// What the headers count down from while no limit is enforced.
const CEILING: u32 = 100_000;
/// Updates of one record in a minute.
const PER_RECORD: u32 = 5;

/// Which records have a limit of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Limited {
    /// `PUT /users/{id}` and updating `POST /users/create_or_update`.
    User,
    /// `PUT /organizations/{id}`.
    Organization,
}

/// Counters of the present window.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    started: Option<Instant>,
    n_requests: u32,
    updates: HashMap<(Limited, i64), u32>,
}

/// The account's standing after a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tally {
    limit: u32,
    used: u32,
    resets: u64,
    enforced: bool,
}

impl Limits {
    /// Counts a request of the account.
    pub(crate) fn take_request(&mut self, limit: Option<u32>, now: Instant) -> Tally {
        let resets = self.roll(now);
        self.n_requests = self.n_requests.saturating_add(1);
        Tally { limit: limit.unwrap_or(CEILING), used: self.n_requests, resets, enforced: limit.is_some() }
    }

    /// Counts an update of a record; refuses the sixth in a window.
    pub(crate) fn take_update(&mut self, what: Limited, id: i64, now: Instant) -> Result<(), Reply> {
        let resets = self.roll(now);
        let used = self.updates.entry((what, id)).or_default();
        if *used >= PER_RECORD {
            let sentence = match what {
                Limited::User => {
                    "You have exceeded the rate limit for updating a single unique user. \
                     user email:  id:  external_id: "
                }
                Limited::Organization => {
                    "You have exceeded the rate limit for updating a single organization."
                }
            };
            return Err(Reply::text(429, sentence).with("retry-after", resets.to_string()));
        }
        *used += 1;
        Ok(())
    }

    /// Starts a new window when the present one is over; gives the seconds until the next one, at least 1.
    fn roll(&mut self, now: Instant) -> u64 {
        let started = *self.started.get_or_insert(now);
        let gone = now.saturating_duration_since(started);
        if gone < MINUTE {
            return MINUTE.saturating_sub(gone).as_secs().max(1);
        }
        *self = Self { started: Some(now), ..Self::default() };
        MINUTE.as_secs()
    }
}

impl Tally {
    /// True when the request is one too many.
    pub(crate) fn is_refused(self) -> bool {
        self.enforced && self.used > self.limit
    }

    /// The answer to one request too many.
    pub(crate) fn refusal(self) -> Reply {
        let text = "Number of allowed API requests per minute exceeded";
        Reply::text(429, text).with("retry-after", self.resets.to_string())
    }

    /// The reply with the headers that tell the account's standing.
    pub(crate) fn mark(self, reply: Reply) -> Reply {
        let (limit, remaining) = (self.limit.to_string(), self.limit.saturating_sub(self.used).to_string());
        reply
            .with("x-rate-limit", limit.clone())
            .with("x-rate-limit-remaining", remaining.clone())
            .with("ratelimit-limit", limit)
            .with("ratelimit-remaining", remaining)
            .with("ratelimit-reset", self.resets.to_string())
    }
}
