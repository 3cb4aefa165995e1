//! Drives one run to its end.

use super::account::Account;
use crate::run::{self, Event, Limits, Outcome, Step};

/// Runs an event through the mapping and answers what it needs.
pub(super) async fn drive(account: &Account, event: Event, limits: &Limits) -> Outcome {
    let mut last = None;
    let mut step = run::start(&account.session, event, limits);
    loop {
        step = match step {
            Step::Done(outcome) => return outcome,
            Step::Need(request, run) => match account.answer(&request, &mut last).await {
                Ok(answer) => run.resume(answer),
                Err(why) => return run.give_up(why),
            },
        };
    }
}
