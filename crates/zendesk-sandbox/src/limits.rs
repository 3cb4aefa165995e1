//! Rate limits: requests of the account, updates of one record, searches, events, permanent deletions.
//!
//! Windows are minutes of the clock: what was refused at :33 is welcome again at :00.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::clock::Moment;
use crate::reply::Reply;

/// Updates of one record in a minute.
const PER_RECORD: u32 = 5;
/// Searches of the account in a minute.
const SEARCHES: u32 = 2500;
/// Permanent deletions in ten minutes.
const PURGES: u32 = 700;
/// Shortest time between two user writes under the strict limit.
const SECOND: Duration = Duration::from_secs(1);

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
    minute: i64,
    n_requests: u32,
    n_events: u32,
    n_searches: u32,
    updates: HashMap<(Limited, i64), u32>,
    last_write: Option<Instant>,
    /// The present ten minutes, and the permanent deletions in them.
    purges: (i64, u32),
}

/// The account's standing after a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tally {
    limit: Option<u32>,
    used: u32,
    resets: i64,
}

/// The standing under a limit of its own, for its header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    name: &'static str,
    total: u32,
    used: u32,
    resets: i64,
}

impl Limits {
    /// Counts a request of the account.
    pub(crate) fn take_request(&mut self, limit: Option<u32>, at: Moment) -> Tally {
        let resets = self.roll(at);
        self.n_requests = self.n_requests.saturating_add(1);
        Tally { limit, used: self.n_requests, resets }
    }

    /// Counts a request to events or profiles, which have a bucket of their own.
    pub(crate) fn take_event(&mut self, limit: Option<u32>, at: Moment) -> Tally {
        let resets = self.roll(at);
        self.n_events = self.n_events.saturating_add(1);
        Tally { limit, used: self.n_events, resets }
    }

    /// Counts an update of a record; refuses the sixth in a minute when `enforced`.
    pub(crate) fn take_update(
        &mut self,
        what: Limited,
        id: i64,
        at: Moment,
        enforced: bool,
    ) -> Result<Standing, Reply> {
        let resets = self.roll(at);
        let used = self.updates.entry((what, id)).or_default();
        if enforced && *used >= PER_RECORD {
            let sentence = match what {
                Limited::User => {
                    "You have exceeded the rate limit for updating a single unique user. \
                     user email:  id:  external_id: "
                }
                Limited::Organization => {
                    "You have exceeded the rate limit for updating a single organization."
                }
            };
            return Err(too_many(sentence, resets));
        }
        *used = used.saturating_add(1);
        let name = "zendesk-ratelimit-create-update-user";
        Ok(Standing { name, total: PER_RECORD, used: *used, resets })
    }

    /// Refuses a user write less than a second after the one before.
    pub(crate) fn take_second(&mut self, at: Moment) -> Result<(), Reply> {
        if self.last_write.is_some_and(|last| at.steady.saturating_duration_since(last) < SECOND) {
            return Err(too_many("You have exceeded the rate limit for creating or updating users.", 1));
        }
        self.last_write = Some(at.steady);
        Ok(())
    }

    /// Counts a search; refuses one too many when `enforced`.
    pub(crate) fn take_search(&mut self, at: Moment, enforced: bool) -> Result<Standing, Reply> {
        let resets = self.roll(at);
        if enforced && self.n_searches >= SEARCHES {
            return Err(too_many("You have exceeded the rate limit for searches.", resets));
        }
        self.n_searches = self.n_searches.saturating_add(1);
        let name = "zendesk-ratelimit-search-index";
        Ok(Standing { name, total: SEARCHES, used: self.n_searches, resets })
    }

    /// Counts a permanent deletion; refuses the 701st in ten minutes.
    pub(crate) fn take_purge(&mut self, at: Moment) -> Result<(), Reply> {
        let window = at.minute().div_euclid(10);
        if self.purges.0 != window {
            self.purges = (window, 0);
        }
        if self.purges.1 >= PURGES {
            let minutes_left = 9 - at.minute().rem_euclid(10);
            let resets = minutes_left * 60 + at.to_next_minute();
            return Err(too_many("You have exceeded the rate limit for deleting users permanently.", resets));
        }
        self.purges.1 += 1;
        Ok(())
    }

    /// Starts a new window when the minute is another one; gives the seconds until the next.
    fn roll(&mut self, at: Moment) -> i64 {
        if self.minute != at.minute() {
            self.minute = at.minute();
            self.n_requests = 0;
            self.n_events = 0;
            self.n_searches = 0;
            self.updates.clear();
        }
        at.to_next_minute()
    }
}

fn too_many(sentence: &str, resets: i64) -> Reply {
    Reply::text(429, sentence).with("retry-after", resets.to_string())
}

impl Standing {
    /// The reply with the header of this limit.
    pub(crate) fn mark(self, reply: Reply) -> Reply {
        let Self { name, total, used, resets } = self;
        let remaining = total.saturating_sub(used);
        reply.with(name, format!("total={total}; remaining={remaining}; resets={resets}"))
    }
}

impl Tally {
    /// True when the request is one too many.
    pub(crate) fn is_refused(self) -> bool {
        self.limit.is_some_and(|limit| self.used > limit)
    }

    /// The answer to one request too many.
    pub(crate) fn refusal(self) -> Reply {
        too_many("Number of allowed API requests per minute exceeded", self.resets)
    }

    /// Seconds until the count starts anew.
    pub(crate) fn resets(self) -> i64 {
        self.resets
    }

    /// The reply with the headers that tell the account's standing; without a limit there are none.
    pub(crate) fn mark(self, reply: Reply) -> Reply {
        let Some(limit) = self.limit else { return reply };
        let (limit, remaining) = (limit.to_string(), limit.saturating_sub(self.used).to_string());
        reply
            .with("x-rate-limit", limit.clone())
            .with("x-rate-limit-remaining", remaining.clone())
            .with("ratelimit-limit", limit)
            .with("ratelimit-remaining", remaining)
            .with("ratelimit-reset", self.resets.to_string())
    }
}
