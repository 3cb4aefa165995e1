//! Pauses an account whose credentials are refused, and a step that it may not make, instead of asking on and on. Knows
//! as well when a destination does not answer any more, which pauses nothing here.
//!
//! A 401 is about the account, a 403 about what the step does. After some in a row there is a pause; then one request is
//! let through, and its answer decides. An access token that has ended is refused to all who are under way with it, which
//! counts once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::super::clock::{self, Instant};
use crate::run::Answer;

/// Refusals in a row that begin a pause, and requests in a row without a reply.
const MOST_REFUSALS: u32 = 5;

/// How long a pause is.
const PAUSE: Duration = Duration::from_mins(1);

/// Refusals of an account, by what they are about.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    account: Refused,
    silence: Refused,
    /// Serial of the access token that was refused last; 0 for credentials that never change.
    refused_token: u64,
    by_step: HashMap<Arc<str>, Refused>,
}

#[derive(Debug, Default)]
struct Refused {
    in_a_row: u32,
    until: Option<Instant>,
}

impl Breaker {
    /// Whether a step may be asked now.
    ///
    /// # Errors
    /// There is a pause; why, in words for people.
    pub(super) fn check(&self, step: &Arc<str>) -> Result<(), String> {
        let mut state = self.state();
        let now = clock::now();
        // Silence holds nobody up here; who comes after a pause finds out for the others.
        state.silence.pauses(now);
        if state.account.pauses(now) {
            return Err("the account pauses: the destination refuses its credentials (401)".to_owned());
        }
        if state.by_step.get_mut(step).is_some_and(|refused| refused.pauses(now)) {
            return Err(format!("`{step}` pauses: the destination does not allow it to this account (403)"));
        }
        Ok(())
    }

    /// Counts an answer to a request with the access token of this serial, 0 for credentials that never change.
    pub(super) fn answered(&self, step: &Arc<str>, answer: &Answer, token: u64) {
        let mut state = self.state();
        let Answer::Reply { status, .. } = answer else {
            state.silence.count(true);
            return;
        };
        state.silence.count(false);
        match status {
            401 if token == 0 || state.refused_token != token => {
                state.refused_token = token;
                state.account.count(true);
            }
            401 => {}
            _ => state.account.count(false),
        }
        match (status, state.by_step.get_mut(step)) {
            (403, None) => state.by_step.entry(step.clone()).or_default().count(true),
            (_, Some(refused)) => refused.count(*status == 403),
            (_, None) => {}
        }
    }

    /// Whether the destination does not answer. After a while it counts as if it did until a request is made, to find out.
    #[cfg(feature = "host")]
    pub(super) fn is_silent(&self) -> bool {
        self.state().silence.until.is_some_and(|until| until > clock::now())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Refused {
    /// Whether there is a pause. At its end the first who asks is let through, and the next pause begins at once.
    fn pauses(&mut self, now: Instant) -> bool {
        match self.until {
            Some(until) if until > now => true,
            Some(_) => {
                self.until = Some(now + PAUSE);
                false
            }
            None => false,
        }
    }

    fn count(&mut self, is_refusal: bool) {
        if !is_refusal {
            *self = Self::default();
            return;
        }
        self.in_a_row = self.in_a_row.saturating_add(1);
        if self.in_a_row >= MOST_REFUSALS {
            self.until = Some(clock::now() + PAUSE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Body;

    fn reply(status: u16) -> Answer {
        Answer::Reply { status, body: Body::Empty, retry_after: None }
    }

    fn refuse(breaker: &Breaker, step: &str, status: u16, times: u32) {
        (0..times).for_each(|_| breaker.answered(&step.into(), &reply(status), 0));
    }

    #[tokio::test(start_paused = true)]
    async fn refused_credentials_pause_the_account() {
        let breaker = Breaker::default();
        refuse(&breaker, "a", 401, MOST_REFUSALS - 1);
        assert_eq!(breaker.check(&"b".into()), Ok(()));
        refuse(&breaker, "a", 401, 1);
        assert!(breaker.check(&"b".into()).is_err_and(|why| why.contains("401")));
        clock::wait(PAUSE).await;
        assert_eq!(breaker.check(&"b".into()), Ok(()), "one is let through");
        assert!(breaker.check(&"b".into()).is_err(), "and no other before its answer");
        refuse(&breaker, "b", 200, 1);
        assert_eq!(breaker.check(&"a".into()), Ok(()));
    }

    #[test]
    fn a_token_is_refused_once() {
        let breaker = Breaker::default();
        let refuse = |token| breaker.answered(&"a".into(), &reply(401), token);
        (0..100).for_each(|_| refuse(1));
        assert_eq!(breaker.check(&"a".into()), Ok(()));
        (2..=u64::from(MOST_REFUSALS)).for_each(refuse);
        assert!(breaker.check(&"a".into()).is_err(), "all are refused");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_allowed_pauses_its_step_alone() {
        let breaker = Breaker::default();
        refuse(&breaker, "a", 403, MOST_REFUSALS);
        assert!(breaker.check(&"a".into()).is_err_and(|why| why.contains("403")));
        assert_eq!(breaker.check(&"b".into()), Ok(()));
    }

    #[cfg(feature = "host")]
    #[tokio::test(start_paused = true)]
    async fn silence_pauses_nothing_but_is_known() {
        let breaker = Breaker::default();
        let silence = |times| (0..times).for_each(|_| breaker.answered(&"a".into(), &Answer::Timeout, 0));
        silence(MOST_REFUSALS - 1);
        refuse(&breaker, "a", 500, 1);
        silence(MOST_REFUSALS - 1);
        assert!(!breaker.is_silent());
        silence(1);
        assert!(breaker.is_silent());
        assert_eq!(breaker.check(&"a".into()), Ok(()));
        clock::wait(PAUSE).await;
        assert!(!breaker.is_silent() && !breaker.is_silent(), "nobody has tried");
        assert_eq!(breaker.check(&"a".into()), Ok(()));
        assert!(breaker.is_silent(), "one is trying");
        refuse(&breaker, "a", 500, 1);
        assert!(!breaker.is_silent());
    }

    #[test]
    fn a_good_answer_in_between_counts() {
        let breaker = Breaker::default();
        for _ in 0..10 {
            refuse(&breaker, "a", 401, MOST_REFUSALS - 1);
            refuse(&breaker, "a", 200, 1);
        }
        assert_eq!(breaker.check(&"a".into()), Ok(()));
    }
}
